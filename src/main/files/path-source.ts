import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { basename, join, parse, resolve } from 'node:path';
import { ReasonError } from '../../shared/reasons.ts';
import { errorCode } from './disk.ts';
import { nameKey, numberedName } from './safe-name.ts';
import type { OpenFile, Source, SourceEntry } from './source.ts';

/**
 * A source of files and folders on this disk.
 *
 * A link that was itself picked is followed; links inside folders are left out, as are sockets and devices, so nothing
 * outside the picked folders is sent by accident. What cannot be listed or looked at becomes a file entry that
 * fails when it is opened, so that both people see what is missing. Rejects with `path-missing` or `path-unreadable` for picked paths.
 */
export async function createPathSource(paths: readonly string[]): Promise<Source> {
  const entries: SourceEntry[] = [];
  const files: string[] = [];
  const topLevel = new Set<string>();

  function add(path: string, absolute: string, kind: SourceEntry['kind'], found: Stats | null): void {
    const file = kind === 'file' && found?.isFile() === true;
    entries.push({
      index: entries.length,
      path,
      kind,
      bytes: file ? found.size : 0,
      modifiedMs: found?.mtimeMs ?? 0,
      executable: file && (found.mode & 0o100) !== 0,
    });
    files.push(absolute);
  }

  async function walk(path: string, absolute: string, found: Stats | null): Promise<void> {
    if (!found || found.isFile()) return add(path, absolute, 'file', found);
    if (!found.isDirectory()) return;
    let names: string[];
    try {
      names = await readdir(absolute);
    } catch {
      return add(path, absolute, 'file', found);
    }
    add(path, absolute, 'folder', found);
    // Names that are no valid text all read alike, and a path may come only once.
    for (const name of new Set(names.sort())) {
      const child = join(absolute, name);
      await walk(`${path}/${name}`, child, await lstat(child).catch(() => null));
    }
  }

  for (const given of paths) {
    const absolute = resolve(given);
    let found: Stats;
    try {
      found = await stat(absolute);
      if (found.isDirectory()) await readdir(absolute);
      else if (found.isFile()) await (await open(absolute, constants.O_RDONLY)).close();
      else throw new ReasonError('path-unreadable', { path: given });
    } catch (error) {
      if (error instanceof ReasonError) throw error;
      const missing = ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
      throw new ReasonError(missing ? 'path-missing' : 'path-unreadable', { path: given }, { cause: error });
    }
    await walk(freeName(nameOf(absolute), topLevel), absolute, found);
  }

  return {
    id: randomUUID(),
    entries,
    async open(entry) {
      const path = files[entry.index];
      if (path === undefined) throw new ReasonError('file-missing', { path: entry.path });
      return openFile(path, entry);
    },
    release() {},
  };
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

async function openFile(path: string, entry: SourceEntry): Promise<OpenFile> {
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
