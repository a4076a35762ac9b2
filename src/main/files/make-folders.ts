import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and what is missing above it, each with `mode` (before the umask); does nothing where it is there
 * already, also through a link or made by somebody else meanwhile. `path` is absolute. Rejects with the system's error.
 *
 * Node's own `mkdir` with `recursive` never ends where a folder that is there says it is not when something is made in
 * it, as `/proc` does: it goes up, finds that one, comes down, and begins anew. Here each folder is tried once.
 */
export async function makeFolders(path: string, mode = 0o777): Promise<void> {
  const wanted = [path];
  for (let above = dirname(path); !(await isThere(above)); above = dirname(above)) {
    wanted.push(above);
    if (isRoot(above)) break;
  }
  for (const folder of wanted.reverse()) {
    await mkdir(folder, mode).catch(async (error: unknown) => {
      // Systems differ in what they say of a folder that is there: EEXIST, EISDIR, EPERM, EROFS.
      if (!(await isFolder(folder))) throw error;
    });
  }
}

/** The same at once, for what must be done before anything else can be. */
export function makeFoldersSync(path: string, mode = 0o777): void {
  const wanted = [path];
  for (let above = dirname(path); !statSync(above, quietly); above = dirname(above)) {
    wanted.push(above);
    if (isRoot(above)) break;
  }
  for (const folder of wanted.reverse()) {
    try {
      mkdirSync(folder, mode);
    } catch (error) {
      if (!statSync(folder, quietly)?.isDirectory()) throw error;
    }
  }
}

const quietly = { throwIfNoEntry: false } as const;

function isRoot(path: string): boolean {
  return dirname(path) === path;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
