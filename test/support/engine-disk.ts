import { type Disk, type PartHandle, systemDisk } from '../../src/main/files/disk.ts';

type Fault = 'createPart' | 'reopenPart' | 'publish' | 'makeFolder' | 'ensureFolder' | 'flush' | 'close' | 'removePart';

/** The real disk, which can be told to refuse, and which counts what is open. */
export interface FaultyDisk extends Disk {
  /** Bytes that may still be written before `ENOSPC`; a failing write writes nothing. */
  spaceBytes: number;
  /** Thrown by the next calls of these, until taken away. A part that refuses to be closed is closed, as on Linux. */
  readonly faults: Map<Fault, string>;
  readonly openHandles: number;
  /** Each write waits for this. */
  beforeWrite: (() => Promise<void>) | null;
  /** Told after each write. */
  onWrite: (() => void) | null;
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code });
}

export function createFaultyDisk(): FaultyDisk {
  let openHandles = 0;
  const faults: FaultyDisk['faults'] = new Map();

  function check(name: Fault): void {
    const code = faults.get(name);
    if (code) throw systemError(code);
  }

  function watched(handle: PartHandle): PartHandle {
    openHandles++;
    return {
      ...handle,
      async write(buffers, offset) {
        const bytes = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
        if (bytes > disk.spaceBytes) throw systemError('ENOSPC');
        disk.spaceBytes -= bytes;
        await disk.beforeWrite?.();
        await handle.write(buffers, offset);
        disk.onWrite?.();
      },
      async flush() {
        check('flush');
        await handle.flush();
      },
      async close() {
        openHandles--;
        await handle.close();
        check('close');
      },
    };
  }

  const disk: FaultyDisk = {
    ...systemDisk,
    spaceBytes: Number.POSITIVE_INFINITY,
    faults,
    beforeWrite: null,
    onWrite: null,
    get openHandles() {
      return openHandles;
    },
    async createPart(path) {
      check('createPart');
      return watched(await systemDisk.createPart(path));
    },
    async reopenPart(path) {
      check('reopenPart');
      return watched(await systemDisk.reopenPart(path));
    },
    async removePart(path) {
      check('removePart');
      await systemDisk.removePart(path);
    },
    async publish(part, final) {
      check('publish');
      await systemDisk.publish(part, final);
    },
    async makeFolder(path) {
      check('makeFolder');
      await systemDisk.makeFolder(path);
    },
    async ensureFolder(path) {
      check('ensureFolder');
      await systemDisk.ensureFolder(path);
    },
  };
  return disk;
}
