import { chmod, link, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freeBytes } from '../../../../src/main/files/disk-space.ts';
import { createPathSource } from '../../../../src/main/files/path-source.ts';
import type { Source } from '../../../../src/main/files/source.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-source-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

function at(name: string): string {
  return join(root, name);
}

function pathsOf(source: Source): string[] {
  return source.entries.map((entry) => (entry.kind === 'folder' ? `${entry.path}/` : entry.path));
}

describe('listing', () => {
  test('folders with all that is in them, under their own names', async () => {
    await mkdir(at('trip/empty'), { recursive: true });
    await writeFile(at('trip/a.txt'), 'abc');
    await chmod(at('trip/a.txt'), 0o755);
    await utimes(at('trip/a.txt'), 1000, 1000.5);
    await writeFile(at('single.txt'), '');
    const source = await createPathSource([at('trip'), at('single.txt')]);
    expect(pathsOf(source)).toEqual(['trip/', 'trip/a.txt', 'trip/empty/', 'single.txt']);
    expect(source.entries.map((entry) => entry.index)).toEqual([0, 1, 2, 3]);
    expect(source.entries[1]).toMatchObject({ bytes: 3, executable: true, modifiedMs: 1_000_500 });
    expect(source.entries[3]).toMatchObject({ bytes: 0, executable: false });
  });

  test('twins among what was picked get a number', async () => {
    await mkdir(at('one'));
    await mkdir(at('two'));
    await writeFile(at('one/photo.jpg'), '1');
    await writeFile(at('two/photo.jpg'), '2');
    const source = await createPathSource([at('one/photo.jpg'), at('two/photo.jpg')]);
    expect(pathsOf(source)).toEqual(['photo.jpg', 'photo (2).jpg']);
  });

  test('a picked link is followed, one inside a folder is left out', async () => {
    await mkdir(at('real'));
    await writeFile(at('real/a.txt'), 'a');
    await symlink(at('real'), at('link'));
    await symlink(at('real/a.txt'), at('real/inner'));
    expect(pathsOf(await createPathSource([at('link')]))).toEqual(['link/', 'link/a.txt']);
  });

  test('names that are no valid text stand for one file that fails', async (context) => {
    context.skip(process.platform !== 'linux', 'only Linux has such names');
    await mkdir(at('trip'));
    for (const byte of [0xfe, 0xff]) {
      await writeFile(Buffer.concat([Buffer.from(at('trip/x')), Buffer.of(byte)]), 'x');
    }
    const source = await createPathSource([at('trip')]);
    expect(pathsOf(source)).toEqual(['trip/', 'trip/x\ufffd']);
    const [, entry] = source.entries;
    if (!entry) throw new Error('two entries');
    await expect(source.open(entry)).rejects.toMatchObject({ reason: { code: 'file-missing' } });
  });

  test('what is missing or no file is refused with its path', async () => {
    await expect(createPathSource([at('none')])).rejects.toMatchObject({
      reason: { code: 'path-missing', detail: { path: at('none') } },
    });
    await expect(createPathSource(['/dev/null'])).rejects.toMatchObject({ reason: { code: 'path-unreadable' } });
  });
});

describe('reading', () => {
  async function opened(content: string) {
    await writeFile(at('a.txt'), content);
    const source = await createPathSource([at('a.txt')]);
    const [entry] = source.entries;
    if (!entry) throw new Error('no entry');
    return { source, entry };
  }

  test('fills the target from the offset', async () => {
    const { source, entry } = await opened('hello world');
    const file = await source.open(entry);
    const target = new Uint8Array(5);
    await file.read(target, 6);
    expect(Buffer.from(target).toString()).toBe('world');
    await file.assertUnchanged();
    await file.close();
  });

  test('tells a file that changed, became shorter, vanished, or became something else', async () => {
    const { source, entry } = await opened('hello');
    const file = await source.open(entry);
    await writeFile(at('a.txt'), 'hel');
    await expect(file.read(new Uint8Array(5), 0)).rejects.toMatchObject({ reason: { code: 'file-changed' } });
    await expect(file.assertUnchanged()).rejects.toMatchObject({ reason: { code: 'file-changed' } });
    await file.close();
    await expect(source.open(entry)).rejects.toMatchObject({ reason: { code: 'file-changed' } });
    await rm(at('a.txt'));
    await expect(source.open(entry)).rejects.toMatchObject({
      reason: { code: 'file-missing', detail: { path: 'a.txt' } },
    });
    await mkdir(at('a.txt'));
    await expect(source.open(entry)).rejects.toMatchObject({ reason: { code: 'file-unreadable' } });
  });

  test('a file that was replaced under its name meanwhile is read to its end as it was', async () => {
    const { source, entry } = await opened('hello');
    const file = await source.open(entry);
    await link(at('a.txt'), at('kept'));
    await writeFile(at('b.txt'), 'other');
    await rename(at('b.txt'), at('a.txt'));
    const target = new Uint8Array(5);
    await file.read(target, 0);
    await file.assertUnchanged();
    expect(Buffer.from(target).toString()).toBe('hello');
    await file.close();
  });
});

test('free space is that of the nearest folder that exists', async () => {
  const here = await freeBytes(root);
  expect(here).toBeGreaterThan(0);
  const below = await freeBytes(join(root, 'not/there/yet'));
  expect(Math.abs(below - here)).toBeLessThan(here / 2);
});
