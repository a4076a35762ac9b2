import { randomUUID } from 'node:crypto';
import { constants, type Dirent, type Stats } from 'node:fs';
import { basename, join, parse, resolve } from 'node:path';
import { createManifestBudget, type ManifestBudget } from '../../shared/protocol/manifest-budget.ts';
import { ReasonError } from '../../shared/reasons.ts';
import { errorCode } from './error-code.ts';
import { nameKey, numberedName } from './safe-name.ts';
import type { OpenFile, Source } from './source.ts';
import { describedEntries, describeEntries, type PathSourceDescription } from './source-description.ts';
import type { SourceEntry } from './source-entry.ts';
import { nodeFs, type UserFs } from './user-fs.ts';

/**
 * A source of files and folders on this disk.
 *
 * A link that was itself picked is followed; links inside folders are left out, as are sockets and devices, so nothing
 * outside the picked folders is sent by accident. What cannot be listed or looked at becomes a file entry that
 * fails when it is opened, so that both people see what is missing. Rejects with `path-missing` or `path-unreadable` for
 * picked paths, with `too-many-entries` as soon as more is found than an offer may name, and with the signal's reason
 * once that is aborted.
 */
export async function createPathSource(
  paths: readonly string[],
  options: { signal?: AbortSignal; budget?: ManifestBudget; fs?: UserFs } = {},
): Promise<Source> {
  const { signal, budget = createManifestBudget(), fs = nodeFs } = options;
  const { lstat, open, opendir, stat } = fs;
  const entries: SourceEntry[] = [];
  const roots: PathSourceDescription['roots'] = [];
  const topLevel = new Set<string>();

  function add(path: string, kind: SourceEntry['kind'], found: Stats | null): void {
    const file = kind === 'file' && found?.isFile() === true;
    entries.push({
      index: entries.length,
      path,
      kind,
      bytes: file ? found.size : 0,
      modifiedMs: found?.mtimeMs ?? 0,
      executable: file && (found.mode & 0o100) !== 0,
    });
  }

  /** In the order of their names, each folder before what is in it. */
  async function walk(root: Found): Promise<void> {
    const pending = [root];
    for (let next = pending.pop(); next; next = pending.pop()) {
      signal?.throwIfAborted();
      const { path, absolute } = next;
      const stats = next.stats ?? (await lstat(absolute).catch(() => null));
      const names = stats?.isDirectory() ? await namesIn(path, absolute) : null;
      if (names) {
        add(path, 'folder', stats);
        for (const name of names.reverse()) pending.push({ path: `${path}/${name}`, absolute: join(absolute, name) });
      } else if (!stats || stats.isFile() || stats.isDirectory()) add(path, 'file', stats);
    }
  }

  /** Null when the folder cannot be listed. */
  async function namesIn(path: string, absolute: string): Promise<string[] | null> {
    // Names that are no valid text all read alike, and a path may come only once.
    const names = new Set<string>();
    try {
      for await (const found of await opendir(absolute, { bufferSize: listedAtOnce })) {
        signal?.throwIfAborted();
        if (isLeftOut(found) || names.has(found.name)) continue;
        // Before anything else is asked about it: there may be no end of them.
        budget.add(`${path}/${found.name}`);
        names.add(found.name);
      }
    } catch (error) {
      if (signal?.aborted || error instanceof ReasonError) throw error;
      return null;
    }
    return [...names].sort();
  }

  for (const given of paths) {
    const absolute = resolve(given);
    let found: Stats;
    try {
      found = await stat(absolute);
      if (found.isDirectory()) await (await opendir(absolute)).close();
      else if (found.isFile()) await (await open(absolute, constants.O_RDONLY)).close();
      else throw new ReasonError('path-unreadable', { path: given });
    } catch (error) {
      if (error instanceof ReasonError) throw error;
      const missing = ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
      throw new ReasonError(missing ? 'path-missing' : 'path-unreadable', { path: given }, { cause: error });
    }
    const path = freeName(nameOf(absolute), topLevel);
    budget.add(path);
    roots.push({ path, absolute });
    await walk({ path, absolute, stats: found });
  }

  return sourceOf({ id: randomUUID(), roots, entries, fs });
}

/**
 * The same source in another process. A file that is no longer what it was when it was listed fails when it is opened, as
 * it would have then: `file-missing`, `file-changed`, `file-unreadable`.
 */
export function reopenPathSource(description: PathSourceDescription, fs: UserFs = nodeFs): Source {
  const { id, roots, entries } = description;
  return sourceOf({ id, roots, entries: describedEntries(entries), fs });
}

function sourceOf(parts: {
  id: string;
  roots: PathSourceDescription['roots'];
  entries: readonly SourceEntry[];
  fs: UserFs;
}): Source {
  const { id, roots, entries, fs } = parts;
  const places = new Map(roots.map(({ path, absolute }) => [path, absolute]));
  return {
    id,
    entries,
    async open(entry) {
      const [root = '', ...below] = entry.path.split('/');
      const place = places.get(root);
      if (place === undefined) throw new ReasonError('file-missing', { path: entry.path });
      return openFile(fs, join(place, ...below), entry);
    },
    describe: () => ({ from: 'paths', id, roots, entries: describeEntries(entries) }),
    release() {},
  };
}

interface Found {
  /** Relative, as in the manifest. */
  readonly path: string;
  readonly absolute: string;
  /** Of what was picked, a link followed. */
  readonly stats?: Stats;
}

const listedAtOnce = 256;

function isLeftOut(found: Dirent): boolean {
  return (
    found.isSymbolicLink() || found.isSocket() || found.isFIFO() || found.isBlockDevice() || found.isCharacterDevice()
  );
}

/** The root of a disk has no name of its own. */
function nameOf(absolute: string): string {
  return basename(absolute) || parse(absolute).root.replace(/[^A-Za-z0-9]/g, '') || 'disk';
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(nameKey(free)); number++) free = numberedName(name, number, 255);
  taken.add(nameKey(free));
  return free;
}

async function openFile({ open }: UserFs, path: string, entry: SourceEntry): Promise<OpenFile> {
  const failed = (error: unknown): ReasonError => {
    if (error instanceof ReasonError) return error;
    const missing = ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
    return new ReasonError(missing ? 'file-missing' : 'file-unreadable', { path: entry.path }, { cause: error });
  };
  // Without O_NONBLOCK a file that was replaced by a pipe would wait for a writer for ever.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error: unknown) => {
    throw failed(error);
  });

  async function assertUnchanged(): Promise<void> {
    const now = await file.stat().catch((error: unknown) => {
      throw failed(error);
    });
    if (!now.isFile()) throw new ReasonError('file-unreadable', { path: entry.path });
    if (now.size !== entry.bytes || now.mtimeMs !== entry.modifiedMs) {
      throw new ReasonError('file-changed', { path: entry.path });
    }
  }

  try {
    await assertUnchanged();
  } catch (error) {
    await file.close();
    throw error;
  }

  return {
    async read(target, offset) {
      let filled = 0;
      while (filled < target.byteLength) {
        const { bytesRead } = await file
          .read(target, filled, target.byteLength - filled, offset + filled)
          .catch((error: unknown) => {
            throw failed(error);
          });
        if (bytesRead === 0) throw new ReasonError('file-changed', { path: entry.path });
        filled += bytesRead;
      }
    },
    assertUnchanged,
    close: () => file.close(),
  };
}
