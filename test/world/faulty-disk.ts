import type { Disk, PartHandle } from '../../src/main/files/disk.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import { systemError, type WorldDisk } from './disk.ts';
import type { Timeline } from './timeline.ts';

/** What is the matter with a disk. */
export type DiskTrouble =
  /** Each call takes so long. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** So many bytes go on it, besides what is there. */
  | { readonly kind: 'full'; readonly bytes: number }
  | { readonly kind: 'read-only' }
  /** The call after so many fails, once. */
  | { readonly kind: 'error'; readonly afterCalls: number; readonly code: string };

/** A disk that has its troubles. Between two calls it is as it was. */
export interface FaultyDisk extends Disk {
  setTrouble(trouble: DiskTrouble | null): void;
}

export interface FaultyDiskOptions {
  readonly disk: WorldDisk;
  readonly after: Timeline['after'];
  /** A bound was not kept; what, in words. */
  onBroken(what: string): void;
}

/** Of all transfers of one person: what may wait to be written is the window of each, and few run at a time here. */
const mostUnwrittenBytes = 16 * limits.windowLargestBytes;

export function createFaultyDisk({ disk, after, onBroken }: FaultyDiskOptions): FaultyDisk {
  let trouble: DiskTrouble | null = null;
  let callsLeft = 0;
  let roomBytes = 0;
  let unwrittenBytes = 0;

  async function pass(writes: boolean): Promise<void> {
    if (trouble?.kind === 'slow') {
      const { ms } = trouble;
      await new Promise<void>((done) => after(ms, done));
    }
    if (trouble?.kind === 'read-only' && writes) throw systemError('EROFS');
    if (trouble?.kind === 'error' && callsLeft-- === 0) throw systemError(trouble.code);
  }

  function charge(bytes: number): void {
    if (trouble?.kind !== 'full') return;
    if (roomBytes < bytes) throw systemError('ENOSPC');
    roomBytes -= bytes;
  }

  const reading =
    <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      await pass(false);
      return call(...given);
    };
  const writing =
    <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      await pass(true);
      return call(...given);
    };

  function handleOf(handle: PartHandle): PartHandle {
    return {
      async write(buffers, offset) {
        const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
        unwrittenBytes += bytes;
        if (unwrittenBytes > mostUnwrittenBytes) onBroken(`${unwrittenBytes} bytes wait to be written`);
        try {
          await pass(true);
          charge(bytes);
          await handle.write(buffers, offset);
        } finally {
          unwrittenBytes -= bytes;
        }
      },
      bytes: reading(handle.bytes),
      flush: writing(handle.flush),
      dress: writing(handle.dress),
      async close() {
        // A handle is closed whatever the system says of it.
        await handle.close();
        await pass(false);
      },
    };
  }

  return {
    makeFolder: writing(disk.makeFolder),
    ensureFolder: writing(disk.ensureFolder),
    taken: reading(disk.taken),
    createPart: writing(async (path) => handleOf(await disk.createPart(path))),
    reopenPart: writing(async (path) => handleOf(await disk.reopenPart(path))),
    markDownloaded: disk.markDownloaded,
    publish: writing(disk.publish),
    removePart: writing(disk.removePart),
    removeEmptyFolder: writing(disk.removeEmptyFolder),
    setFolderTime: writing(disk.setFolderTime),
    // Where others write too, free space goes between a look and a write.
    space: reading(disk.space),
    setTrouble(given) {
      trouble = given;
      callsLeft = given?.kind === 'error' ? given.afterCalls : 0;
      roomBytes = given?.kind === 'full' ? given.bytes : 0;
    },
  };
}
