import { type Disk, type PartHandle, systemDisk } from '../../src/main/files/disk.ts';
import { systemError } from './engine-disk.ts';

/** The real disk as a process sees it that is killed at some point: from then on it changes nothing any more. */
export interface MortalDisk extends Disk {
  die(): void;
}

export function createMortalDisk(): MortalDisk {
  let dead = false;

  function alive<A extends unknown[], R>(call: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
    return (...given) => (dead ? Promise.reject(systemError('EIO')) : call(...given));
  }

  function watched(handle: PartHandle): PartHandle {
    return { ...handle, write: alive(handle.write), flush: alive(handle.flush), dress: alive(handle.dress) };
  }

  return {
    ...systemDisk,
    die() {
      dead = true;
    },
    createPart: alive(async (path: string) => watched(await systemDisk.createPart(path))),
    reopenPart: alive(async (path: string) => watched(await systemDisk.reopenPart(path))),
    makeFolder: alive(systemDisk.makeFolder),
    ensureFolder: alive(systemDisk.ensureFolder),
    publish: alive(systemDisk.publish),
    removePart: alive(systemDisk.removePart),
    removeEmptyFolder: alive(systemDisk.removeEmptyFolder),
    setFolderTime: alive(systemDisk.setFolderTime),
  };
}
