import { lstat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { makeFolders } from '../files/make-folders.ts';

/**
 * A folder that only this user can write to and that lasts as long as the computer runs, for what cannot stand in the data
 * folder. Rejects when somebody else has taken its name. Not for Windows.
 */
export async function privateFolder(): Promise<string> {
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  if (runtime && (await isOurs(runtime))) return runtime;
  const { uid } = userInfo();
  const folder = join(tmpdir(), `roomdrop-${uid}`);
  await makeFolders(folder, 0o700);
  if (await isOurs(folder)) return folder;
  throw new Error(`${folder} belongs to somebody else, or others can write to it`);
}

async function isOurs(folder: string): Promise<boolean> {
  // Not through a link: whoever made it could turn it elsewhere.
  const found = await lstat(folder).catch(() => null);
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
}
