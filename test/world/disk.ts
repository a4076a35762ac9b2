import { dirname } from 'node:path';
import type { Disk, PartHandle } from '../../src/main/files/disk.ts';

/** A disk in memory. Errors are Node's, as the real one has them. */
export interface WorldDisk extends Disk {
  /** What a file holds; undefined when there is none of this name. */
  read(path: string): Uint8Array | undefined;
  /** Paths of all files, in order. */
  readonly files: readonly string[];
  readonly openHandles: number;
  /** What no flush has confirmed is lost: files are shorter, or hold zeros. */
  losePower(): void;
}

export interface WorldDiskOptions {
  /** Names that differ only in case are one name, as on Windows and macOS. */
  readonly caseless?: boolean;
}

class StoredFile {
  path: string;
  #store = new Uint8Array(new ArrayBuffer(0));
  #bytes = 0;
  #durable: Uint8Array = new Uint8Array();
  #isFlushed = true;

  constructor(path: string) {
    this.path = path;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#store.subarray(0, this.#bytes);
  }

  write(buffers: readonly Uint8Array[], offset: number): void {
    const end = buffers.reduce((at, buffer) => at + buffer.byteLength, offset);
    if (end > this.#store.byteLength) {
      const longer = new Uint8Array(new ArrayBuffer(Math.max(end, 2 * this.#store.byteLength)));
      longer.set(this.bytes);
      this.#store = longer;
    }
    let at = offset;
    for (const buffer of buffers) {
      this.#store.set(buffer, at);
      at += buffer.byteLength;
    }
    this.#bytes = Math.max(this.#bytes, end);
    this.#isFlushed = false;
  }

  flush(): void {
    if (!this.#isFlushed) this.#durable = this.bytes.slice();
    this.#isFlushed = true;
  }

  losePower(): void {
    if (this.#isFlushed) return;
    // What was handed over lately may be there by its length alone.
    this.#store = new Uint8Array(new ArrayBuffer(this.#bytes));
    this.#store.set(this.#durable);
    this.#isFlushed = true;
  }
}

export function createWorldDisk({ caseless = false }: WorldDiskOptions = {}): WorldDisk {
  /** By what the disk holds for one name. */
  const files = new Map<string, StoredFile>();
  const folders = new Map<string, string>([['/', '/']]);
  let openHandles = 0;

  const keyOf = (path: string): string => (caseless ? path.toLowerCase() : path);

  function taken(path: string): boolean {
    return files.has(keyOf(path)) || folders.has(keyOf(path));
  }

  function refuseTaken(path: string): void {
    if (taken(path)) throw systemError('EEXIST');
    if (!folders.has(keyOf(dirname(path)))) throw systemError('ENOENT');
  }

  function handleOf(file: StoredFile): PartHandle {
    openHandles++;
    return {
      async write(buffers, offset) {
        file.write(buffers, offset);
      },
      bytes: async () => file.bytes.byteLength,
      flush: async () => file.flush(),
      dress: async () => undefined,
      async close() {
        openHandles--;
      },
    };
  }

  return {
    async makeFolder(path) {
      refuseTaken(path);
      folders.set(keyOf(path), path);
    },
    async ensureFolder(path) {
      for (let above = path; above !== dirname(above); above = dirname(above)) folders.set(keyOf(above), above);
    },
    taken: async (path) => taken(path),
    async createPart(path) {
      refuseTaken(path);
      const file = new StoredFile(path);
      files.set(keyOf(path), file);
      return handleOf(file);
    },
    async reopenPart(path) {
      const file = files.get(keyOf(path));
      if (!file) throw systemError('ENOENT');
      return handleOf(file);
    },
    markDownloaded: async () => undefined,
    async publish(part, final) {
      const file = files.get(keyOf(part));
      if (!file) throw systemError('ENOENT');
      refuseTaken(final);
      files.delete(keyOf(part));
      file.path = final;
      files.set(keyOf(final), file);
    },
    async removePart(path) {
      files.delete(keyOf(path));
    },
    async removeEmptyFolder(path) {
      const inside = (other: string): boolean => dirname(other) === keyOf(path);
      if (![...files.keys(), ...folders.keys()].some(inside)) folders.delete(keyOf(path));
    },
    setFolderTime: async () => undefined,
    space: async () => ({ freeBytes: 1e12, freeEntries: null, blockBytes: 4096 }),
    read: (path) => files.get(keyOf(path))?.bytes,
    get files() {
      return [...files.values()].map(({ path }) => path).sort();
    },
    get openHandles() {
      return openHandles;
    },
    losePower() {
      for (const file of files.values()) file.losePower();
    },
  };
}

export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
