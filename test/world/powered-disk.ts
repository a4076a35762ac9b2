import type { Disk, PartHandle } from '../../src/main/files/disk.ts';

/** A disk as an app sees it that runs on a computer now: once that has no power, no call does anything, or returns. */
export interface PoweredDisk extends Disk {
  readonly openHandles: number;
}

export function createPoweredDisk(disk: Disk, power: { readonly isOn: boolean }): PoweredDisk {
  let openHandles = 0;

  const powered =
    <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
    (...given: A): Promise<R> =>
      power.isOn ? call(...given) : new Promise(() => undefined);

  function counted(handle: PartHandle): PartHandle {
    openHandles++;
    return {
      write: powered(handle.write),
      bytes: powered(handle.bytes),
      flush: powered(handle.flush),
      dress: powered(handle.dress),
      close: powered(async () => {
        openHandles--;
        await handle.close();
      }),
    };
  }

  return {
    makeFolder: powered(disk.makeFolder),
    ensureFolder: powered(disk.ensureFolder),
    taken: powered(disk.taken),
    createPart: powered(async (path) => counted(await disk.createPart(path))),
    reopenPart: powered(async (path) => counted(await disk.reopenPart(path))),
    markDownloaded: powered(disk.markDownloaded),
    publish: powered(disk.publish),
    removePart: powered(disk.removePart),
    removeEmptyFolder: powered(disk.removeEmptyFolder),
    setFolderTime: powered(disk.setFolderTime),
    space: powered(disk.space),
    get openHandles() {
      return openHandles;
    },
  };
}
