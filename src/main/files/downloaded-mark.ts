import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What the mark asks of the system; a seam for tests. */
export interface MarkSystem {
  writeFile(path: string, content: string): Promise<unknown>;
  run(program: string, args: readonly string[]): Promise<unknown>;
  nowMs(): number;
}

const execFileAsync = promisify(execFile);
const runTimeoutMs = 10_000;

const realSystem: MarkSystem = {
  writeFile,
  run: (program, args) => execFileAsync(program, [...args], { timeout: runTimeoutMs }),
  nowMs: () => Date.now(),
};

/** Paths given to one call of a program, at most. */
const pathsAtOnce = 64;

/**
 * The system's mark of a file that came from elsewhere. Best effort: a disk that cannot keep the mark (FAT) keeps the
 * file all the same. Linux has none that Node could set without native code.
 *
 * - Windows: the stream `Zone.Identifier` with the internet zone, [MS-FSCC] 5.6.1. Writing it changes the file's time.
 * - macOS: the attribute `com.apple.quarantine` (flags, seconds in hexadecimal, application), which Gatekeeper reads. It
 *   takes a program to set it: while one call runs, the files of the next gather.
 */
export function createDownloadedMark(
  platform: NodeJS.Platform,
  system: MarkSystem = realSystem,
): (path: string) => Promise<void> {
  if (platform === 'win32') {
    return async (path) => {
      const zone = '[ZoneTransfer]\r\nZoneId=3\r\n';
      await system.writeFile(`${path}:Zone.Identifier`, zone).catch(() => undefined);
    };
  }
  if (platform === 'darwin') {
    return inBatches(async (paths) => {
      const seconds = Math.floor(system.nowMs() / 1000).toString(16);
      const value = `0081;${seconds};Roomdrop;`;
      await system.run('/usr/bin/xattr', ['-w', 'com.apple.quarantine', value, ...paths]).catch(() => undefined);
    });
  }
  return async () => {};
}

function inBatches(mark: (paths: string[]) => Promise<void>): (path: string) => Promise<void> {
  let waiting: { path: string; done(): void }[] = [];
  let working = false;

  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, pathsAtOnce);
      waiting = waiting.slice(pathsAtOnce);
      await mark(batch.map(({ path }) => path));
      for (const { done } of batch) done();
    }
    working = false;
  }

  return (path) =>
    new Promise((done) => {
      waiting.push({ path, done });
      if (!working) void work();
    });
}
