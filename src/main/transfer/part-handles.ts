import { basename, dirname, join } from 'node:path';
import { limits } from '../../shared/protocol/limits.ts';
import type { Disk, PartHandle } from '../files/disk.ts';
import { errorCode } from '../files/error-code.ts';
import { numberedName, shorten } from '../files/safe-name.ts';
import { createOpenRecord, type IncomingRecord, isDurable, type OpenRecord } from './incoming-record.ts';
import { segmentEnd } from './segments.ts';

/** The parts of one transfer's files: made beside the final names, and kept open while they are written. */
export interface PartHandles {
  /** Works on the part of this file, which is made or opened for it. Rejects also with what an earlier close said. */
  use<T>(entry: number, work: (handle: PartHandle) => Promise<T>): Promise<T>;
  /** What is verified of this file by now survives a loss of power, once this resolves. */
  flush(entry: number): Promise<void>;
  /** Absolute path of the part; null before it is made. */
  pathOf(entry: number): string | null;
  close(entry: number): Promise<void>;
  /** Closes those that are to be gone on with later. That one could not be closed is found when its file is needed again. */
  putAside(): Promise<void>;
  /** Whether all that was written of this file is in its part; one without even what was flushed is removed. */
  isWhole(entry: number): Promise<boolean>;
  /** Closes and removes the part of a file that is given up, once nobody uses it any more. */
  discard(entry: number): Promise<void>;
  /** Closes and removes them all, as far as the disk lets it. */
  dispose(): Promise<void>;
}

export const partSuffix = '.roomdrop-part';
/** Parts kept open; others are opened again when they are needed. */
const openParts = 128;

export function createPartHandles(options: {
  disk: Disk;
  record: IncomingRecord;
  /** Absolute final path of an entry. */
  finalPathOf(entry: number): string;
}): PartHandles {
  const { disk, record, finalPathOf } = options;
  /** In the order of their last use. */
  const handles = new Map<number, PartHandle>();
  const opening = new Map<number, Promise<PartHandle>>();
  const uses = new Map<number, Set<Promise<unknown>>>();
  /** Files whose part could not be flushed or closed: what the system took may never reach the disk, and it says so once. */
  const doubtful = new Map<number, unknown>();
  /** Parts of files given up that could not be removed yet. */
  const leftOver = new Set<string>();

  function pathOf(entry: number): string | null {
    const part = record.open.get(entry)?.part;
    return part ? join(dirname(finalPathOf(entry)), part) : null;
  }

  async function handleOf(entry: number): Promise<PartHandle> {
    const known = handles.get(entry);
    if (known) {
      handles.delete(entry);
      handles.set(entry, known);
      return known;
    }
    // A write and a flush of one part may both find it put aside: one of them opens it.
    const under = opening.get(entry) ?? open(entry).finally(() => opening.delete(entry));
    opening.set(entry, under);
    return under;
  }

  async function open(entry: number): Promise<PartHandle> {
    const path = pathOf(entry);
    const handle = path ? await disk.reopenPart(path) : await create(entry);
    handles.set(entry, handle);
    if (handles.size > openParts) await closeOldest();
    return handle;
  }

  async function create(entry: number): Promise<PartHandle> {
    const final = finalPathOf(entry);
    const name = shorten(basename(final), limits.diskNameBytes - partSuffix.length);
    for (let number = 1; ; number++) {
      const free = number === 1 ? name : numberedName(name, number, limits.diskNameBytes - partSuffix.length);
      const part = free + partSuffix;
      try {
        const handle = await disk.createPart(join(dirname(final), part));
        const file = record.open.get(entry);
        if (file) file.part = part;
        else record.open.set(entry, { ...createOpenRecord(), part });
        return handle;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
    }
  }

  async function closeOldest(): Promise<void> {
    for (const entry of handles.keys()) {
      if (!uses.has(entry)) return putAside(entry);
    }
  }

  async function putAside(entry: number): Promise<void> {
    await close(entry).catch((error: unknown) => doubtful.set(entry, error));
  }

  async function close(entry: number): Promise<void> {
    const handle = handles.get(entry);
    handles.delete(entry);
    await handle?.close();
  }

  async function remove(path: string): Promise<void> {
    leftOver.add(path);
    await disk.removePart(path);
    leftOver.delete(path);
  }

  async function use<T>(entry: number, work: (handle: PartHandle) => Promise<T>): Promise<T> {
    const own = uses.get(entry) ?? new Set();
    uses.set(entry, own);
    const using = (async () => {
      if (doubtful.has(entry)) throw doubtful.get(entry);
      return await work(await handleOf(entry));
    })();
    own.add(using);
    try {
      return await using;
    } finally {
      own.delete(using);
      if (own.size === 0) uses.delete(entry);
    }
  }

  /** It is there, with all that was flushed: a disk that was pulled out may come back with less. */
  async function isThere(entry: number, bytes: number): Promise<boolean> {
    try {
      return (await (await handleOf(entry)).bytes()) >= bytes;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      return false;
    }
  }

  return {
    use,
    async flush(entry) {
      const file = record.open.get(entry);
      const verified = [...(file?.unflushed ?? [])];
      await use(entry, (handle) =>
        handle.flush().catch((error: unknown) => {
          doubtful.set(entry, error);
          throw error;
        }),
      );
      for (const segment of verified) file?.unflushed.delete(segment);
    },
    pathOf,
    close,
    async putAside() {
      for (const entry of [...handles.keys()]) await putAside(entry);
    },
    async isWhole(entry) {
      const path = pathOf(entry);
      const file = record.open.get(entry);
      if (!path || !file) return true;
      const there = await isThere(entry, durableBytes(file, record.manifest[entry]?.bytes ?? 0));
      if (there) return !doubtful.delete(entry);
      await close(entry).catch(unreachable);
      await disk.removePart(path);
      doubtful.delete(entry);
      file.part = null;
      return false;
    },
    async discard(entry) {
      const before = pathOf(entry);
      for (let using = uses.get(entry); using; using = uses.get(entry)) await Promise.allSettled(using);
      // Nobody wants its bytes, so it is no matter whether all of them are there.
      await close(entry).catch(unreachable);
      doubtful.delete(entry);
      // A part that was just being made has put itself on the record meanwhile.
      const path = before ?? pathOf(entry);
      record.open.delete(entry);
      if (path) await remove(path);
    },
    async dispose() {
      for (const entry of [...handles.keys()]) await close(entry).catch(unreachable);
      const parts = [...record.open.keys()].flatMap((entry) => pathOf(entry) ?? []);
      for (const path of [...leftOver, ...parts]) await disk.removePart(path).catch(unreachable);
    },
  };
}

/** A disk that is gone cannot be tidied, and whoever tidies has nothing else to try. */
function unreachable(): void {}

/** How long a part is at least that has all that was flushed. */
function durableBytes(file: OpenRecord, fileBytes: number): number {
  const segments = [...file.verified].filter((segment) => isDurable(file, segment));
  return segments.reduce((end, segment) => Math.max(end, segmentEnd(segment, fileBytes)), 0);
}
