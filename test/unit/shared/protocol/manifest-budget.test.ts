import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createManifestBudget,
  entryOverheadBytes,
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
