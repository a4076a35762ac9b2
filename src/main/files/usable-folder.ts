import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { makeFolders } from './make-folders.ts';

/** Whether files can be received into a folder; makes it where it is missing. `path` is absolute. */
export async function isUsableFolder(path: string): Promise<boolean> {
  try {
    await makeFolders(path);
    await access(path, constants.W_OK | constants.X_OK);
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
