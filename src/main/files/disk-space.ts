import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './error-code.ts';

export interface DiskSpace {
  /** Bytes that this user can still write. */
  readonly freeBytes: number;
  /** What a file or folder takes of them at least: one of a single byte takes a whole block. */
  readonly blockBytes: number;
  /** Files and folders that can still be made; null where the disk has no such bound, or does not tell. */
  readonly freeEntries: number | null;
}

/**
 * Of the disk of `folder`, an absolute path. A folder that does not exist yet is asked of the nearest one above it that does.
 * Rejects with the system's error.
 */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(folder);
    return { freeBytes: bavail * bsize, blockBytes: bsize, freeEntries: files > 0 ? ffree : null };
  } catch (error) {
    const above = dirname(folder);
    if (errorCode(error) !== 'ENOENT' || above === folder) throw error;
    return diskSpace(above);
  }
}
