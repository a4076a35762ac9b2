import { dirname, join } from 'node:path';
import { ReasonError } from '../../shared/reasons.ts';
import { refusesName } from '../files/disk.ts';
import { errorCode } from '../files/error-code.ts';
import { claimKey, claimRoots, planTargets, rootsOf, type Targets } from '../files/targets.ts';
import { entryState, type IncomingRecord } from './incoming-record.ts';
import { firstSegment } from './manifest.ts';
import type { Surroundings } from './transfer.ts';

/** Where an accepted transfer lands: its names in the chosen folder, and its folders. */
export interface Landing {
  /** Claims names and makes folders. Rejects with the disk's error or `bad-offer`; may then be called again. */
  prepare(abandoned: () => boolean): Promise<void>;
  /** Makes folders that went away meanwhile; rejects with the disk's error, or `folder-gone`. */
  restore(): Promise<void>;
  /** Files in folders whose names this disk refuses. */
  readonly refused: readonly number[];
  /** Absolute final path of an entry; once prepared. */
  pathOf(entry: number): string;
  /** Absolute path of the received folder that this entry is in; null for a file of its own. */
  rootFolderOf(given: string): string | null;
  firstRoot(): string | null;
  /** A file got this name in the end. */
  named(given: string, name: string): void;
  /** The last thing to do: every file that is made in a folder changes the folder's time. */
  setFolderTimes(): Promise<void>;
  /** Gives the names free, and removes folders that stayed empty when nothing more will come. */
  release(removeEmpty: boolean): Promise<void>;
}

export function createLanding(options: {
  surroundings: Pick<Surroundings, 'disk' | 'platform'>;
  record: IncomingRecord;
  claimed: Set<string>;
}): Landing {
  const { record, claimed } = options;
  const entries = record.manifest;
  const { disk, platform } = options.surroundings;
  const taken = new Map(record.roots.map((root) => [root.given, root.taken]));
  const refusedFolders = new Set<string>();
  let targets: Targets | null = record.placed ? planTargets(entries, taken, platform) : null;
  /** Folders made, or about to be, relative to the chosen one, each after the one it is in. */
  let made = targets?.folders ?? rootFolders();
  let refused: number[] = [];

  function chosen(): string {
    return record.folder ?? '';
  }

  function rootFolders(): readonly string[] {
    return record.roots.filter((root) => root.folder).map((root) => root.taken);
  }

  async function makeFolder(target: string): Promise<void> {
    if (refusedFolders.has(dirname(target))) {
      refusedFolders.add(target);
      return;
    }
    try {
      await disk.makeFolder(join(chosen(), target));
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return;
      if (!refusesName(error)) throw error;
      refusedFolders.add(target);
    }
  }

  for (const name of taken.values()) claimed.add(claimKey(chosen(), name));

  return {
    async prepare(abandoned) {
      // A manifest that contradicts itself is refused before anything is made.
      planTargets(entries, new Map(), platform);
      const roots = rootsOf(entries);
      try {
        await claimRoots({ disk, folder: chosen(), roots, taken, claimed, platform });
      } finally {
        // Those that were claimed before one could not be are ours all the same, to go on with or to be taken away.
        record.roots = roots.flatMap(({ given, folder }) => {
          const name = taken.get(given);
          return name === undefined ? [] : { given, folder, taken: name, name };
        });
        made = rootFolders();
      }
      targets = planTargets(entries, taken, platform);
      made = targets.folders;
      for (const target of targets.folders) {
        if (abandoned()) return;
        await makeFolder(target);
      }
      const { paths } = targets;
      refused = entries
        .filter((entry) => entry.kind === 'file' && refusedFolders.has(dirname(paths[entry.index] ?? '')))
        .map((entry) => entry.index);
      entries.forEach((entry, index) => {
        if (entry.kind === 'folder') record.states[index] = entryState.finished;
      });
      record.placed = true;
    },
    async restore() {
      // The chosen folder itself is not made again: on a drive that was pulled out it would be another disk.
      if (!(await disk.taken(chosen()))) throw new ReasonError('folder-gone');
      for (const target of made) await makeFolder(target);
    },
    get refused() {
      return refused;
    },
    pathOf: (entry) => join(chosen(), targets?.paths[entry] ?? ''),
    rootFolderOf(given) {
      const root = firstSegment(given);
      return root === given ? null : join(chosen(), taken.get(root) ?? root);
    },
    firstRoot() {
      const first = record.roots[0];
      return first ? join(chosen(), first.name) : null;
    },
    named(given, name) {
      const root = taken.has(given) ? record.roots.find((each) => each.given === given) : undefined;
      if (root) root.name = name;
    },
    async setFolderTimes() {
      const paths = targets?.paths ?? [];
      for (const entry of [...entries].reverse()) {
        const target = paths[entry.index];
        if (entry.kind !== 'folder' || target === undefined || refusedFolders.has(target)) continue;
        await disk.setFolderTime(join(chosen(), target), entry.modifiedMs).catch(() => {
          // Only a time: a folder that somebody has moved meanwhile keeps its own.
        });
      }
    },
    async release(removeEmpty) {
      for (const name of taken.values()) claimed.delete(claimKey(chosen(), name));
      if (!removeEmpty || record.folder === null) return;
      for (const target of [...made].reverse()) {
        if (!refusedFolders.has(target)) await disk.removeEmptyFolder(join(chosen(), target));
      }
    },
  };
}
