import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SourceEntry } from '../../../../src/main/files/source-entry.ts';
import { createManifest, packManifest } from '../../../../src/main/transfer/manifest.ts';
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

const path = fc
  .array(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map((part) => `n${part.replace(/[/\0]/g, '_')}`).join('/'));
const list = fc.array(fc.record({ path, bytes: fc.nat() }), { minLength: 1, maxLength: 400 });

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
  expect(decodeMessage(message).kind).toBe('control');
});
