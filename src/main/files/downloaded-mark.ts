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

/**
 * The system's mark of a file that came from elsewhere, given to several files at once. Best effort: a disk that cannot
 * keep the mark (FAT) keeps the file all the same. Linux has none that Node could set without native code.
 *
 * - Windows: the stream `Zone.Identifier` with the internet zone, [MS-FSCC] 5.6.1. Writing it changes the file's time,
 *   so the time is set after it.
 * - macOS: the attribute `com.apple.quarantine` (flags, seconds in hexadecimal, application), which Gatekeeper reads.
 */
export function createDownloadedMark(
  platform: NodeJS.Platform,
  system: MarkSystem = realSystem,
): (paths: readonly string[]) => Promise<void> {
  if (platform === 'win32') {
    return async (paths) => {
      await Promise.allSettled(
        paths.map((path) => system.writeFile(`${path}:Zone.Identifier`, '[ZoneTransfer]\r\nZoneId=3\r\n')),
      );
    };
  }
  if (platform === 'darwin') {
    return async (paths) => {
      if (paths.length === 0) return;
      const seconds = Math.floor(system.nowMs() / 1000).toString(16);
      const value = `0081;${seconds};Roomdrop;`;
      await system.run('/usr/bin/xattr', ['-w', 'com.apple.quarantine', value, ...paths]).catch(() => undefined);
    };
  }
  return async () => {};
}
