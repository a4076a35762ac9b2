import { createHash, type Hash } from 'node:crypto';
import type { ReasonCode } from '../../shared/reasons.ts';
import {
  createOpenRecord,
  entryState,
  type IncomingRecord,
  isDurable,
  type OpenRecord,
  type Position,
} from './incoming-record.ts';
import { segmentCount, segmentEnd, segmentOf, segmentStart } from './segments.ts';

/**
 * Which bytes may come next and whether those that came are right: the receiver's bookkeeping, without disk or lane.
 *
 * The main run walks through the files in order; beside it, a repair run for each segment that is sent once more. Blocks
 * are taken in (`place`), and count only when they are on the disk (`wrote`); a complete segment is judged as soon as
 * its digest is there too.
 */
export interface Intake {
  /** Where this payload belongs; `stale` when it is no longer wanted, null when the protocol forbids it. */
  place(entry: number, offset: number, bytes: number): Run | 'stale' | null;
  /** The next bytes of the run are on the disk. */
  wrote(run: Run, payloads: readonly Uint8Array[]): void;
  /** Hashes payloads while they are being written; the returned function takes it back. */
  hash(run: Run, payloads: readonly Uint8Array[]): () => void;
  /** Returns false when it can belong to no file under way: out of range, or too many kept. */
  digest(entry: number, segment: number, sha256: string): boolean;
  /** Gives the entry up; false when it is over already. */
  fail(entry: number, reason: ReasonCode): boolean;
  finished(entry: number): void;
  /** What was written of this file is wanted again, but for what a flush has confirmed of a part that is still there. */
  lost(entry: number): void;
  /**
   * Forgets what was taken in and not written, and says from where to send on and which segments to send once more:
   * those found wrong, and those whose digest did not come.
   */
  rebind(): { position: Position; again: [entry: number, segment: number][] };
  /** The next thing to see to, after any of these calls; null when there is none. */
  verdict(): Verdict | null;
  /** Every byte of every file that did not fail is on the disk. */
  readonly allWritten: boolean;
  /** Every file is finished or failed. */
  readonly settled: boolean;
}

/** One segment being received. */
export interface Run {
  readonly entry: number;
  readonly segment: number;
  readonly main: boolean;
  readonly end: number;
  /** Taken in up to here. */
  placed: number;
  /** On the disk up to here. */
  written: number;
  hash: Hash;
}

/** What its owner has to see to. */
export type Verdict =
  /** All segments are verified: the file can get its name. */
  | { is: 'complete'; entry: number }
  /** So much of it is verified and not flushed that it should be. */
  | { is: 'long'; entry: number }
  /** Found wrong, to be asked for again. */
  | { is: 'wrong'; entry: number; segment: number }
  /** Wrong too often. */
  | { is: 'corrupt'; entry: number };

/**
 * A long file is flushed whenever so many segments (64 MiB) are verified: what a loss of power may take back is bounded, and
 * the flushes run beside the writing.
 */
const flushSegments = 4;
const triesPerSegment = 3;
/** An honest sender's digests run ahead of its blocks by no more than a window of the smallest charge, and empty files. */
const keptDigests = 65_536;

export function createIntake(record: IncomingRecord): Intake {
  const entries = record.manifest;
  const digests = new Map<string, string>();
  /** Complete on the disk, their digest still to come. */
  const awaiting = new Map<string, { entry: number; segment: number; sha256: string }>();
  const repairs = new Map<string, Run>();
  const tries = new Map<string, number>();
  const files = entries.filter((entry) => entry.kind === 'file');
  const mostDigests = keptDigests + files.filter((file) => file.bytes === 0).length;
  let verdicts: Verdict[] = [];
  let main: Run | null = null;
  /** The main run that was last written on; the one taken in may be ahead of it. */
  let writing: Run | null = null;

  function bytesOf(entry: number): number {
    // Stryker disable next-line OptionalChaining: the compiler does not know that every entry is one of the manifest
    return entries[entry]?.bytes ?? 0;
  }

  function opened(entry: number): OpenRecord {
    let file = record.open.get(entry);
    if (!file) {
      file = createOpenRecord();
      record.open.set(entry, file);
    }
    return file;
  }

  /** Moves a position to where the next byte of any file still wanted belongs. */
  function settle(position: Position, passed: (entry: number) => void): void {
    for (;;) {
      const entry = entries[position.entry];
      if (!entry) return;
      const over = record.states[position.entry] !== entryState.waiting;
      if (!over && position.offset < entry.bytes) return;
      const empty = !over && entry.bytes === 0 ? position.entry : null;
      position.entry++;
      position.offset = 0;
      if (empty !== null) passed(empty);
    }
  }

  function settlePlaced(): void {
    settle(placed, () => {});
  }

  function settleWritten(): void {
    // An empty file is complete as soon as everything before it is.
    settle(record.position, (entry) => completed(entry, 0, emptySha256));
  }

  function start(entry: number, segment: number, isMain: boolean, at: number): Run {
    return {
      entry,
      segment,
      main: isMain,
      end: segmentEnd(segment, bytesOf(entry)),
      placed: at,
      written: at,
      hash: createHash('sha256'),
    };
  }

  function completed(entry: number, segment: number, sha256: string): void {
    const key = keyOf(entry, segment);
    repairs.delete(key);
    const expected = digests.get(key);
    if (expected === undefined) awaiting.set(key, { entry, segment, sha256 });
    else judge(entry, segment, sha256, expected);
  }

  function judge(entry: number, segment: number, sha256: string, expected: string): void {
    const key = keyOf(entry, segment);
    digests.delete(key);
    awaiting.delete(key);
    const file = opened(entry);
    if (sha256 === expected) {
      tries.delete(key);
      file.verified.add(segment);
      file.unflushed.add(segment);
      if (file.verified.size === segmentCount(bytesOf(entry))) verdicts.push({ is: 'complete', entry });
      else if (file.unflushed.size >= flushSegments) verdicts.push({ is: 'long', entry });
      return;
    }
    const count = (tries.get(key) ?? 0) + 1;
    tries.set(key, count);
    if (count > triesPerSegment || bytesOf(entry) === 0) {
      verdicts.push({ is: 'corrupt', entry });
      return;
    }
    takeBack(entry, segmentEnd(segment, bytesOf(entry)) - segmentStart(segment));
    repairs.set(key, start(entry, segment, false, segmentStart(segment)));
    verdicts.push({ is: 'wrong', entry, segment });
  }

  function takeBack(entry: number, bytes: number): void {
    opened(entry).written -= bytes;
    record.written -= bytes;
  }

  function forget(entry: number): void {
    const written = record.open.get(entry)?.written ?? 0;
    record.written -= written;
    record.open.delete(entry);
    const segments = segmentCount(bytesOf(entry));
    for (const kept of [digests, awaiting, repairs, tries]) {
      // The shorter way: a file may claim to have more segments than memory could count.
      // Stryker disable next-line ConditionalExpression,EqualityOperator: either way comes to the same
      if (segments < kept.size) {
        // Stryker disable next-line EqualityOperator: there is no such segment
        for (let segment = 0; segment < segments; segment++) kept.delete(keyOf(entry, segment));
      } else for (const key of kept.keys()) if (entryOf(key) === entry) kept.delete(key);
    }
    settlePlaced();
    settleWritten();
  }

  /** Only what a flush has confirmed counts as written; the rest of what was sent is to come again. */
  function keepDurable(entry: number, file: OpenRecord): void {
    const { position } = record;
    const bytes = bytesOf(entry);
    const reached = position.entry === entry ? segmentOf(position.offset) : segmentCount(bytes);
    let kept = 0;
    // Nothing to send again of an empty one: it is made anew when it is finished.
    for (let segment = 0; segment < reached && bytes > 0; segment++) {
      const key = keyOf(entry, segment);
      if (file.part !== null && isDurable(file, segment)) {
        kept += segmentEnd(segment, bytes) - segmentStart(segment);
        continue;
      }
      awaiting.delete(key);
      file.verified.delete(segment);
      repairs.set(key, start(entry, segment, false, segmentStart(segment)));
    }
    if (position.entry === entry) position.offset = segmentStart(reached);
    writing = null;
    file.unflushed.clear();
    takeBack(entry, file.written - kept);
    verdicts = verdicts.filter((each) => each.entry !== entry);
    if (file.verified.size === segmentCount(bytes)) verdicts.push({ is: 'complete', entry });
  }

  /** A record from before: what was not flushed may be gone, and what was only in memory is. */
  function takeUp(): void {
    const { position, open } = record;
    // From the first one on: a file may be whole and flushed, and lack nothing but its name.
    for (let entry = 0; entry < position.entry; entry++) {
      if (record.states[entry] !== entryState.waiting) continue;
      const file = opened(entry);
      keepDurable(entry, file);
      if (bytesOf(entry) === 0 && file.verified.size === 0) completed(entry, 0, emptySha256);
    }
    const reached = open.get(position.entry);
    if (reached) keepDurable(position.entry, reached);
  }

  takeUp();
  /** Where the next block of the main run belongs. */
  const placed: Position = { ...record.position };
  settlePlaced();
  settleWritten();

  return {
    place(entry, offset, bytes) {
      const given = entries[entry];
      if (given?.kind !== 'file' || offset + bytes > given.bytes) return null;
      if (record.states[entry] === entryState.failed) return 'stale';
      const segment = segmentOf(offset);
      let run = repairs.get(keyOf(entry, segment));
      if (placed.entry === entry && placed.offset === offset) {
        if (main?.entry !== entry || main.segment !== segment) main = start(entry, segment, true, offset);
        run = main;
      }
      if (!run || run.placed !== offset || offset + bytes > run.end) return null;
      run.placed += bytes;
      if (run.main) {
        placed.offset += bytes;
        settlePlaced();
      }
      return run;
    },
    hash(run, payloads) {
      const before = run.hash.copy();
      for (const payload of payloads) run.hash.update(payload);
      return () => {
        run.hash = before;
      };
    },
    wrote(run, payloads) {
      if (record.states[run.entry] !== entryState.waiting) return;
      let bytes = 0;
      for (const payload of payloads) bytes += payload.byteLength;
      run.written += bytes;
      opened(run.entry).written += bytes;
      record.written += bytes;
      const sha256 = run.written === run.end ? run.hash.digest('base64') : null;
      if (run.main) {
        writing = run;
        record.position.offset = run.written;
        settleWritten();
      }
      if (sha256 !== null) completed(run.entry, run.segment, sha256);
    },
    digest(entry, segment, sha256) {
      const given = entries[entry];
      if (given?.kind !== 'file' || segment >= segmentCount(given.bytes)) return false;
      if (record.states[entry] !== entryState.waiting || record.open.get(entry)?.verified.has(segment)) return true;
      const key = keyOf(entry, segment);
      const complete = awaiting.get(key);
      if (complete) judge(entry, segment, complete.sha256, sha256);
      else digests.set(key, sha256);
      return digests.size <= mostDigests;
    },
    fail(entry, reason) {
      if (record.states[entry] !== entryState.waiting) return false;
      record.states[entry] = entryState.failed;
      record.failed.push([entry, reason]);
      forget(entry);
      return true;
    },
    finished(entry) {
      if (record.states[entry] !== entryState.waiting) return;
      record.states[entry] = entryState.finished;
      record.finished++;
      const written = record.open.get(entry)?.written ?? 0;
      forget(entry);
      record.written += written;
    },
    lost(entry) {
      const file = record.open.get(entry);
      if (file) keepDurable(entry, file);
    },
    rebind() {
      const position = record.position;
      // The run that was being written goes on where the disk is; one that is complete fits no block any more.
      main = writing;
      if (main) main.placed = main.written;
      Object.assign(placed, position);
      const again: [number, number][] = [];
      for (const [key, { entry, segment }] of awaiting) {
        again.push([entry, segment]);
        if (bytesOf(entry) === 0) continue;
        awaiting.delete(key);
        takeBack(entry, segmentEnd(segment, bytesOf(entry)) - segmentStart(segment));
      }
      for (const [key, run] of repairs) {
        const from = segmentStart(run.segment);
        takeBack(run.entry, run.written - from);
        repairs.delete(key);
        again.push([run.entry, run.segment]);
      }
      for (const [entry, segment] of again) {
        if (bytesOf(entry) > 0) {
          repairs.set(keyOf(entry, segment), start(entry, segment, false, segmentStart(segment)));
        }
      }
      return { position: { ...placed }, again };
    },
    verdict: () => verdicts.shift() ?? null,
    get allWritten() {
      return record.position.entry >= entries.length && repairs.size === 0;
    },
    get settled() {
      return record.finished + record.failed.length === files.length;
    },
  };
}

const emptySha256 = createHash('sha256').digest('base64');

function keyOf(entry: number, segment: number): string {
  return `${entry}:${segment}`;
}

function entryOf(key: string): number {
  return Number.parseInt(key, 10);
}
