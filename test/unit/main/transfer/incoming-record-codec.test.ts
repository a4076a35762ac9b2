import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durablePosition, entryState, type IncomingRecord } from '../../../../src/main/transfer/incoming-record.ts';
import {
  decodeIncomingRecord,
  encodeIncomingRecord,
  RecordError,
} from '../../../../src/main/transfer/incoming-record-codec.ts';
import { segmentCount } from '../../../../src/main/transfer/segments.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

const size = fc.oneof(fc.constant('folder' as const), fc.constantFrom(0, 1, 70_000, 7 * limits.segmentBytes + 1));

/** Any record of a placed transfer that does not contradict itself. */
const records = fc
  .record({
    sizes: fc.array(size, { minLength: 1, maxLength: 12 }),
    choices: fc.infiniteStream(fc.nat(99)),
    name: fc.string({ unit: 'grapheme' }),
    held: fc.boolean(),
    phase: fc.constantFrom('accepted' as const, 'running' as const, 'verifying' as const),
  })
  .map(({ sizes, choices, name, held, phase }): IncomingRecord => {
    const choose = (): number => choices.next().value;
    const record = recordOf(entriesOf(sizes));
    Object.assign(record, { folder: '/in', floorBytes: choose(), placed: true, arrived: held ? '/in/0' : null });
    record.peer = { key: 'key', session: '', name };
    record.status = { ...record.status, phase, heldByMe: held ? { code: 'disk-full', detail: { kept: 1 } } : null };
    record.roots = record.manifest.map(({ path, kind }) => ({
      given: path,
      folder: kind === 'folder',
      taken: path,
      name: `${path} (2)`,
    }));
    record.position = { entry: choose() % (sizes.length + 1), offset: 0 };
    for (const { index, kind, bytes } of record.manifest) {
      const state = kind === 'folder' ? entryState.finished : choose() % 3;
      record.states[index] = state;
      if (state === entryState.failed) record.failed.push([index, 'file-corrupt']);
      if (state === entryState.finished && kind === 'file') {
        record.finished++;
        record.written += bytes;
      }
      if (state !== entryState.waiting || choose() < 30) continue;
      const segments = Array.from({ length: segmentCount(bytes) }, (_, segment) => segment);
      const verified = new Set(segments.filter(() => choose() < 70));
      const unflushed = new Set([...verified].filter(() => choose() < 30));
      const part = choose() < 50 ? null : `${index}.roomdrop-part`;
      record.open.set(index, { part, verified, unflushed, written: bytes });
      record.written += bytes;
    }
    return record;
  });

test('whatever stands on a record comes back from the text that was written down', () => {
  fc.assert(
    fc.property(records, (record) => {
      expect(decodeIncomingRecord(encodeIncomingRecord(record))).toEqual(record);
    }),
  );
});

test('a terabyte and a hundred thousand small files take little more than their names', () => {
  const sizes = Array.from({ length: 100_000 }, () => 10);
  const record = recordOf(entriesOf([1e12, ...sizes]));
  Object.assign(record, { folder: '/in', placed: true });
  const all = new Set(Array.from({ length: segmentCount(1e12) - 1 }, (_, segment) => segment));
  record.open.set(0, { part: '0.roomdrop-part', verified: all, unflushed: new Set([7]), written: 0 });
  const names = JSON.stringify(record.manifest.map(({ path, bytes }) => ['f', path, bytes, 0])).length;
  expect(encodeIncomingRecord(record).length).toBeLessThan(names + 140_000);
});

function plain(): Record<string, unknown> {
  const record = recordOf(entriesOf([40_000_000, 5, 'folder'], ['a', 'b', 'c']));
  Object.assign(record, { folder: '/in', placed: true, roots: [{ given: 'a', folder: false, taken: 'a', name: 'a' }] });
  record.states[1] = entryState.failed;
  record.failed.push([1, 'file-missing']);
  record.open.set(0, { part: 'a.roomdrop-part', verified: new Set([0, 1]), unflushed: new Set([1]), written: 9 });
  record.status = { ...record.status, phase: 'running' };
  return JSON.parse(encodeIncomingRecord(record));
}

const open = { entry: 0, part: 'a.roomdrop-part', verified: [[0, 2]], unflushed: [[1, 1]], written: 9 };

test.each<[string, Record<string, unknown>]>([
  ['version', { version: 2 }],
  ['transfer', { transfer: 'x' }],
  ['peer.name', { peer: { key: 'k' } }],
  ['phase', { phase: 'offered' }],
  ['phase', { phase: 'done' }],
  ['heldByMe.code', { heldByMe: { code: 'nonsense' } }],
  ['folder', { folder: 'relative/path' }],
  ['roots.0.taken', { roots: [{ given: 'a', folder: false, taken: '../a', name: 'a' }] }],
  ['roots.0.name', { roots: [{ given: 'a', folder: false, taken: 'a', name: '..' }] }],
  ['manifest', { manifest: [] }],
  ['manifest', { manifest: [['f', '../a', 40_000_005, 0]] }],
  ['manifest.0.2', { manifest: [['f', 'a', -1, 0]] }],
  ['states', { states: 'AAA=' }],
  ['states', { states: 'AQkA' }],
  ['states', { states: '?' }],
  ['failed', { failed: [] }],
  ['failed', { failed: [[0, 'file-missing']] }],
  ['position', { position: { entry: 4, offset: 0 } }],
  ['position', { position: { entry: 1, offset: 6 } }],
  ['open', { open: [{ ...open, entry: 1 }] }],
  ['open', { open: [{ ...open, entry: 9 }] }],
  ['open.0.part', { open: [{ ...open, part: '../../a.roomdrop-part' }] }],
  ['open.0.part', { open: [{ ...open, part: '.bashrc' }] }],
  ['open', { open: [{ ...open, verified: [[2, 2]] }] }],
  ['open', { open: [{ ...open, verified: [[0, 1]] }] }],
  ['open', { open: [{ ...open, verified: [[0, 1e15]] }] }],
  ['open', { open: [{ ...open, written: 40_000_001 }] }],
])('what is wrong with a record is named: %s', (where, wrong) => {
  const read = () => decodeIncomingRecord(JSON.stringify({ ...plain(), ...wrong }));
  expect(read).toThrow(RecordError);
  expect(read).toThrow(`cannot be read: ${where} `);
});

test('no text at all is taken for a record, and none brings anything but a clear error', () => {
  const good = JSON.stringify(plain());
  expect(() => decodeIncomingRecord(good)).not.toThrow();
  for (const key of Object.keys(plain())) {
    const { [key]: _, ...rest } = plain();
    expect(() => decodeIncomingRecord(JSON.stringify(rest))).toThrow(new RegExp(`: ${key} `));
  }
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.nat(good.length).map((end) => good.slice(0, end)),
      ),
      (text) => {
        fc.pre(text !== good);
        expect(() => decodeIncomingRecord(text)).toThrow(RecordError);
      },
    ),
  );
});

test('the durable position stands before the first byte that no flush has confirmed', () => {
  const record = recordOf(entriesOf([10, 40_000_000, 5]));
  expect(durablePosition(record)).toEqual({ entry: 0, offset: 0 });
  record.position = { entry: 1, offset: 2 * limits.segmentBytes + 99 };
  record.states[0] = entryState.finished;
  const file = { part: 'a', verified: new Set([0, 1]), unflushed: new Set([1]), written: 0 };
  record.open.set(1, file);
  expect(durablePosition(record)).toEqual({ entry: 1, offset: limits.segmentBytes });
  file.unflushed.clear();
  expect(durablePosition(record)).toEqual({ entry: 1, offset: 2 * limits.segmentBytes });
  record.position = { entry: 3, offset: 0 };
  file.verified.add(2);
  expect(durablePosition(record)).toEqual({ entry: 2, offset: 0 });
});
