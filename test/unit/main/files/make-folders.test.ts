import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolders, makeFoldersSync } from '../../../../src/main/files/make-folders.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-make-'));
});
afterEach(() => rm(root, { recursive: true }));

describe.each([
  ['makeFolders', makeFolders],
  ['makeFoldersSync', async (path: string, mode?: number) => makeFoldersSync(path, mode)],
])('%s', (_, make) => {
  test('makes all that is missing, for its owner only if told so', async (context) => {
    context.skip(process.platform === 'win32', 'Windows has no such permissions');
    await make(join(root, 'a/b/c'), 0o700);
    for (const path of ['a', 'a/b', 'a/b/c']) {
      const found = await stat(join(root, path));
      expect(found.isDirectory()).toBe(true);
      expect(found.mode & 0o777).toBe(0o700);
    }
  });

  test('leaves what is there, also through a link', async () => {
    await mkdir(join(root, 'real'));
    await symlink(join(root, 'real'), join(root, 'link'));
    await make(root);
    await make(join(root, 'link'));
    await make(join(root, 'link/below'));
    expect((await stat(join(root, 'real/below'))).isDirectory()).toBe(true);
  });

  test('is not disturbed by others who make the same', async () => {
    const path = join(root, 'a/b/c/d/e');
    await Promise.all(Array.from({ length: 20 }, () => make(path)));
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  test('says what is in the way', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(make(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(make(join(root, 'file/below/it'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

/** In a process of its own: what never returns there must not keep this one. Gives what it prints. */
function evaluate(code: string): Promise<string> {
  return new Promise((done, fail) => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
    execFile(process.execPath, args, { timeout: 10_000, killSignal: 'SIGKILL' }, (error, stdout) =>
      error ? fail(error) : done(stdout.trim()),
    );
  });
}

function moduleOf(path: string): string {
  return JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../../src/main', path)).href);
}

describe('below /proc, where nothing can be made', () => {
  beforeEach((context) => {
    context.skip(process.platform !== 'linux', 'only Linux has /proc');
  });

  test.each(['/proc/downloads', '/proc/a/b', '/proc/self/in'])(
    '--downloads %s is refused with a sentence',
    async (path) => {
      const code = `
      import { parseCommandLine } from ${moduleOf('command-line.ts')};
      import { checkDownloads } from ${moduleOf('profile.ts')};
      const plan = parseCommandLine(['--downloads', ${JSON.stringify(path)}], '/');
      await checkDownloads(plan.downloads).catch((error) => console.log(error.name, error.message));`;
      expect(await evaluate(code)).toBe(`UsageError --downloads ${path} is no folder that Roomdrop can write to.`);
    },
  );

  test('--data-dir is refused with a sentence', async () => {
    const code = `
      import { takeProfile } from ${moduleOf('profile.ts')};
      await takeProfile('/proc/a/b').catch((error) => console.log(error.name, error.message));`;
    expect(await evaluate(code)).toBe('UsageError The data folder "/proc/a/b" cannot be made (ENOENT).');
  });

  test('a transfer is told that the folder is gone', async () => {
    const code = `
      import { systemDisk, diskReason } from ${moduleOf('files/disk.ts')};
      await systemDisk.ensureFolder('/proc/a/b').catch((error) => console.log(diskReason(error)));`;
    expect(await evaluate(code)).toBe('folder-gone');
  });

  test("Electron's folder is refused before the app is ready", async () => {
    const code = `
      import { makeFoldersSync } from ${moduleOf('files/make-folders.ts')};
      try { makeFoldersSync('/proc/a/b'); } catch (error) { console.log(error.code); }`;
    expect(await evaluate(code)).toBe('ENOENT');
  });
});
