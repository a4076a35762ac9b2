import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIntake } from '../../../../src/main/transfer/intake.ts';
import type { Run } from '../../../../src/main/transfer/runs.ts';
import { segmentCount, segmentEnd, segmentOf, segmentStart } from '../../../../src/main/transfer/segments.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

const right = new Uint8Array(limits.segmentBytes + 3000).fill(7);
const wrong = new Uint8Array(limits.segmentBytes + 3000).fill(8);

function digestOf(bytes: number): string {
  return createHash('sha256').update(right.subarray(0, bytes)).digest('base64');
}
const digests = new Map<number, string>();
function cachedDigest(bytes: number): string {
  const known = digests.get(bytes) ?? digestOf(bytes);
  digests.set(bytes, known);
  return known;
}

interface Message {
  entry: number;
  offset: number;
  bytes: number;
}

/** A sender and a disk that can be made to fail, around a real intake. */
function createModel(sizes: readonly (number | 'folder')[]) {
  const entries = entriesOf(sizes);
  const record = recordOf(entries);
  sizes.forEach((size, index) => {
    if (size === 'folder') record.states[index] = 1;
  });
  const corrupt = new Set<string>();
  const gaveUp = new Set<number>();
  let blocks: Message[] = [];
  let sums: [entry: number, segment: number, sha256: string][] = [];
  let written: { run: Run; payload: Uint8Array; segment: string }[] = [];
  let complete: number[] = [];

  const intake = createIntake(record);

  /** Does what a transfer would do about what the intake found. */
  function heed(): void {
    for (let found = intake.verdict(); found; found = intake.verdict()) {
      if (found.is === 'complete') complete.push(found.entry);
      else if (found.is === 'wrong') sendSegment(found.entry, found.segment, segmentStart(found.segment));
      else if (found.is === 'corrupt') giveUp(found.entry);
    }
  }

  function bytesOf(entry: number): number {
    return entries[entry]?.bytes ?? 0;
  }

  function giveUp(entry: number): void {
    gaveUp.add(entry);
    intake.fail(entry, 'file-corrupt');
    heed();
    blocks = blocks.filter((each) => each.entry !== entry);
  }

  function sendSegment(entry: number, segment: number, from: number): void {
    const end = segmentEnd(segment, bytesOf(entry));
    const most = bytesOf(entry) > 1e6 ? limits.segmentBytes / 4 : 30_000;
    for (let offset = from; offset < end; offset += most) {
      blocks.push({ entry, offset, bytes: Math.min(most, end - offset) });
    }
    sums.push([entry, segment, cachedDigest(end - segmentStart(segment))]);
  }

  function bind(): void {
    blocks = [];
    sums = [];
    written = [];
    const { position, again } = intake.rebind();
    for (const [entry, segment] of again) sendSegment(entry, segment, segmentStart(segment));
    for (let entry = position.entry; entry < entries.length; entry++) {
      if (entries[entry]?.kind === 'folder' || gaveUp.has(entry)) continue;
      const from = entry === position.entry ? position.offset : 0;
      for (let segment = segmentOf(from); segment < segmentCount(bytesOf(entry)); segment++) {
        sendSegment(entry, segment, Math.max(from, segmentStart(segment)));
      }
    }
  }

  const model = {
    intake,
    record,
    gaveUp,
    bind,
    giveUp,
    arrive(corrupted: boolean): boolean {
      const block = blocks.shift();
      if (!block) return false;
      const run = intake.place(block.entry, block.offset, block.bytes);
      if (run === 'stale') return true;
      if (run === null || run === 'early') {
        throw new Error(`${run}: block ${JSON.stringify(block)} at ${JSON.stringify(record.position)}`);
      }
      const payload = (corrupted ? wrong : right).subarray(0, block.bytes);
      written.push({ run, payload, segment: `${block.entry}:${run.segment}` });
      return true;
    },
    sum(): boolean {
      const next = sums.shift();
      if (next) expect(intake.digest(...next)).toBe(true);
      heed();
      return next !== undefined;
    },
    write(): boolean {
      const next = written.shift();
      if (!next) return false;
      const at = next.run.written === segmentStart(next.run.segment);
      if (at) corrupt.delete(next.segment);
      if (next.payload[0] === 8) corrupt.add(next.segment);
      intake.hash(next.run, [next.payload]);
      intake.wrote(next.run, [next.payload]);
      heed();
      return true;
    },
    failWrite(): void {
      const next = written[0];
      if (!next) return;
      intake.hash(next.run, [next.payload])();
      bind();
    },
    lose(entry: number): void {
      written = [];
      complete = complete.filter((each) => each !== entry);
      intake.lost(entry);
      heed();
      bind();
    },
    finish(): boolean {
      const entry = complete.shift();
      if (entry === undefined) return false;
      if (gaveUp.has(entry)) return true;
      for (let segment = 0; segment < segmentCount(bytesOf(entry)); segment++) {
        expect(corrupt.has(`${entry}:${segment}`), `entry ${entry} finished with a wrong byte`).toBe(false);
      }
      intake.finished(entry);
      heed();
      return true;
    },
  };
  bind();
  return model;
}

const size = fc.oneof(
  fc.constant('folder' as const),
  fc.constantFrom(0, 0, 1, 29_999, 30_000, 30_001, 100_000),
  fc.constant(limits.segmentBytes + 2000),
);
const sizes = fc
  .array(size, { minLength: 1, maxLength: 8 })
  .filter((given) => given.filter((each) => each === limits.segmentBytes + 2000).length <= 1);
const action = fc.oneof(
  { weight: 10, arbitrary: fc.constant('arrive' as const) },
  { weight: 1, arbitrary: fc.constant('corrupted' as const) },
  { weight: 10, arbitrary: fc.constant('write' as const) },
  { weight: 5, arbitrary: fc.constant('sum' as const) },
  { weight: 5, arbitrary: fc.constant('finish' as const) },
  { weight: 1, arbitrary: fc.constant('fail-write' as const) },
  { weight: 1, arbitrary: fc.constant('bind' as const) },
  { weight: 1, arbitrary: fc.record({ lose: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ giveUp: fc.nat(7) }) },
);

test('whatever is lost, late, wrong or refused, what finishes is right, and everything comes to an end', () => {
  fc.assert(
    fc.property(sizes, fc.array(action, { maxLength: 80 }), (given, actions) => {
      const model = createModel(given);
      for (const each of actions) {
        if (each === 'arrive') model.arrive(false);
        else if (each === 'corrupted') model.arrive(true);
        else if (each === 'write') model.write();
        else if (each === 'sum') model.sum();
        else if (each === 'finish') model.finish();
        else if (each === 'fail-write') model.failWrite();
        else if (each === 'bind') {
          // The lane goes, what was taken in is written, and the next begins behind it.
          while (model.write());
          model.bind();
        } else if ('lose' in each) model.lose(each.lose);
        else if (typeof given[each.giveUp] === 'number' && model.record.states[each.giveUp] === 0) {
          model.giveUp(each.giveUp);
        }
      }
      for (let moved = true; moved; ) {
        moved = [model.sum(), model.arrive(false), model.write(), model.finish()].some(Boolean);
      }
      expect(model.intake.settled).toBe(true);
      expect(model.intake.allWritten).toBe(true);
      const good = given.map((each, index) => (typeof each === 'number' && !model.gaveUp.has(index) ? each : 0));
      expect(model.record.written).toBe(good.reduce((sum, each) => sum + each, 0));
      expect(model.record.failed.map(([entry]) => entry).sort()).toEqual([...model.gaveUp].sort());
      expect(model.record.open.size).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('the record is plain data that can be written down', () => {
  const model = createModel([100_000, 5]);
  model.arrive(false);
  model.write();
  expect(structuredClone(model.record)).toEqual(model.record);
  expect(model.record).toMatchObject({ position: { entry: 0, offset: 30_000 }, written: 30_000, finished: 0 });
});

test('digests of any number of empty files may come before the file in front of them', () => {
  const count = 70_000;
  const entries = entriesOf(Array.from({ length: count }, (_, index) => (index === 0 ? 1 : 0)));
  const intake = createIntake(recordOf(entries));
  const empty = createHash('sha256').digest('base64');
  expect(entries.slice(1).every(({ index }) => intake.digest(index, 0, empty))).toBe(true);
});

test('a part that is lost costs nothing of the file that is being written', () => {
  const intake = createIntake(recordOf(entriesOf([10, 100_000])));
  const write = (entry: number, offset: number, bytes: number): void => {
    const run = intake.place(entry, offset, bytes);
    if (run === null || typeof run === 'string') throw new Error('refused');
    intake.hash(run, [right.subarray(0, bytes)]);
    intake.wrote(run, [right.subarray(0, bytes)]);
  };
  intake.rebind();
  write(0, 0, 10);
  write(1, 0, 60_000);
  intake.lost(0);
  expect(intake.rebind()).toEqual({ position: { entry: 1, offset: 60_000 }, again: [[0, 0]] });
  write(1, 60_000, 40_000);
  intake.digest(1, 0, digestOf(100_000));
  expect(intake.verdict()).toEqual({ is: 'complete', entry: 1 });
});
