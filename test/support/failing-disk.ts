import type { PartHandle } from '../../src/main/files/disk.ts';
import { createWorldDisk, type WorldDisk } from '../world/disk.ts';
import { systemError } from './engine-disk.ts';

/** A disk in memory, some calls of which fail, once each. */
export interface FailingDisk extends Omit<WorldDisk, 'losePower'> {
  /** The calls made so far, by name. */
  readonly calls: readonly string[];
  /** Those of them that failed. */
  readonly failed: readonly string[];
  /** What would be left of a file after a loss of power: what a flush has confirmed. */
  durable(path: string): Uint8Array | undefined;
}

export interface DiskFault {
  /** Counted from 1. */
  call: number;
  code: string;
}

/** What disks say, as far as it is told apart. */
export const diskFaults = ['EIO', 'ENOSPC', 'EDQUOT', 'ENOENT', 'EEXIST', 'EROFS'] as const;

/** Does the same over a disk without a fault, and then with each of its calls failing in each of these ways. */
export async function atEveryFault(
  live: (disk: FailingDisk, fault: DiskFault | null) => Promise<void>,
  codes: readonly string[] = diskFaults,
): Promise<void> {
  const whole = createFailingDisk([]);
  await live(whole, null);
  for (const [index, name] of whole.calls.entries()) {
    for (const code of codes) {
      const fault = { call: index + 1, code };
      try {
        await live(createFailingDisk([fault]), fault);
      } catch (error) {
        throw new Error(`with ${code} at call ${fault.call} (${name}): ${error}`, { cause: error });
      }
    }
  }
}

/** Once more until it is done: what fails does so once. */
export async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries > 10) throw error;
    }
  }
}

/** What was to be taken away may have been left, if just that was refused. */
export function maybeLeftOver(disk: FailingDisk): boolean {
  return disk.failed.some((name) => name === 'removePart' || name === 'removeEmptyFolder');
}

interface Durability {
  durable: Uint8Array;
  /** Written since, and not yet lost to a flush that failed. */
  dirty: [from: number, to: number][];
}

export function createFailingDisk(faults: readonly DiskFault[]): FailingDisk {
  const world = createWorldDisk();
  const files = new Map<string, Durability>();
  const calls: string[] = [];
  const failed: string[] = [];

  function call(name: string): void {
    calls.push(name);
    const fault = faults.find((each) => each.call === calls.length);
    if (!fault) return;
    failed.push(name);
    throw systemError(fault.code);
  }

  function keepWritten(path: string, file: Durability): void {
    const bytes = world.read(path) ?? new Uint8Array();
    const durable = new Uint8Array(bytes.byteLength);
    durable.set(file.durable.subarray(0, bytes.byteLength));
    for (const [from, to] of file.dirty.splice(0)) durable.set(bytes.subarray(from, to), from);
    file.durable = durable;
  }

  function watched(handle: PartHandle, path: string, file: Durability): PartHandle {
    /** A system that could not write something back says so once, and holds it for written then. */
    const orForgets = (name: string): void => {
      try {
        call(name);
      } catch (error) {
        file.dirty = [];
        throw error;
      }
    };
    return {
      async write(buffers, offset) {
        const end = buffers.reduce((at, { byteLength }) => at + byteLength, offset);
        try {
          call('write');
        } catch (error) {
          await handle.write(buffers.slice(0, Math.ceil(buffers.length / 2)), offset);
          throw error;
        }
        await handle.write(buffers, offset);
        file.dirty.push([offset, end]);
      },
      async flush() {
        orForgets('flush');
        keepWritten(path, file);
      },
      async bytes() {
        call('bytes');
        return handle.bytes();
      },
      async dress() {
        call('dress');
      },
      async close() {
        await handle.close();
        orForgets('close');
      },
    };
  }

  return {
    async makeFolder(path) {
      call('makeFolder');
      await world.makeFolder(path);
    },
    async ensureFolder(path) {
      call('ensureFolder');
      await world.ensureFolder(path);
    },
    async taken(path) {
      call('taken');
      return world.taken(path);
    },
    async createPart(path) {
      call('createPart');
      const handle = await world.createPart(path);
      const file = { durable: new Uint8Array(), dirty: [] };
      files.set(path, file);
      return watched(handle, path, file);
    },
    async reopenPart(path) {
      call('reopenPart');
      const handle = await world.reopenPart(path);
      return watched(handle, path, files.get(path) ?? { durable: new Uint8Array(), dirty: [] });
    },
    markDownloaded: world.markDownloaded,
    async publish(part, final) {
      call('publish');
      await world.publish(part, final);
      const file = files.get(part);
      if (file) files.set(final, file);
      files.delete(part);
    },
    async removePart(path) {
      call('removePart');
      await world.removePart(path);
    },
    async removeEmptyFolder(path) {
      call('removeEmptyFolder');
      await world.removeEmptyFolder(path);
    },
    async setFolderTime() {
      call('setFolderTime');
    },
    async space(folder) {
      call('space');
      return world.space(folder);
    },
    read: world.read,
    durable: (path) => files.get(path)?.durable,
    get files() {
      return world.files;
    },
    get openHandles() {
      return world.openHandles;
    },
    calls,
    failed,
  };
}
