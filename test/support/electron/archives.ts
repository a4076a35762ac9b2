import fs, { type PathLike } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { promises as original } from './original-fs.ts';

/**
 * Makes `fs` show archives as Electron does: a file `*.asar` is a folder, and one that is no archive cannot be read, with an
 * error that has no code. https://www.electronjs.org/docs/latest/tutorial/asar-archives
 */
export function showArchivesAsFolders(): void {
  const archive = async (path: unknown): Promise<boolean> => {
    const found = typeof path === 'string' ? /^(.*\.asar)(?:[\\/]|$)/i.exec(path)?.[1] : undefined;
    return found !== undefined && (await original.lstat(found).catch(() => null))?.isFile() === true;
  };
  const invalid = (path: PathLike): Error => new Error(`Invalid package ${String(path)}`);

  Object.assign(fs.promises, {
    async lstat(path: PathLike) {
      const found = await original.lstat(path);
      return (await archive(path)) ? Object.assign(found, { isFile: () => false, isDirectory: () => true }) : found;
    },
    async stat(path: PathLike) {
      const found = await original.stat(path);
      return (await archive(path)) ? Object.assign(found, { isFile: () => false, isDirectory: () => true }) : found;
    },
    async readdir(...given: Parameters<typeof original.readdir>) {
      if (await archive(given[0])) throw invalid(given[0]);
      return original.readdir(...given);
    },
    async open(...given: Parameters<typeof original.open>) {
      if (typeof given[0] === 'string' && (await archive(given[0]))) throw invalid(given[0]);
      return original.open(...given);
    },
  });
  syncBuiltinESMExports();
}
