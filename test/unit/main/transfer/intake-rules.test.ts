import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createIntake, type Intake, type Verdict } from '../../../../src/main/transfer/intake.ts';
import type { Run } from '../../../../src/main/transfer/runs.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

/** What the receiver's bookkeeping says to each thing that a peer, a disk or a lost lane can do to it. */

const segment = limits.segmentBytes;
const zeros = new Uint8Array(segment);
/** Bytes are hashed by a call of their own: where none is hashed, the digest of nothing is right, and no test hashes 16 MiB. */
const right = createHash('sha256').digest('base64');
const wrong = createHash('sha256').update('other').digest('base64');

function begin(...sizes: (number | 'folder')[]) {
  const record = recordOf(entriesOf(sizes));
  sizes.forEach((size, index) => {
    if (size === 'folder') record.states[index] = 1;
  });
  return { record, intake: createIntake(record) };
}

function placed(intake: Intake, entry: number, offset: number, bytes: number): Run {
  const run = intake.place(entry, offset, bytes);
  if (run === null || typeof run === 'string') throw new Error(`not taken: ${entry} ${offset} ${run}`);
  return run;
}

/** A block comes and is written. */
function write(intake: Intake, entry: number, offset: number, bytes: number): void {
  intake.wrote(placed(intake, entry, offset, bytes), [zeros.subarray(0, bytes)]);
}

/** Digests of the first so many segments; true if every one was taken. */
function digests(intake: Intake, entry: number, count: number): boolean {
  return Array.from({ length: count }, (_, each) => intake.digest(entry, each, right)).every(Boolean);
}

function verdicts(intake: Intake): Verdict[] {
  const found: Verdict[] = [];
  for (let next = intake.verdict(); next; next = intake.verdict()) found.push(next);
  return found;
}

describe('a block', () => {
  test('belongs to the file whose turn it is, behind the one before', () => {
    const { intake } = begin(10, 'folder', segment + 10);
    expect(intake.place(0, 4, 1)).toBeNull();
    expect(intake.place(0, 0, 4)).toMatchObject({ entry: 0, segment: 0, main: true, end: 10, placed: 4, written: 0 });
    expect(intake.place(0, 0, 4)).toBeNull();
    expect(intake.place(0, 4, 6)).toMatchObject({ placed: 10 });
    expect(intake.place(2, 0, 8)).toMatchObject({ entry: 2, end: segment, placed: 8 });
  });

  test.each([
    ['beyond the end', 0, 0, 11],
    ['behind the end', 0, 10, 1],
    ['of a folder', 1, 0, 1],
    ['of nothing that was offered', 3, 0, 1],
    ['across two segments', 2, 0, segment + 1],
  ])('%s is against the protocol', (_what, entry, offset, bytes) => {
    const { intake } = begin(10, 'folder', segment + 10);
    if (entry === 2) write(intake, 0, 0, 10);
    expect(intake.place(entry, offset, bytes)).toBeNull();
  });

  test('of a file behind the one whose turn it is is early, until that is all taken in or given up', () => {
    const { record, intake } = begin(10, 'folder', 10, 0, 10, 2 * segment);
    for (const entry of [2, 4, 5]) expect(intake.place(entry, 0, 10)).toBe('early');
    expect(intake.place(5, segment - 10, 10)).toBe('early');
    expect(intake.place(5, segment, segment)).toBe('early');
    expect(record.open.size).toBe(0);
    expect(placed(intake, 0, 0, 9)).toMatchObject({ placed: 9 });
    expect(intake.place(2, 0, 10)).toBe('early');
    placed(intake, 0, 9, 1);
    expect(placed(intake, 2, 0, 4)).toMatchObject({ entry: 2, main: true, placed: 4 });
    expect(intake.place(4, 0, 10)).toBe('early');
    intake.fail(2, 'file-missing');
    expect(placed(intake, 4, 0, 10)).toMatchObject({ entry: 4 });
    expect(intake.place(4, 0, 10)).toBeNull();
    expect(placed(intake, 5, 0, 10)).toMatchObject({ entry: 5 });
  });

  test('of a file that is not yet its turn is forbidden all the same beyond its end, or across segments, and may be given up', () => {
    const { intake } = begin(10, 'folder', segment + 10, 10);
    expect(intake.place(1, 0, 1)).toBeNull();
    expect(intake.place(2, segment, 11)).toBeNull();
    expect(intake.place(2, segment - 1, 2)).toBeNull();
    expect(intake.place(4, 0, 1)).toBeNull();
    intake.fail(2, 'file-missing');
    expect(intake.place(2, 0, 10)).toBe('stale');
    expect(intake.place(3, 0, 10)).toBe('early');
  });

  test('of the next segment is a run of its own, as far as the file goes', () => {
    const { intake } = begin(segment + 10);
    const first = placed(intake, 0, 0, segment);
    const second = placed(intake, 0, segment, 4);
    expect(second).not.toBe(first);
    expect(second).toMatchObject({ segment: 1, end: segment + 10, written: segment });
    expect(placed(intake, 0, segment + 4, 6)).toBe(second);
  });

  test('of a file that was given up is forbidden all the same beyond its end', () => {
    const { intake } = begin(10, 10);
    intake.fail(0, 'write-failed');
    expect(intake.place(0, 0, 11)).toBeNull();
    expect(intake.place(0, 4, 7)).toBeNull();
  });

  test('of a file that was given up is no longer wanted, of one that is finished it is forbidden', () => {
    const { intake } = begin(10, 10, 10);
    intake.fail(0, 'write-failed');
    expect(intake.place(0, 0, 10)).toBe('stale');
    write(intake, 1, 0, 10);
    intake.finished(1);
    expect(intake.place(1, 0, 10)).toBeNull();
  });

  test('counts once it is on the disk', () => {
    const { record, intake } = begin(10, 10);
    const run = placed(intake, 0, 0, 10);
    expect(record).toMatchObject({ position: { entry: 0, offset: 0 }, written: 0 });
    intake.wrote(run, [zeros.subarray(0, 3), zeros.subarray(0, 1)]);
    expect(record).toMatchObject({ position: { entry: 0, offset: 4 }, written: 4 });
    expect(record.open.get(0)?.written).toBe(4);
    intake.wrote(run, [zeros.subarray(0, 6)]);
    expect(record).toMatchObject({ position: { entry: 1, offset: 0 }, written: 10 });
    expect(intake.allWritten).toBe(false);
    write(intake, 1, 0, 10);
    expect(intake.allWritten).toBe(true);
    expect(intake.settled).toBe(false);
  });

  test('that reaches the disk after its file was given up counts nothing', () => {
    const { record, intake } = begin(10, 10);
    const run = placed(intake, 0, 0, 10);
    intake.fail(0, 'write-failed');
    intake.wrote(run, [zeros.subarray(0, 10)]);
    expect(record.written).toBe(0);
    expect(record.open.size).toBe(0);
    expect(verdicts(intake)).toEqual([]);
  });

  test('whose hash is taken back is as if it had not come', () => {
    const { intake } = begin(4);
    const run = placed(intake, 0, 0, 4);
    intake.hash(run, [Buffer.from('bad')])();
    intake.hash(run, [Buffer.from('go'), Buffer.from('od')]);
    intake.wrote(run, [Buffer.from('good')]);
    intake.digest(0, 0, createHash('sha256').update('good').digest('base64'));
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 0 }]);
  });
});

describe('a digest', () => {
  test('may come before its bytes or behind them', () => {
    const { intake } = begin(10, 10);
    expect(intake.digest(0, 0, right)).toBe(true);
    expect(verdicts(intake)).toEqual([]);
    write(intake, 0, 0, 10);
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 0 }]);
    write(intake, 1, 0, 10);
    expect(verdicts(intake)).toEqual([]);
    expect(intake.digest(1, 0, right)).toBe(true);
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 1 }]);
  });

  test('is nobody’s outside of what was offered', () => {
    const { intake } = begin(10, 'folder', segment);
    expect(intake.digest(3, 0, right)).toBe(false);
    expect(intake.digest(1, 0, right)).toBe(false);
    expect(intake.digest(0, 1, right)).toBe(false);
    expect(intake.digest(2, 1, right)).toBe(false);
    expect(intake.digest(2, 0, right)).toBe(true);
  });

  test('of what is over or verified changes nothing', () => {
    const { intake } = begin(2 * segment, 10);
    write(intake, 0, 0, segment);
    intake.digest(0, 0, right);
    expect(intake.digest(0, 0, wrong)).toBe(true);
    write(intake, 0, segment, segment);
    intake.digest(0, 1, right);
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 0 }]);
    intake.lost(0);
    write(intake, 0, 0, segment);
    expect(verdicts(intake)).toEqual([]);
    intake.fail(1, 'write-failed');
    expect(intake.digest(1, 0, wrong)).toBe(true);
    expect(verdicts(intake)).toEqual([]);
  });

  test('is kept for 66,560 segments and each empty file, and then its sender is no honest one', () => {
    const { intake } = begin(70_000 * segment, 0, 1);
    expect(digests(intake, 0, 66_561)).toBe(true);
    expect(intake.digest(0, 66_561, right)).toBe(false);
    // One is used up, another may come.
    write(intake, 0, 0, segment);
    expect(intake.digest(0, 66_561, right)).toBe(true);
    intake.fail(0, 'write-failed');
    expect(digests(intake, 0, 66_624)).toBe(true);
  });
});

describe('a segment', () => {
  test('that is wrong is taken back and wanted again, three times', () => {
    const { record, intake } = begin(segment + 10, 10);
    write(intake, 0, 0, segment);
    write(intake, 0, segment, 10);
    intake.digest(0, 1, right);
    for (let time = 0; time < 3; time++) {
      intake.digest(0, 0, wrong);
      expect(verdicts(intake)).toEqual([{ is: 'wrong', entry: 0, segment: 0 }]);
      expect(record.written).toBe(10);
      expect(record.open.get(0)?.written).toBe(10);
      expect(intake.allWritten).toBe(false);
      write(intake, 0, 0, segment);
    }
    expect(record.written).toBe(segment + 10);
    intake.digest(0, 0, wrong);
    expect(verdicts(intake)).toEqual([{ is: 'corrupt', entry: 0 }]);
  });

  test('in the middle of a file is taken back alone', () => {
    const { record, intake } = begin(3 * segment);
    for (const each of [0, 1]) write(intake, 0, each * segment, segment);
    intake.digest(0, 1, wrong);
    expect(verdicts(intake)).toEqual([{ is: 'wrong', entry: 0, segment: 1 }]);
    expect(record.written).toBe(segment);
    write(intake, 0, segment, 5);
    expect(intake.rebind()).toEqual({
      position: { entry: 0, offset: 2 * segment },
      again: [
        [0, 0],
        [0, 1],
      ],
    });
    expect(record.written).toBe(0);
    for (const each of [1, 0, 2]) write(intake, 0, each * segment, segment);
    for (const each of [0, 1, 2]) intake.digest(0, each, right);
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 0 }]);
    expect(record.written).toBe(3 * segment);
  });

  test('that waits for its digest in the middle of a file is taken back by a new lane', () => {
    const { record, intake } = begin(3 * segment);
    for (const each of [0, 1]) write(intake, 0, each * segment, segment);
    intake.digest(0, 0, right);
    expect(intake.rebind().again).toEqual([[0, 1]]);
    expect(record.written).toBe(segment);
  });

  test('that comes again is a run beside the main one, from its start on', () => {
    const { record, intake } = begin(segment + 10);
    write(intake, 0, 0, segment);
    write(intake, 0, segment, 4);
    intake.digest(0, 0, wrong);
    expect(intake.place(0, 5, 5)).toBeNull();
    const again = placed(intake, 0, 0, 5);
    expect(again).toMatchObject({ main: false, segment: 0, end: segment });
    expect(intake.place(0, 5, segment)).toBeNull();
    write(intake, 0, segment + 4, 6);
    intake.wrote(again, [zeros.subarray(0, 5)]);
    expect(record.position).toEqual({ entry: 1, offset: 0 });
    expect(intake.allWritten).toBe(false);
    write(intake, 0, 5, segment - 5);
    expect(intake.allWritten).toBe(true);
  });

  test('that was right in the end may be wrong three times again when it is lost', () => {
    const { intake } = begin(segment + 10);
    const wrongThreeTimes = (): void => {
      for (let time = 0; time < 3; time++) {
        write(intake, 0, 0, segment);
        intake.digest(0, 0, wrong);
        expect(verdicts(intake)).toEqual([{ is: 'wrong', entry: 0, segment: 0 }]);
      }
    };
    wrongThreeTimes();
    write(intake, 0, 0, segment);
    intake.digest(0, 0, right);
    intake.lost(0);
    wrongThreeTimes();
  });

  test('of a long file asks for a flush when four are not flushed, the last for the end', () => {
    const { record, intake } = begin(6 * segment);
    const said: (string | undefined)[] = [];
    for (let each = 0; each < 6; each++) {
      write(intake, 0, each * segment, segment);
      intake.digest(0, each, right);
      const found = verdicts(intake);
      expect(found.length).toBeLessThan(2);
      said.push(found[0]?.is);
      if (found[0]?.is === 'long') expect(record.open.get(0)?.unflushed).toEqual(new Set([0, 1, 2, 3]));
      if (found[0]?.is === 'long') record.open.get(0)?.unflushed.clear();
    }
    expect(said).toEqual([undefined, undefined, undefined, 'long', undefined, 'complete']);
  });
});

describe('an empty file', () => {
  test('is complete when everything before it is written and its digest has come', () => {
    const { record, intake } = begin(10, 'folder', 0, 0);
    intake.digest(2, 0, right);
    expect(verdicts(intake)).toEqual([]);
    write(intake, 0, 0, 10);
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 2 }]);
    expect(record.position).toEqual({ entry: 4, offset: 0 });
    intake.digest(3, 0, right);
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 3 }]);
  });

  test('with a digest of something is corrupt at once', () => {
    const { intake } = begin(0);
    intake.digest(0, 0, wrong);
    expect(verdicts(intake)).toEqual([{ is: 'corrupt', entry: 0 }]);
  });

  test('that is lost is made anew without a byte', () => {
    const { intake } = begin(0, 10);
    intake.digest(0, 0, right);
    verdicts(intake);
    intake.lost(0);
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 0 }]);
    expect(intake.rebind()).toEqual({ position: { entry: 1, offset: 0 }, again: [] });
  });
});

describe('a file', () => {
  test('is given up once, with its reason, and what was written of it does not count', () => {
    const { record, intake } = begin(10, 'folder', 10);
    write(intake, 0, 0, 4);
    expect(intake.fail(0, 'write-failed')).toBe(true);
    expect(intake.fail(0, 'file-corrupt')).toBe(false);
    expect(intake.fail(1, 'write-failed')).toBe(false);
    expect(intake.fail(9, 'write-failed')).toBe(false);
    expect(record).toMatchObject({ failed: [[0, 'write-failed']], written: 0, position: { entry: 2, offset: 0 } });
    expect(record.open.size).toBe(0);
    expect(intake.place(2, 0, 10)).toMatchObject({ entry: 2 });
  });

  test('is finished once, and keeps what was written of it', () => {
    const { record, intake } = begin(10, 0);
    write(intake, 0, 0, 10);
    intake.finished(0);
    intake.finished(0);
    expect(record).toMatchObject({ finished: 1, written: 10 });
    expect(record.open.has(0)).toBe(false);
    expect(intake.fail(0, 'write-failed')).toBe(false);
    expect(intake.settled).toBe(false);
    intake.finished(1);
    expect(intake.settled).toBe(true);
  });

  test('that fails settles the transfer like one that is finished', () => {
    const { intake } = begin(10, 'folder', 10);
    intake.fail(2, 'write-failed');
    expect(intake.settled).toBe(false);
    intake.fail(0, 'write-failed');
    expect(intake.settled).toBe(true);
    expect(intake.allWritten).toBe(true);
  });

  test.each([
    ['short', 10],
    ['long', 40 * segment],
  ])('that is given up while it is %s takes its digests along, and no others', (_what, bytes) => {
    const { intake } = begin(bytes, 10, 10, 70_000 * segment);
    for (const entry of [0, 1, 2]) intake.digest(entry, 0, right);
    intake.fail(0, 'write-failed');
    expect(digests(intake, 3, 66_558)).toBe(true);
    expect(intake.digest(3, 66_558, right)).toBe(false);
    for (const entry of [1, 2]) write(intake, entry, 0, 10);
    expect(verdicts(intake)).toEqual([
      { is: 'complete', entry: 1 },
      { is: 'complete', entry: 2 },
    ]);
  });

  test.each([
    ['short', 1],
    ['long', 40],
  ])('that is given up while it is %s wants nothing again', (_what, segments) => {
    const { record, intake } = begin(segments * segment, segment);
    write(intake, 0, 0, segment);
    intake.digest(0, 0, wrong);
    if (segments > 1) write(intake, 0, segment, segment);
    intake.fail(0, 'file-corrupt');
    expect(intake.rebind()).toEqual({ position: { entry: 1, offset: 0 }, again: [] });
    write(intake, 1, 0, segment);
    expect(intake.allWritten).toBe(true);
    expect(record.written).toBe(segment);
  });
});

describe('a new lane', () => {
  test('goes on in the middle of a segment, where the disk is', () => {
    const { record, intake } = begin(20);
    const run = placed(intake, 0, 0, 4);
    intake.wrote(run, [zeros.subarray(0, 4)]);
    placed(intake, 0, 4, 6);
    expect(intake.rebind()).toEqual({ position: { entry: 0, offset: 4 }, again: [] });
    expect(record.written).toBe(4);
    expect(intake.place(0, 10, 1)).toBeNull();
    expect(placed(intake, 0, 4, 16)).toBe(run);
  });

  test('begins a file of which nothing was written', () => {
    const { intake } = begin(20);
    placed(intake, 0, 0, 4);
    expect(intake.rebind().position).toEqual({ entry: 0, offset: 0 });
    expect(intake.place(0, 0, 20)).toMatchObject({ placed: 20, written: 0 });
  });

  test('gets again what has no digest yet, and that may come again', () => {
    const { record, intake } = begin(segment + 10, 0);
    write(intake, 0, 0, segment);
    write(intake, 0, segment, 10);
    intake.digest(0, 1, right);
    expect(intake.rebind()).toEqual({
      position: { entry: 2, offset: 0 },
      again: [
        [0, 0],
        [1, 0],
      ],
    });
    expect(record.written).toBe(10);
    expect(intake.allWritten).toBe(false);
    write(intake, 0, 0, segment);
    intake.digest(0, 0, right);
    intake.digest(1, 0, right);
    expect(verdicts(intake)).toEqual([
      { is: 'complete', entry: 0 },
      { is: 'complete', entry: 1 },
    ]);
    expect(intake.rebind().again).toEqual([]);
  });

  test('begins a repair anew that was under way', () => {
    const { record, intake } = begin(2 * segment);
    write(intake, 0, 0, segment);
    intake.digest(0, 0, wrong);
    write(intake, 0, 0, 5);
    expect(record.written).toBe(5);
    expect(intake.rebind()).toEqual({ position: { entry: 0, offset: segment }, again: [[0, 0]] });
    expect(record.written).toBe(0);
    expect(intake.place(0, 5, 5)).toBeNull();
    write(intake, 0, 0, segment);
    intake.digest(0, 0, right);
    expect(intake.rebind().again).toEqual([]);
  });
});

describe('a part that is lost', () => {
  test('of a file not begun is no loss', () => {
    const { record, intake } = begin(10);
    intake.lost(0);
    expect(record.written).toBe(0);
    expect(intake.rebind()).toEqual({ position: { entry: 0, offset: 0 }, again: [] });
  });

  test('is wanted again from its start, up to where the file had come', () => {
    const { record, intake } = begin(10, 3 * segment);
    write(intake, 0, 0, 10);
    write(intake, 1, 0, segment);
    intake.digest(1, 0, right);
    write(intake, 1, segment, 7);
    intake.lost(1);
    expect(record).toMatchObject({ written: 10, position: { entry: 1, offset: segment } });
    expect(intake.place(1, 0, 5)).toMatchObject({ main: false });
    expect(record.open.get(1)).toMatchObject({ written: 0, verified: new Set(), unflushed: new Set() });
    expect(intake.rebind()).toEqual({
      position: { entry: 1, offset: segment },
      again: [
        [0, 0],
        [1, 0],
      ],
    });
  });

  test('of a file that was complete is no longer complete', () => {
    const { record, intake } = begin(segment + 10, 10);
    intake.digest(0, 0, right);
    intake.digest(0, 1, right);
    write(intake, 0, 0, segment);
    write(intake, 0, segment, 10);
    write(intake, 1, 0, 10);
    intake.digest(1, 0, right);
    intake.lost(0);
    expect(verdicts(intake)).toEqual([{ is: 'complete', entry: 1 }]);
    expect(record).toMatchObject({ written: 10, position: { entry: 2, offset: 0 } });
    expect(intake.rebind().again).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });

  test('keeps what a flush has confirmed, if the part is still there', () => {
    const { record, intake } = begin(3 * segment);
    for (const each of [0, 1, 2]) {
      write(intake, 0, each * segment, segment);
      if (each < 2) intake.digest(0, each, right);
    }
    const file = record.open.get(0);
    if (!file) throw new Error('no file');
    file.part = 'part';
    file.unflushed.delete(1);
    intake.lost(0);
    expect(record.written).toBe(segment);
    expect(file).toMatchObject({ written: segment, verified: new Set([1]) });
    expect(intake.rebind().again).toEqual([
      [0, 0],
      [0, 2],
    ]);
    file.part = null;
    intake.lost(0);
    expect(record.written).toBe(0);
  });
});

describe('another process takes up', () => {
  test('a file in the middle of a segment, at its start', () => {
    const { record, intake } = begin(10, 2 * segment);
    write(intake, 0, 0, 10);
    intake.finished(0);
    write(intake, 1, 0, segment);
    write(intake, 1, segment, 5);
    const later = createIntake(structuredClone(record));
    expect(later.rebind()).toEqual({ position: { entry: 1, offset: segment }, again: [[1, 0]] });
    expect(later.allWritten).toBe(false);
  });

  test('what was written and not flushed, which is to come again', () => {
    const { record, intake } = begin(10, 0, 10, 10);
    write(intake, 0, 0, 10);
    intake.digest(1, 0, right);
    write(intake, 2, 0, 4);
    const saved = structuredClone(record);
    const later = createIntake(saved);
    expect(verdicts(later)).toEqual([{ is: 'complete', entry: 1 }]);
    expect(later.rebind()).toEqual({ position: { entry: 2, offset: 0 }, again: [[0, 0]] });
    expect(saved.written).toBe(0);
    write(later, 0, 0, 10);
    write(later, 2, 0, 10);
    write(later, 3, 0, 10);
    expect(later.allWritten).toBe(true);
    expect(saved.written).toBe(30);
  });

  test('nothing of a file that was not begun', () => {
    const { record, intake } = begin(10, 10);
    write(intake, 0, 0, 10);
    intake.digest(0, 0, right);
    const saved = structuredClone(record);
    createIntake(saved);
    expect([...saved.open.keys()]).toEqual([0]);
  });

  test('a file that was whole and flushed, and gives it its name', () => {
    const { record, intake } = begin(10, 10);
    write(intake, 0, 0, 10);
    intake.digest(0, 0, right);
    const saved = structuredClone(record);
    const file = saved.open.get(0);
    if (!file) throw new Error('no file');
    file.part = 'part';
    file.unflushed.clear();
    const later = createIntake(saved);
    expect(verdicts(later)).toEqual([{ is: 'complete', entry: 0 }]);
    expect(saved.written).toBe(10);
    expect(later.rebind()).toEqual({ position: { entry: 1, offset: 0 }, again: [] });
  });

  test('an empty file that waits for its digest, and passes over folders and what failed', () => {
    const { record, intake } = begin(0, 'folder', 10, 10);
    intake.fail(2, 'write-failed');
    write(intake, 3, 0, 4);
    const saved = structuredClone(record);
    const later = createIntake(saved);
    expect(saved.open.has(2)).toBe(false);
    expect(saved.open.has(1)).toBe(false);
    expect(later.rebind()).toEqual({ position: { entry: 3, offset: 0 }, again: [[0, 0]] });
    expect(saved.written).toBe(0);
    later.digest(0, 0, right);
    expect(verdicts(later)).toEqual([{ is: 'complete', entry: 0 }]);
  });
});
