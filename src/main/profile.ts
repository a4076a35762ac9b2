import envPaths from 'env-paths';
import { reasonOf } from '../shared/reasons.ts';
import { reasonLine } from '../shared/text.ts';
import { UsageError } from './command-line.ts';
import { errorCode } from './files/error-code.ts';
import { makeFolders } from './files/make-folders.ts';
import { isUsableFolder } from './files/usable-folder.ts';
import { lockInstance } from './storage/instance-lock.ts';
import type { InstanceLock } from './storage/lock.ts';

/** The folder of settings and key that this run holds. */
export interface Profile {
  readonly dataDir: string;
  readonly lock: InstanceLock;
}

/** Where settings and key are kept unless the command line says otherwise; absolute. */
export function usualDataDir(): string {
  return envPaths('roomdrop', { suffix: '' }).data;
}

/**
 * @param asked absolute, from the command line.
 * @throws UsageError when files cannot be received there.
 */
export async function checkDownloads(asked: string | null): Promise<void> {
  if (asked === null || (await isUsableFolder(asked))) return;
  throw new UsageError(`--downloads ${asked} is no folder that Roomdrop can write to`);
}

/**
 * Takes a folder for this run. Each running app needs its own, or two would be the same person: where the usual one is in
 * use, the second app on this computer takes the next.
 * @param asked absolute, from the command line; never exchanged for another.
 * @throws UsageError when it is in use or cannot be made.
 */
export async function takeProfile(asked: string | null): Promise<Profile> {
  const usual = asked ?? usualDataDir();
  for (let count = 1; count <= 64; count++) {
    const dataDir = count === 1 ? usual : `${usual}-${count}`;
    await makeFolders(dataDir, 0o700).catch((error: unknown) => {
      throw new UsageError(`The data folder "${dataDir}" cannot be made (${errorCode(error)})`);
    });
    const lock = await lockInstance(dataDir).catch((error: unknown) => {
      const why = errorCode(error) || reasonLine(reasonOf(error));
      throw new UsageError(`The data folder "${dataDir}" cannot be kept from other copies of Roomdrop (${why})`);
    });
    if (lock) return { dataDir, lock };
    if (asked) throw new UsageError(`--data-dir ${asked} is in use by another running Roomdrop`);
  }
  throw new UsageError('Too many copies of Roomdrop are running on this computer');
}
