import { existsSync, statSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { diskReason, systemDisk } from '../../../../src/main/files/disk.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-disk-'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true, force: true });
});

test('a part is written in place, dressed, and published under a free name only', async () => {
  const part = join(root, 'a.part');
  const handle = await systemDisk.createPart(part);
  await handle.write([Buffer.from('lo'), Buffer.from(' there')], 3);
  await handle.write([Buffer.from('hel')], 0);
  await handle.flush();
  await handle.dress(1_000_000_000_123, true);
  await handle.close();
  await writeFile(join(root, 'taken'), 'old');
  await expect(systemDisk.publish(part, join(root, 'taken'))).rejects.toMatchObject({ code: 'EEXIST' });
  await systemDisk.publish(part, join(root, 'free'));
  expect(await readFile(join(root, 'taken'), 'utf8')).toBe('old');
  expect(await readFile(join(root, 'free'), 'utf8')).toBe('hello there');
  const stats = await stat(join(root, 'free'));
  expect(stats.mode & 0o100).toBe(0o100);
  expect(Math.round(stats.mtimeMs)).toBe(1_000_000_000_123);
  expect((await readdir(root)).sort()).toEqual(['free', 'taken']);
});

test('a part never goes through a link and never onto something that is there', async () => {
  await symlink(join(root, 'elsewhere'), join(root, 'link'));
  await expect(systemDisk.createPart(join(root, 'link'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(systemDisk.reopenPart(join(root, 'link'))).rejects.toMatchObject({ code: 'ELOOP' });
  await writeFile(join(root, 'there'), 'x');
  await expect(systemDisk.createPart(join(root, 'there'))).rejects.toMatchObject({ code: 'EEXIST' });
});

test('an empty folder is removed, a full or missing one is left', async () => {
  await mkdir(join(root, 'empty'));
  await mkdir(join(root, 'full'));
  await writeFile(join(root, 'full/a'), '');
  for (const name of ['empty', 'full', 'missing']) await systemDisk.removeEmptyFolder(join(root, name));
  expect(await readdir(root)).toEqual(['full']);
  expect(await systemDisk.taken(join(root, 'full'))).toBe(true);
  expect(await systemDisk.taken(join(root, 'empty'))).toBe(false);
});

test('errors of the system become reasons', async () => {
  const reasons = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'ENOENT', 'EIO'].map((code) =>
    diskReason(Object.assign(new Error(), { code })),
  );
  expect(reasons).toEqual([
    'disk-full',
    'disk-full',
    'folder-read-only',
    'folder-read-only',
    'folder-gone',
    'write-failed',
  ]);
  await expect(link(root, join(root, 'x'))).rejects.toSatisfy((error) => diskReason(error) === 'folder-read-only');
});

const memory = '/dev/shm';
const otherDisk = existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev ? memory : null;

test('a name that was kept for a part which cannot get it is free again', async (context) => {
  context.skip(otherDisk === null, 'there is no second disk in /dev/shm');
  const elsewhere = await mkdtemp(join(otherDisk ?? '', 'roomdrop-disk-'));
  const part = join(elsewhere, 'a.part');
  await writeFile(part, 'a');
  await expect(systemDisk.publish(part, join(root, 'a'))).rejects.toMatchObject({ code: 'EXDEV' });
  expect(await readdir(root)).toEqual([]);
  await rm(elsewhere, { recursive: true });
});
