import { ReasonError } from '../../shared/reasons.ts';
import type { Disk, PartHandle } from '../files/disk.ts';

/** Written, or charged for files and folders, before free space is looked at again. */
const lookEveryBytes = 16 * 1024 * 1024;
const lookEveryEntries = 1000;

/**
 * The same disk, on which a floor stays free: what is made and written is counted, and free space looked at again in
 * between, as others write too. A write or a new file or folder that would go below is refused with `not-enough-space`.
 * Two at once may each take what was free for one; the next look finds it.
 * @param folder absolute, on the disk in question.
 * @param floorBytes 0 leaves it to the disk to say that it is full.
 */
export function watchSpace(disk: Disk, options: { folder(): string; floorBytes(): number }): Disk {
  let bytesLeft = 0;
  let entriesLeft = 0;
  let blockBytes = 0;
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    // A disk that does not tell is not watched: writing says whether it is full.
    const space = await disk.space(options.folder()).catch(() => null);
    blockBytes = space?.blockBytes ?? 0;
    bytesLeft = space ? Math.min(space.freeBytes - options.floorBytes(), lookEveryBytes) : lookEveryBytes;
    entriesLeft = Math.min(space?.freeEntries ?? lookEveryEntries, lookEveryEntries);
  }

  async function charge(bytes: number, entries: number): Promise<void> {
    if (options.floorBytes() === 0) return;
    const needed = (): number => bytes + entries * blockBytes;
    if (needed() > bytesLeft || entries > entriesLeft) {
      looking ??= look().finally(() => {
        looking = null;
      });
      await looking;
      if (needed() > bytesLeft || entries > entriesLeft) throw new ReasonError('not-enough-space');
    }
    bytesLeft -= needed();
    entriesLeft -= entries;
  }

  function watched(handle: PartHandle): PartHandle {
    return {
      ...handle,
      async write(buffers, offset) {
        await charge(
          buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0),
          0,
        );
        await handle.write(buffers, offset);
      },
    };
  }

  return {
    ensureFolder: (path) => disk.ensureFolder(path),
    taken: (path) => disk.taken(path),
    markDownloaded: (part) => disk.markDownloaded(part),
    publish: (part, final) => disk.publish(part, final),
    removePart: (path) => disk.removePart(path),
    removeEmptyFolder: (path) => disk.removeEmptyFolder(path),
    setFolderTime: (path, modifiedMs) => disk.setFolderTime(path, modifiedMs),
    space: (folder) => disk.space(folder),
    async makeFolder(path) {
      await charge(0, 1);
      await disk.makeFolder(path);
    },
    async createPart(path) {
      await charge(0, 1);
      return watched(await disk.createPart(path));
    },
    async reopenPart(path) {
      return watched(await disk.reopenPart(path));
    },
  };
}
