import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './disk.ts';

/**
 * Bytes that this user can still write on the disk of `folder`, an absolute path. A folder that does not exist yet is
 * asked of the nearest one above it that does. Rejects with the system's error.
 */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const above = dirname(folder);
    if (errorCode(error) !== 'ENOENT' || above === folder) throw error;
    return freeBytes(above);
  }
}
