import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SourceEntry } from '../../../../src/main/files/source-entry.ts';
import { type Contents, listFolder } from '../../../../src/main/transfer/contents.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import type { ContentsItem, FolderRef } from '../../../../src/shared/views.ts';

/** A path that ends with a slash is a folder. */
function contentsOf(given: readonly (readonly [path: string, bytes?: number])[], count = given.length): Contents {
  const entries = given.map(([path, bytes = 0], index): SourceEntry => {
    const folder = path.endsWith('/');
    const name = folder ? path.slice(0, -1) : path;
    return { index, path: name, kind: folder ? 'folder' : 'file', bytes, modifiedMs: 0, executable: false };
  });
  return { entries, count, shownName: (name) => name };
}

const nobody = async () => undefined;
const list = (contents: Contents, folder: FolderRef | null = null, after: number | null = null) =>
  listFolder(contents, folder, after, nobody);

async function all(contents: Contents, folder: FolderRef | null): Promise<ContentsItem[]> {
  const items: ContentsItem[] = [];
  for (let after: number | null = null; ; ) {
    const page = await list(contents, folder, after);
    items.push(...page.items);
    if (page.left === 0) return items;
    after = page.items.at(-1)?.entry ?? null;
  }
}

test('folders come first with all that is below them, then files, as a person would sort them', async () => {
  const contents = contentsOf([
    ['trip/'],
    ['trip/b.txt', 1],
    ['trip/10/'],
    ['trip/10/x', 5],
    ['trip/2/'],
    ['trip/2/deep/'],
    ['trip/2/deep/y', 7],
    ['trip/2/z', 2],
    ['trip/A.txt', 3],
    ['trip/empty/'],
    ['trip/\u00e4.txt', 4],
  ]);
  expect(await list(contents)).toEqual({
    items: [{ entry: 0, folder: true, name: 'trip', bytes: 22, files: 6 }],
    left: 0,
    unlisted: 0,
  });
  const inside = await list(contents, { entry: 0, depth: 1 });
  expect(inside.items.map(({ name, bytes, files }) => [name, bytes, files])).toEqual([
    ['2', 9, 2],
    ['10', 5, 1],
    ['empty', 0, 0],
    ['A.txt', 3, 1],
    ['\u00e4.txt', 4, 1],
    ['b.txt', 1, 1],
  ]);
  const two = await list(contents, { entry: 4, depth: 2 });
  expect(two.items.map(({ name }) => name)).toEqual(['deep', 'z']);
});

test('a folder without an entry of its own is there through what is in it', async () => {
  const contents = contentsOf([
    ['a/b/c.txt', 1],
    ['a/b/d.txt', 2],
  ]);
  const [a] = (await list(contents)).items;
  expect(a).toEqual({ entry: 0, folder: true, name: 'a', bytes: 3, files: 2 });
  expect((await list(contents, { entry: 0, depth: 2 })).items).toHaveLength(2);
});

test('a million files in one folder are shown page by page, and others get their turn meanwhile', async () => {
  const contents = contentsOf(
    Array.from({ length: limits.manifestEntries }, (_, index) => [`f/${(index * 7919) % limits.manifestEntries}`, 1]),
  );
  let turns = 0;
  const pause = async () => void turns++;
  const first = await listFolder(contents, { entry: 0, depth: 1 }, null, pause);
  expect(first.items.map(({ name }) => name)).toEqual(
    Array.from({ length: limits.contentsItems }, (_, index) => String(index)),
  );
  expect(first.left).toBe(limits.manifestEntries - limits.contentsItems);
  const second = await listFolder(contents, { entry: 0, depth: 1 }, first.items.at(-1)?.entry ?? null, pause);
  expect(second.items[0]?.name).toBe(String(limits.contentsItems));
  expect(turns).toBeGreaterThan(50);
});

test('what has not come yet is counted', async () => {
  expect(await list(contentsOf([['a/'], ['a/b', 1]], 3_000))).toMatchObject({ unlisted: 2_998 });
});

test('every entry is in exactly one folder, whatever the paths are and however often they are repeated', async () => {
  const name = fc.constantFrom('a', 'b', 'B', '10', '9', '__proto__', 'constructor', '\u00e9', 'e\u0301');
  const path = fc.tuple(fc.array(name, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.nat(1000));
  await fc.assert(
    fc.asyncProperty(fc.array(path, { minLength: 1, maxLength: 300 }), async (paths) => {
      const contents = contentsOf(
        paths.map(([names, folder, bytes]) => [names.join('/') + (folder ? '/' : ''), folder ? 0 : bytes]),
      );
      const seen: number[] = [];
      const walk = async (folder: FolderRef | null, depth: number): Promise<number> => {
        let bytes = 0;
        for (const item of await all(contents, folder)) {
          if (item.folder) {
            const inside = await walk({ entry: item.entry, depth }, depth + 1);
            expect(inside).toBe(item.bytes);
          } else seen.push(item.entry);
          bytes += item.bytes;
        }
        return bytes;
      };
      await walk(null, 1);
      const files = contents.entries.filter(({ kind }) => kind === 'file').map(({ index }) => index);
      expect(seen.sort((one, other) => one - other)).toEqual(files);
    }),
    { numRuns: 50 },
  );
});

test('what is not there is refused', async () => {
  const contents = contentsOf([['a/'], ['a/b', 1]]);
  for (const [folder, after] of [
    [{ entry: 5, depth: 1 }, null],
    [{ entry: 1, depth: 2 }, null],
    [{ entry: 0, depth: 3 }, null],
    [null, 9],
    [{ entry: 0, depth: 1 }, 0],
  ] as const) {
    await expect(list(contents, folder, after)).rejects.toThrow('request-invalid');
  }
});
