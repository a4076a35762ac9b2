import { join } from 'node:path';
import { limits } from '../../shared/protocol/limits.ts';
import { ReasonError } from '../../shared/reasons.ts';
import type { Disk } from './disk.ts';
import { errorCode } from './error-code.ts';
import { nameKey, numberedName, safeName } from './safe-name.ts';
import type { SourceEntry } from './source-entry.ts';

/** Where the entries of a manifest go below the chosen folder. */
export interface Targets {
  /** One for each entry, relative to the chosen folder, its segments safe. */
  readonly paths: readonly string[];
  /** Folders to make, also those that only a longer path names, each after the one it is in. */
  readonly folders: readonly string[];
}

type NamedEntry = Pick<SourceEntry, 'path' | 'kind'>;

/** What a person picked: the first segments, in order of first appearance. */
export function rootsOf(entries: readonly NamedEntry[]): { given: string; folder: boolean }[] {
  const roots = new Map<string, boolean>();
  for (const { path, kind } of entries) {
    const slash = path.indexOf('/');
    const given = slash < 0 ? path : path.slice(0, slash);
    roots.set(given, roots.get(given) === true || slash >= 0 || kind === 'folder');
  }
  return [...roots].map(([given, folder]) => ({ given, folder }));
}

interface Node {
  readonly target: string;
  readonly kind: SourceEntry['kind'];
  /** An entry of its own, not only part of a longer path. */
  named: boolean;
  /** Null until there is one: most nodes are files. */
  children: Map<string, Node> | null;
  /** Names in use, each with the number its next twin tries first: many twins must not cost their square. */
  keys: Map<string, number> | null;
}

/**
 * Plans every target. `roots` maps each first segment to the name it was given. Twins (the same name in another case or
 * normal form) get ` (2)`. Throws `bad-offer` when a path comes twice or goes through a file, `too-many-entries` when
 * long paths name more folders than a manifest may list.
 */
export function planTargets(
  entries: readonly NamedEntry[],
  roots: ReadonlyMap<string, string>,
  platform: NodeJS.Platform,
): Targets {
  const top = node('', 'folder');
  const folders: string[] = [];

  function child(parent: Node, given: string, kind: SourceEntry['kind']): Node {
    parent.children ??= new Map();
    const known = parent.children.get(given);
    if (known) return known;
    parent.keys ??= new Map();
    const fixed = parent === top ? roots.get(given) : undefined;
    const name = fixed ?? freeName(safeName(given, limits.diskNameBytes, platform), parent.keys);
    const made = node(parent === top ? name : `${parent.target}/${name}`, kind);
    parent.children.set(given, made);
    if (kind === 'folder') folders.push(made.target);
    if (folders.length > limits.manifestEntries) throw new ReasonError('too-many-entries', { count: folders.length });
    return made;
  }

  const paths = entries.map(({ path, kind }) => {
    const segments = path.split('/');
    const last = segments.pop() ?? '';
    let parent = top;
    for (const segment of segments) {
      parent = child(parent, segment, 'folder');
      if (parent.kind !== 'folder') throw new ReasonError('bad-offer', { path });
    }
    const own = child(parent, last, kind);
    if (own.named || own.kind !== kind) throw new ReasonError('bad-offer', { path });
    own.named = true;
    return own.target;
  });
  return { paths, folders };
}

function node(target: string, kind: SourceEntry['kind']): Node {
  return { target, kind, named: false, children: null, keys: null };
}

function freeName(name: string, keys: Map<string, number>): string {
  let free = name;
  let number = keys.get(nameKey(name)) ?? 2;
  while (keys.has(nameKey(free))) free = numberedName(name, number++, limits.diskNameBytes);
  keys.set(nameKey(name), number);
  keys.set(nameKey(free), keys.get(nameKey(free)) ?? 2);
  return free;
}

/**
 * Takes a free name in `folder` for each root: makes the folder, or keeps the name of a file in `claimed` until the
 * transfer is over, so that two transfers at once never agree on one. Rejects with the disk's error; what was claimed so
 * far stays in `taken`.
 */
export async function claimRoots(options: {
  disk: Disk;
  folder: string;
  roots: readonly { given: string; folder: boolean }[];
  /** Names already claimed by an earlier, failed try; filled here. */
  taken: Map<string, string>;
  claimed: Set<string>;
  platform: NodeJS.Platform;
}): Promise<void> {
  const { disk, folder, taken, claimed } = options;
  const numbers = new Map<string, number>();
  for (const root of options.roots) {
    if (taken.has(root.given)) continue;
    const wanted = safeName(root.given, limits.diskNameBytes, options.platform);
    let name = wanted;
    let number = numbers.get(nameKey(wanted)) ?? 2;
    while (!(await claim(name, root.folder))) name = numberedName(wanted, number++, limits.diskNameBytes);
    numbers.set(nameKey(wanted), number);
    taken.set(root.given, name);
  }

  async function claim(name: string, isFolder: boolean): Promise<boolean> {
    const key = claimKey(folder, name);
    if (claimed.has(key)) return false;
    claimed.add(key);
    try {
      if (!(await disk.taken(join(folder, name)))) {
        if (isFolder) await disk.makeFolder(join(folder, name));
        return true;
      }
    } catch (error) {
      claimed.delete(key);
      if (errorCode(error) !== 'EEXIST') throw error;
      return false;
    }
    claimed.delete(key);
    return false;
  }
}

export function claimKey(folder: string, name: string): string {
  return join(folder, nameKey(name));
}
