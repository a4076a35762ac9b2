import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { type ReasonCode, ReasonError } from '../../shared/reasons.ts';
import { type DiskSpace, diskSpace } from './disk-space.ts';
import { createDownloadedMark } from './downloaded-mark.ts';
import { errorCode } from './error-code.ts';
import { makeFolders } from './make-folders.ts';
import { nodeFs, type UserFs } from './user-fs.ts';

/** All that a receiving transfer asks of the disk, and the seam where tests make it fail. Errors are Node's own. */
export interface Disk {
  /** Makes one folder; `EEXIST` when the name is taken by anything. */
  makeFolder(path: string): Promise<void>;
  /** Makes the folder and what is missing above it. */
  ensureFolder(path: string): Promise<void>;
  /** Something, of whatever kind, has this name. */
  taken(path: string): Promise<boolean>;
  createPart(path: string): Promise<PartHandle>;
  /** A part that was made before, to write on. */
  reopenPart(path: string): Promise<PartHandle>;
  /** Marks a part as having come from elsewhere, so that the system warns before it runs it. Never rejects. */
  markDownloaded(part: string): Promise<void>;
  /** Gives a closed part its final name; `EEXIST` when that is taken. Nothing is ever overwritten. */
  publish(part: string, final: string): Promise<void>;
  removePart(path: string): Promise<void>;
  /** Does nothing to a folder that is not empty or not there. */
  removeEmptyFolder(path: string): Promise<void>;
  setFolderTime(path: string, modifiedMs: number): Promise<void>;
  space(folder: string): Promise<DiskSpace>;
}

export interface PartHandle {
  /** Writes all of `buffers`, one behind the other, from `offset` on. */
  write(buffers: readonly Uint8Array[], offset: number): Promise<void>;
  /** What was written survives a loss of power. */
  flush(): Promise<void>;
  /** How long the part is now. */
  bytes(): Promise<number>;
  dress(modifiedMs: number, executable: boolean): Promise<void>;
  close(): Promise<void>;
}

export function createDisk(fs: UserFs): Disk {
  const { link, lstat, mkdir, open, rm, rmdir, unlink, utimes } = fs;
  return {
    async makeFolder(path) {
      await mkdir(path);
    },
    async ensureFolder(path) {
      await makeFolders(path);
    },
    async taken(path) {
      try {
        await lstat(path);
        return true;
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return false;
        throw error;
      }
    },
    async createPart(path) {
      return handleOf(await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow));
    },
    async reopenPart(path) {
      return handleOf(await open(path, constants.O_RDWR | noFollow));
    },
    markDownloaded: createDownloadedMark(process.platform),
    async publish(part, final) {
      try {
        await link(part, final);
      } catch (error) {
        if (!withoutHardLinks.has(errorCode(error))) throw error;
        await replaceNewFile(fs, part, final);
        return;
      }
      // It has its name. If the part's cannot be taken away, another try would give the file a third.
      await unlink(part).catch(() => undefined);
    },
    async removePart(path) {
      await rm(path, { force: true });
    },
    async removeEmptyFolder(path) {
      try {
        await rmdir(path);
      } catch (error) {
        if (!keptFolder.has(errorCode(error))) throw error;
      }
    },
    async setFolderTime(path, modifiedMs) {
      await utimes(path, modifiedMs / 1000, modifiedMs / 1000);
    },
    space: diskSpace,
  };
}

export const systemDisk: Disk = createDisk(nodeFs);

/** FAT, exFAT and some network disks: an exclusively made empty file keeps the name until the part replaces it. */
async function replaceNewFile({ open, rename, unlink }: UserFs, part: string, final: string): Promise<void> {
  await (await open(final, 'wx')).close();
  try {
    await rename(part, final);
  } catch (error) {
    await unlink(final);
    throw error;
  }
}

/** Undefined on Windows, where creating a link needs rights that a stranger does not have. */
const noFollow = constants.O_NOFOLLOW ?? 0;
const withoutHardLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);
const keptFolder: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY']);

function handleOf(file: FileHandle): PartHandle {
  return {
    async write(buffers, offset) {
      let left = [...buffers];
      let at = offset;
      while (left.length > 0) {
        const { bytesWritten } = await file.writev(left, at);
        at += bytesWritten;
        left = remainder(left, bytesWritten);
      }
    },
    flush: () => file.sync(),
    async bytes() {
      return (await file.stat()).size;
    },
    async dress(modifiedMs, executable) {
      if (executable) {
        const { mode } = await file.stat();
        // Whoever may read it may run it: the sender's bit, this computer's umask.
        await file.chmod(mode | ((mode & 0o444) >> 2));
      }
      await file.utimes(modifiedMs / 1000, modifiedMs / 1000);
    },
    close: () => file.close(),
  };
}

function remainder(buffers: Uint8Array[], written: number): Uint8Array[] {
  let skipped = written;
  let index = 0;
  for (const buffer of buffers) {
    if (skipped < buffer.byteLength) break;
    skipped -= buffer.byteLength;
    index++;
  }
  const first = buffers[index];
  return first ? [first.subarray(skipped), ...buffers.slice(index + 1)] : [];
}

/** What a person can do about a disk that refused. */
export function diskReason(error: unknown): ReasonCode {
  if (error instanceof ReasonError) return error.reason.code;
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'disk-full';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'folder-read-only';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'folder-gone';
    default:
      return 'write-failed';
  }
}

/** The disk cannot take this very name, whatever space it has. */
export function refusesName(error: unknown): boolean {
  return ['ENAMETOOLONG', 'EINVAL', 'EILSEQ'].includes(errorCode(error));
}
