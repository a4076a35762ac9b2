import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';

/** The compiler holds what the app takes from `electron` against the stand-in for it: `npm run typecheck`, second part. */
const root = join(import.meta.dirname, '../..');
const compiler = join(root, 'node_modules/typescript/bin/tsc');

let folder: string | null = null;

afterEach(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
  folder = null;
});

/** What the compiler says of one more file of the desktop host. */
async function check(source: string): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-surface-'));
  await writeFile(join(folder, 'more.ts'), source);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.electron.json'),
      compilerOptions: { typeRoots: [join(root, 'node_modules/@types')], rootDir: '/' },
      include: [],
      files: [join(folder, 'more.ts')],
    }),
  );
  const run = promisify(execFile)(process.execPath, [compiler, '-p', folder]);
  return run.then(
    () => '',
    (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)),
  );
}

describe('a surface of Electron that the app begins to use', () => {
  it('is refused until the stand-in has it: a module', async () => {
    expect(await check("import { clipboard } from 'electron';\nclipboard.readText();\n")).toContain("'clipboard'");
  });

  it('is refused until the stand-in has it: a method, an event', async () => {
    expect(await check("import { app } from 'electron';\napp.setBadgeCount(1);\n")).toContain("'setBadgeCount'");
    expect(await check("import { app } from 'electron';\napp.on('child-process-gone', () => undefined);\n")).toContain(
      'child-process-gone',
    );
  });

  it('is accepted once it has it', async () => {
    expect(
      await check("import { app } from 'electron';\napp.on('before-quit', (event) => event.preventDefault());\n"),
    ).toBe('');
  });
});
