import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import {
  createManifestBudget,
  entryOverheadBytes,
  isTooDeep,
  manifestEntryBytes,
} from '../../../../src/shared/protocol/manifest-budget.ts';

test('an entry counts what its path takes as JSON, in bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (path) => {
      expect(manifestEntryBytes(path)).toBe(Buffer.byteLength(JSON.stringify(path)) + entryOverheadBytes);
    }),
  );
  expect(manifestEntryBytes('\ud800')).toBe(Buffer.byteLength('"\\ud800"') + entryOverheadBytes);
});

test('the last entry that fits is taken, the next is not', () => {
  const byCount = createManifestBudget({ manifestEntries: 2, manifestBytes: 1000 });
  byCount.add('a');
  byCount.add('b');
  expect(() => byCount.add('c')).toThrow('too-many-entries');
  const byBytes = createManifestBudget({ manifestEntries: 1000, manifestBytes: 2 * manifestEntryBytes('a') });
  byBytes.add('a');
  byBytes.add('b');
  expect(() => byBytes.add('c')).toThrow('too-many-entries');
});

test('folders may be inside each other so deep, and no deeper', () => {
  const deep = (segments: number): string => Array(segments).fill('x').join('/');
  expect(isTooDeep(deep(limits.pathSegments))).toBe(false);
  expect(isTooDeep(deep(limits.pathSegments + 1))).toBe(true);
  expect(isTooDeep('x'.repeat(limits.pathSegments + 1))).toBe(false);
  expect(() => createManifestBudget().add(deep(limits.pathSegments))).not.toThrow();
  expect(() => createManifestBudget().add(deep(limits.pathSegments + 1))).toThrow('too-deep');
});

test.each(['\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\u{10000}', '\u{10ffff}', '\udfff\ud800'])(
  'bytes are counted right at the edge of a length: %j',
  (path) => {
    expect(manifestEntryBytes(path)).toBe(Buffer.byteLength(JSON.stringify(path)) + entryOverheadBytes);
  },
);
