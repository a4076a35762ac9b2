import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceEntry } from '../../../../src/main/files/source-entry.ts';
import { createManifest, firstSegment, isHonestPath, packManifest } from '../../../../src/main/transfer/manifest.ts';
import { decodeMessage, encodeControl } from '../../../../src/main/transfer/message-codec.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import type { ManifestEntry } from '../../../../src/shared/protocol/transfer-messages.ts';

function entriesOf(given: readonly { path: string; bytes?: number; kind?: SourceEntry['kind'] }[]): SourceEntry[] {
  return given.map(({ path, bytes, kind }, index) => ({
    index,
    path,
    kind: kind ?? 'file',
    bytes: kind === 'folder' ? 0 : (bytes ?? 0),
    modifiedMs: index,
    executable: false,
  }));
}

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const path = fc
  .array(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map((part) => `n${part.replace(/[/\0]/g, '_')}`).join('/'));
const list = fc.array(fc.record({ path, bytes: fc.nat() }), { minLength: 1, maxLength: 400 });

test('a short manifest can go along with its offer whole, a longer one not in part', () => {
  const files = (count: number): SourceEntry[] =>
    entriesOf(Array.from({ length: count }, (_, index) => ({ path: `${index}.txt`.padStart(32, '0') })));
  // Each takes 34 bytes with its quotes, and 64 more.
  expect(packManifest(files(41)).first).toEqual(packManifest(files(41)).page(0));
  expect(packManifest(files(42)).first).toBeUndefined();
});

test('pages put together again are the manifest, and each fits a control message', () => {
  fc.assert(
    fc.property(list, (given) => {
      const entries = entriesOf(given);
      const packed = packManifest(entries);
      const manifest = createManifest(packed.shape);
      for (let page = 0; page < packed.shape.pages; page++) {
        expect(manifest.complete).toBe(false);
        const items = packed.page(page) ?? [];
        const message = { type: 'manifest' as const, transfer: '0'.repeat(32), page, entries: items };
        expect(encodeControl(message).byteLength).toBeLessThan(32 * 1024);
        manifest.add(page, items);
      }
      expect(manifest.complete).toBe(true);
      expect(manifest.entries).toEqual(entries);
      expect(packed.page(packed.shape.pages)).toBeNull();
    }),
    { numRuns: 50 },
  );
});

test('the longest path in the worst spelling still fits', () => {
  const packed = packManifest(entriesOf([{ path: '\u0001'.repeat(limits.pathBytes) }]));
  const entries = packed.page(0) ?? [];
  const message = encodeControl({ type: 'manifest', transfer: '0'.repeat(32), page: 0, entries });
  expect(message.byteLength).toBeLessThan(32 * 1024);
});

test('what cannot be offered is said at once', () => {
  expect(() => packManifest([])).toThrow('nothing-to-send');
  expect(() => packManifest(entriesOf([{ path: 'x'.repeat(limits.pathBytes + 1) }]))).toThrow('file-name-refused');
  expect(() => packManifest(entriesOf([{ path: '../x' }]))).toThrow('file-name-refused');
  const [entry] = entriesOf([{ path: 'a' }]);
  if (!entry) throw new Error('no entry');
  expect(() => packManifest(Array<SourceEntry>(limits.manifestEntries + 1).fill(entry))).toThrow('too-many-entries');
});

test('folders that only longer paths name are counted, and not believed when they were not told of', () => {
  const entries = entriesOf([{ path: 'a/b/c.txt' }, { path: 'a/d.txt' }, { path: 'a/b', kind: 'folder' }]);
  const { shape, page } = packManifest(entries);
  expect(shape).toMatchObject({ files: 2, folders: 2 });
  createManifest(shape).add(0, page(0) ?? []);
  for (const folders of [0, 1, 3]) {
    expect(() => createManifest({ ...shape, folders }).add(0, page(0) ?? [])).toThrow('bad-offer');
  }
});

test('a folder that is listed again and again is one', () => {
  const manifest = createManifest({ topLevelEntries: 1, files: 1, folders: 1, bytes: 0, pages: 2 });
  const again: ManifestEntry[] = Array.from({ length: 3 }, () => ['d', 'a', 0, 0]);
  expect(() => manifest.add(0, again)).toThrow('bad-offer');
});

test('folders may be inside each other as deep as a receiver makes them, and no deeper', () => {
  const deep = (segments: number): string => Array(segments).fill('x').join('/');
  const entries = entriesOf([{ path: deep(limits.pathSegments) }]);
  const { shape, page } = packManifest(entries);
  expect(shape.folders).toBe(limits.pathSegments - 1);
  createManifest(shape).add(0, page(0) ?? []);
  const path = deep(limits.pathSegments + 1);
  expect(() => packManifest(entriesOf([{ path }]))).toThrow('too-deep');
  expect(() => createManifest({ ...shape, folders: 100 }).add(0, [['f', path, 0, 0]])).toThrow('bad-offer');
});

test('a manifest that is longer than told is refused while it comes', () => {
  const manifest = createManifest({ topLevelEntries: 1, files: 3, folders: 0, bytes: 10, pages: 2 });
  expect(() =>
    manifest.add(0, [
      ['f', 'a', 6, 0],
      ['f', 'b', 6, 0],
    ]),
  ).toThrow('bad-offer');
});

test('a time that no message can carry is sent as the furthest that can', () => {
  const times = [1e300, -1e300, Number.NaN, 5.6];
  const entries = entriesOf(times.map((_, index) => ({ path: `${index}` }))).map((entry, index) => ({
    ...entry,
    modifiedMs: times[index] ?? 0,
  }));
  const page = packManifest(entries).page(0) ?? [];
  expect(page.map(([, , , modifiedMs]) => modifiedMs)).toEqual([8.64e15, -8.64e15, 0, 6]);
  const message = encodeControl({ type: 'manifest', transfer: '0'.repeat(32), page: 0, entries: page });
  expect(decodeMessage(message, limits.linkMessageBytes).kind).toBe('control');
});

describe('an offer that cannot be true', () => {
  const shape = { topLevelEntries: 2, files: 2, folders: 1, bytes: 9, pages: 2 };
  const first: ManifestEntry[] = [['f', 'a', 4, 0]];
  const second: ManifestEntry[] = [
    ['d', 'b', 0, 0],
    ['x', 'b/c', 5, 7],
  ];

  test('is told from one that is: file, executable and folder are what they were', () => {
    const manifest = createManifest(shape);
    expect(manifest).toMatchObject({ shape, nextPage: 0, complete: false });
    manifest.add(0, first);
    expect(manifest).toMatchObject({ nextPage: 1, complete: false });
    manifest.add(1, second);
    expect(manifest.complete).toBe(true);
    const common = { modifiedMs: 0, executable: false };
    expect(manifest.entries).toEqual([
      { ...common, index: 0, path: 'a', kind: 'file', bytes: 4 },
      { ...common, index: 1, path: 'b', kind: 'folder', bytes: 0 },
      { index: 2, path: 'b/c', kind: 'file', bytes: 5, modifiedMs: 7, executable: true },
    ]);
  });

  test('may be of one thing, and of a page for each', () => {
    const one = { topLevelEntries: 1, files: 1, folders: 0, bytes: 0, pages: 1 };
    expect(createManifest(one).complete).toBe(false);
    expect(() => createManifest({ ...shape, topLevelEntries: 3, pages: 3 })).not.toThrow();
  });

  test.each([
    ['of nothing', { files: 0, folders: 0, topLevelEntries: 0, pages: 0 }],
    ['of nothing on one page', { files: 0, folders: 0 }],
    ['without a page', { pages: 0 }],
    ['with more pages than things', { pages: 4 }],
    ['without a name at the top', { topLevelEntries: 0 }],
    ['with more names at the top than things', { topLevelEntries: 4 }],
  ])('%s is refused before any page', (_what, told) => {
    expect(() => createManifest({ ...shape, ...told })).toThrow('bad-offer');
  });

  test('of more than a receiver takes is refused as that', () => {
    const most = { ...shape, files: limits.manifestEntries - 1 };
    expect(() => createManifest(most)).not.toThrow();
    const more = errorOf(() => createManifest({ ...most, folders: 2 }));
    expect(more).toMatchObject({ reason: { code: 'too-many-entries', detail: { count: limits.manifestEntries + 1 } } });
  });

  test.each<[string, Partial<typeof shape>]>([
    ['more bytes', { bytes: 10 }],
    ['fewer bytes', { bytes: 8 }],
    ['more files', { files: 3 }],
    ['fewer files', { files: 1 }],
    ['more folders', { folders: 2 }],
    ['fewer folders', { folders: 0 }],
    ['more names at the top', { topLevelEntries: 3 }],
    ['fewer names at the top', { topLevelEntries: 1 }],
  ])('with %s than its pages have is refused with the last', (_what, told) => {
    const manifest = createManifest({ ...shape, ...told });
    manifest.add(0, first);
    expect(() => manifest.add(1, second)).toThrow('bad-offer');
  });

  test.each<[string, Partial<typeof shape>]>([
    ['bytes', { bytes: 3 }],
    ['files', { files: 0, folders: 3 }],
  ])('with fewer %s than its first page has is refused with that', (_what, told) => {
    expect(() => createManifest({ ...shape, ...told }).add(0, first)).toThrow('bad-offer');
    expect(() => createManifest({ ...shape, folders: 0, files: 3 }).add(0, [['d', 'b', 0, 0]])).toThrow('bad-offer');
  });

  test('has its pages in order, none empty, and no more than it said', () => {
    const manifest = createManifest(shape);
    expect(errorOf(() => manifest.add(1, first))).toMatchObject({ reason: { code: 'bad-offer' } });
    expect(errorOf(() => manifest.add(0, []))).toMatchObject({ reason: { code: 'bad-offer' } });
    manifest.add(0, first);
    expect(() => manifest.add(0, first)).toThrow('bad-offer');
    manifest.add(1, second);
    expect(() => manifest.add(2, first)).toThrow('bad-offer');
  });

  test('names a folder with bytes, and says which', () => {
    const error = errorOf(() => createManifest(shape).add(0, [['d', 'b', 1, 0]]));
    expect(error).toMatchObject({ reason: { code: 'bad-offer', detail: { path: 'b' } } });
  });

  test('has longer names in all than anybody keeps', () => {
    const files = 65_536;
    const long: ManifestEntry[] = Array.from({ length: files / 8 }, (_, at) => [
      'f',
      `${at}`.padStart(limits.pathBytes - 64, '0'),
      0,
      0,
    ]);
    const manifest = createManifest({ topLevelEntries: files, files, folders: 0, bytes: 0, pages: 9 });
    for (let page = 0; page < 8; page++) manifest.add(page, long);
    const error = errorOf(() => manifest.add(8, [['f', 'one more', 0, 0]]));
    expect(error).toMatchObject({ reason: { code: 'too-many-entries', detail: { count: files } } });
  });
});

test.each(['', '/', '/a', 'a/', 'a//b', '.', './a', 'a/.', '..', 'a/../b', 'a\0', '\ud800', 'a\udc00b'])(
  'no disk has given the path %j',
  (path) => {
    expect(isHonestPath(path)).toBe(false);
  },
);

test.each(['a', 'a/b', '.a', '..a', 'a.', '\u{1f600}', 'x'.repeat(limits.pathBytes)])(
  'a disk may have given %j',
  (path) => {
    expect(isHonestPath(path)).toBe(true);
  },
);

test.each([
  ['a', 'a'],
  ['a/b/c', 'a'],
  ['/a', ''],
])('the first name of %j is %j', (path, first) => {
  expect(firstSegment(path)).toBe(first);
});

test('what lies in folders that only paths name may be too much, too, and an executable is told as one', () => {
  const deep = entriesOf(Array.from({ length: 10_204 }, (_, at) => ({ path: `${at}/${'x/'.repeat(97)}x` })));
  const error = errorOf(() => packManifest(deep));
  expect(error).toMatchObject({ reason: { code: 'too-many-entries', detail: { count: 10_204 * 99 } } });
  const [entry] = entriesOf([{ path: 'run', bytes: 1 }]);
  if (!entry) throw new Error('no entry');
  expect(packManifest([{ ...entry, executable: true }]).page(0)).toEqual([['x', 'run', 1, 0]]);
});

test('a page has its own entries and no others', () => {
  const entries = entriesOf(Array.from({ length: 900 }, (_, at) => ({ path: `${at}` })));
  const { shape, page } = packManifest(entries);
  expect(shape.pages).toBeGreaterThan(2);
  const pages = Array.from({ length: shape.pages }, (_, at) => page(at) ?? []);
  expect(pages.flat().map(([, path]) => path)).toEqual(entries.map(({ path }) => path));
});
