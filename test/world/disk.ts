import { dirname } from 'node:path';
import type { Disk, PartHandle } from '../../src/main/files/disk.ts';

/** A disk in memory. Errors are Node's, as the real one has them. */
export interface WorldDisk extends Disk {
  /** What a file holds; undefined when there is none of this name. */
  read(path: string): Uint8Array | undefined;
  /** Paths of all files, in order. */
  readonly files: readonly string[];
  readonly openHandles: number;
}

interface StoredFile {
  bytes: Uint8Array<ArrayBuffer>;
}

export function createWorldDisk(): WorldDisk {
  const files = new Map<string, StoredFile>();
  const folders = new Set<string>(['/']);
  let openHandles = 0;

  function taken(path: string): boolean {
    return files.has(path) || folders.has(path);
  }

  function refuseTaken(path: string): void {
    if (taken(path)) throw systemError('EEXIST');
    if (!folders.has(dirname(path))) throw systemError('ENOENT');
  }

  function handleOf(file: StoredFile): PartHandle {
    openHandles++;
    return {
      async write(buffers, offset) {
        const end = buffers.reduce((at, buffer) => at + buffer.byteLength, offset);
        if (end > file.bytes.byteLength) file.bytes = lengthened(file.bytes, end);
        let at = offset;
        for (const buffer of buffers) {
          file.bytes.set(buffer, at);
          at += buffer.byteLength;
        }
      },
      bytes: async () => file.bytes.byteLength,
      flush: async () => undefined,
      dress: async () => undefined,
      async close() {
        openHandles--;
      },
    };
  }

  return {
    async makeFolder(path) {
      refuseTaken(path);
      folders.add(path);
    },
    async ensureFolder(path) {
      for (let above = path; above !== dirname(above); above = dirname(above)) folders.add(above);
    },
    taken: async (path) => taken(path),
    async createPart(path) {
      refuseTaken(path);
      const file = { bytes: new Uint8Array() };
      files.set(path, file);
      return handleOf(file);
    },
    async reopenPart(path) {
      const file = files.get(path);
      if (!file) throw systemError('ENOENT');
      return handleOf(file);
    },
    markDownloaded: async () => undefined,
    async publish(part, final) {
      const file = files.get(part);
      if (!file) throw systemError('ENOENT');
      refuseTaken(final);
      files.delete(part);
      files.set(final, file);
    },
    async removePart(path) {
      files.delete(path);
    },
    async removeEmptyFolder(path) {
      const inside = (other: string): boolean => dirname(other) === path;
      if (![...files.keys(), ...folders].some(inside)) folders.delete(path);
    },
    setFolderTime: async () => undefined,
    space: async () => ({ freeBytes: 1e12, freeEntries: null, blockBytes: 4096 }),
    read: (path) => files.get(path)?.bytes,
    get files() {
      return [...files.keys()].sort();
    },
    get openHandles() {
      return openHandles;
    },
  };
}

/** In the same buffer where that is long enough: a file is written in many small steps. */
function lengthened({ buffer, byteLength }: Uint8Array<ArrayBuffer>, end: number): Uint8Array<ArrayBuffer> {
  if (end <= buffer.byteLength) return new Uint8Array(buffer, 0, end);
  const longer = new Uint8Array(Math.max(end, 2 * byteLength));
  longer.set(new Uint8Array(buffer, 0, byteLength));
  return longer.subarray(0, end);
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
