import { chmod, link, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskSpace } from '../../../../src/main/files/disk-space.ts';
import { createPathSource, reopenPathSource } from '../../../../src/main/files/path-source.ts';
import type { Source } from '../../../../src/main/files/source.ts';
import { sourceDescriptionSchema } from '../../../../src/main/files/source-description.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { createManifestBudget } from '../../../../src/shared/protocol/manifest-budget.ts';

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

describe('a walk', () => {
  /** Counts what was looked at. */
  function counted(manifestEntries: number, then: () => void = () => {}) {
    const budget = createManifestBudget({ manifestEntries, manifestBytes: limits.manifestBytes });
    const counts = { asked: 0 };
    return {
      counts,
      budget: {
        add(path: string) {
          counts.asked++;
          budget.add(path);
          then();
        },
      },
    };
  }

  async function writeMany(folders: number, files: number): Promise<void> {
    for (let folder = 0; folder < folders; folder++) {
      await mkdir(at(`many/${folder}`), { recursive: true });
      for (let file = 0; file < files; file++) await writeFile(at(`many/${folder}/${file}`), '');
    }
  }

  test('ends as soon as there is more than an offer may name', async () => {
    await writeMany(5, 20);
    const { counts, budget } = counted(10);
    await expect(createPathSource([at('many')], { budget })).rejects.toMatchObject({
      reason: { code: 'too-many-entries' },
    });
    expect(counts.asked).toBe(11);
  });

  test('ends as soon as the names take more than a manifest may', async () => {
    await writeMany(1, 20);
    const budget = createManifestBudget({ manifestEntries: 1000, manifestBytes: 500 });
    await expect(createPathSource([at('many')], { budget })).rejects.toThrow('too-many-entries');
  });

  test('counts what is left out as nothing', async () => {
    await mkdir(at('trip'));
    await writeFile(at('trip/a'), '');
    for (let link = 0; link < 10; link++) await symlink(at('trip/a'), at(`trip/link ${link}`));
    const { budget } = counted(2);
    expect(pathsOf(await createPathSource([at('trip')], { budget }))).toEqual(['trip/', 'trip/a']);
  });

  test('ends where it is told to', async () => {
    await writeMany(5, 20);
    const walking = new AbortController();
    const { counts, budget } = counted(1000, () => {
      if (counts.asked === 30) walking.abort(new Error('the room was left'));
    });
    const { signal } = walking;
    await expect(createPathSource([at('many')], { budget, signal })).rejects.toThrow('the room was left');
    expect(counts.asked).toBe(30);
  });

  test('goes as deep as a receiver makes folders, and says when there is more', async () => {
    const deep = join(root, 'deep', ...Array.from({ length: limits.pathSegments - 2 }, () => 'd'));
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'a'), 'abc');
    const source = await createPathSource([at('deep')]);
    expect(source.entries).toHaveLength(limits.pathSegments);
    expect(source.entries.at(-1)).toMatchObject({ kind: 'file', bytes: 3 });
    await mkdir(join(deep, 'b/c'), { recursive: true });
    await expect(createPathSource([at('deep')])).rejects.toMatchObject({ reason: { code: 'too-deep' } });
  });

  test('lists a folder that cannot be read as a file that fails', async (context) => {
    context.skip(process.platform === 'win32', 'Windows has no such permissions');
    context.skip(process.getuid?.() === 0, 'root may read every folder');
    await mkdir(at('trip/closed'), { recursive: true });
    await chmod(at('trip/closed'), 0o000);
    expect(pathsOf(await createPathSource([at('trip')]))).toEqual(['trip/', 'trip/closed']);
    await chmod(at('trip/closed'), 0o700);
    await chmod(at('trip'), 0o000);
    await expect(createPathSource([at('trip')])).rejects.toMatchObject({ reason: { code: 'path-unreadable' } });
    await chmod(at('trip'), 0o700);
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

describe('opened again in another process', () => {
  /** Written down as text, and read. */
  function reopened(source: Source): Source {
    const description = v.parse(sourceDescriptionSchema, JSON.parse(JSON.stringify(source.describe())));
    if (description.from !== 'paths') throw new Error('of paths');
    return reopenPathSource(description);
  }

  async function readAll(source: Source, path: string): Promise<string> {
    const entry = source.entries.find((each) => each.path === path);
    if (!entry) throw new Error(`no ${path}`);
    const file = await source.open(entry);
    const target = new Uint8Array(entry.bytes);
    await file.read(target, 0);
    await file.close();
    return Buffer.from(target).toString();
  }

  test('it is the same source, under the same names, also of twins and of a link that was picked', async () => {
    await mkdir(at('one/photos/sub'), { recursive: true });
    await mkdir(at('two'));
    await writeFile(at('one/photos/a.jpg'), 'a');
    await writeFile(at('one/photos/sub/b.jpg'), 'bb');
    await chmod(at('one/photos/a.jpg'), 0o755);
    await utimes(at('one/photos/a.jpg'), 1000, 1000.123);
    await writeFile(at('two/photos'), 'a file of this name');
    await symlink(at('one'), at('link'));
    const source = await createPathSource([at('one/photos'), at('two/photos'), at('link')]);
    const again = reopened(source);
    expect(again.id).toBe(source.id);
    expect(again.entries).toEqual(source.entries);
    expect(await readAll(again, 'photos/sub/b.jpg')).toBe('bb');
    expect(await readAll(again, 'photos (2)')).toBe('a file of this name');
    expect(await readAll(again, 'link/photos/a.jpg')).toBe('a');
    expect(reopened(again).entries).toEqual(source.entries);
  });

  test('what has changed, grown, or gone meanwhile fails with its reason, and the file beside it does not', async () => {
    await mkdir(at('trip'));
    for (const name of ['gone', 'grown', 'same', 'touched']) await writeFile(at(`trip/${name}`), name);
    const description = (await createPathSource([at('trip')])).describe();
    if (description.from !== 'paths') throw new Error('of paths');
    await rm(at('trip/gone'));
    await writeFile(at('trip/grown'), 'grown!');
    await utimes(at('trip/touched'), 1, 1);
    const again = reopenPathSource(description);
    const code = (name: string, reason: string) =>
      expect(readAll(again, `trip/${name}`)).rejects.toMatchObject({ reason: { code: reason } });
    await code('gone', 'file-missing');
    await code('grown', 'file-changed');
    await code('touched', 'file-changed');
    expect(await readAll(again, 'trip/same')).toBe('same');
  });

  test('a description that is none is refused', () => {
    const good = { from: 'paths', id: 'a', entries: [['f', 'a', 1, 1.5]], roots: [{ path: 'a', absolute: at('a') }] };
    expect(v.is(sourceDescriptionSchema, good)).toBe(true);
    expect(v.is(sourceDescriptionSchema, { ...good, from: 'elsewhere' })).toBe(false);
    expect(v.is(sourceDescriptionSchema, { ...good, roots: [{ path: 'a', absolute: 'a' }] })).toBe(false);
    expect(v.is(sourceDescriptionSchema, { ...good, entries: [['f', 'a', -1, 0]] })).toBe(false);
  });
});

test('free space is that of the nearest folder that exists', async () => {
  const { freeBytes: here } = await diskSpace(root);
  expect(here).toBeGreaterThan(0);
  const { freeBytes: below } = await diskSpace(join(root, 'not/there/yet'));
  expect(Math.abs(below - here)).toBeLessThan(here / 2);
});
