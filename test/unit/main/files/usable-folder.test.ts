import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isUsableFolder } from '../../../../src/main/files/usable-folder.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-folder-'));
});
afterEach(() => rm(root, { recursive: true }));

test('a folder is usable, and one that is missing is made', async () => {
  expect(await isUsableFolder(root)).toBe(true);
  expect(await isUsableFolder(join(root, 'new', 'below'))).toBe(true);
  expect((await stat(join(root, 'new', 'below'))).isDirectory()).toBe(true);
});

test('a file is not, and nothing below one', async () => {
  await writeFile(join(root, 'file'), 'x');
  expect(await isUsableFolder(join(root, 'file'))).toBe(false);
  expect(await isUsableFolder(join(root, 'file', 'below'))).toBe(false);
});
