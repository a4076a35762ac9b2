import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface OtherStart {
  readonly argv: string[];
  readonly cwd: string;
  readonly data: unknown;
}

/**
 * One process for each `userData`, decided at once, since the call is synchronous; a later start leaves what it has to say
 * in a folder that the first one watches.
 * https://www.electronjs.org/docs/latest/api/app#apprequestsingleinstancelockadditionaldata
 */
export function takeLock(userData: string, data: unknown, onOther: (start: OtherStart) => void): boolean {
  const lock = join(userData, 'stand-in-lock');
  const mail = join(userData, 'stand-in-starts');
  mkdirSync(mail, { recursive: true });
  const own = join(userData, `stand-in-lock.${process.pid}`);
  writeFileSync(own, String(process.pid));
  try {
    if (!isHeld(lock)) rmSync(lock, { force: true });
    linkSync(own, lock);
  } catch {
    const letter: OtherStart = { argv: process.argv, cwd: process.cwd(), data };
    writeFileSync(join(userData, `stand-in-letter.${process.pid}`), JSON.stringify(letter));
    renameSync(join(userData, `stand-in-letter.${process.pid}`), join(mail, String(process.pid)));
    return false;
  } finally {
    unlinkSync(own);
  }
  process.once('exit', () => rmSync(lock, { force: true }));
  const read = (): void => {
    for (const name of readdirSync(mail)) {
      const letter: OtherStart = JSON.parse(readFileSync(join(mail, name), 'utf8'));
      rmSync(join(mail, name));
      onOther(letter);
    }
  };
  watch(mail, read).unref();
  read();
  return true;
}

function isHeld(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}
