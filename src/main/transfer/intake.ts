import { createHash } from 'node:crypto';
import type { ReasonCode } from '../../shared/reasons.ts';
import {
  addWritten,
  entryState,
  type IncomingRecord,
  isDurable,
  type OpenRecord,
  openedIn,
  type Position,
  settlePosition,
} from './incoming-record.ts';
import { createRuns, type Run } from './runs.ts';
import { createSegmentChecks, type Judgement } from './segment-checks.ts';
import { segmentBytes, segmentCount, segmentOf, segmentStart } from './segments.ts';

/**
 * Which bytes may come next and whether those that came are right: the receiver's bookkeeping, without disk or lane.
 * Blocks are taken in (`place`), and count only when they are on the disk (`wrote`); a complete segment is judged as soon as
 * its digest is there too.
 */
export interface Intake {
  /**
   * Where this payload belongs; `stale` when it is no longer wanted, `early` when a file before its own is neither all taken in
   * nor given up, null when the protocol forbids it.
   */
  place(entry: number, offset: number, bytes: number): Run | 'stale' | 'early' | null;
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

export function createIntake(record: IncomingRecord): Intake {
  const { manifest: entries, states, position } = record;
  const files = entries.filter((entry) => entry.kind === 'file').length;
  const checks = createSegmentChecks(record);
  let verdicts: Verdict[] = [];

  function bytesOf(entry: number): number {
    // Stryker disable next-line OptionalChaining: the compiler does not know that every entry is one of the manifest
    return entries[entry]?.bytes ?? 0;
  }

  function settle(): void {
    // An empty file is complete as soon as everything before it is.
    settlePosition(record, position, (entry) => completed(entry, 0, emptySha256));
  }

  function completed(entry: number, segment: number, sha256: string): void {
    runs.complete(entry, segment);
    heed(entry, segment, checks.completed(entry, segment, sha256));
  }

  function heed(entry: number, segment: number, judgement: Judgement | null): void {
    if (judgement === 'right') {
      const { verified, unflushed } = openedIn(record, entry);
      if (verified.size === segmentCount(bytesOf(entry))) verdicts.push({ is: 'complete', entry });
      else if (unflushed.size >= flushSegments) verdicts.push({ is: 'long', entry });
    } else if (judgement === 'wrong') {
      takeBack(entry, segment);
      verdicts.push({ is: 'wrong', entry, segment });
    } else if (judgement === 'corrupt') verdicts.push({ is: 'corrupt', entry });
  }

  /** A segment that was complete is to come once more. */
  function takeBack(entry: number, segment: number): void {
    checks.drop(entry, segment);
    addWritten(record, entry, -segmentBytes(segment, bytesOf(entry)));
    runs.repair(entry, segment);
  }

  function forget(entry: number): void {
    record.written -= record.open.get(entry)?.written ?? 0;
    record.open.delete(entry);
    checks.forget(entry);
    runs.forget(entry);
    settle();
  }

  /** Only what a flush has confirmed counts as written; the rest of what was sent is to come again. */
  function keepDurable(entry: number, file: OpenRecord): void {
    const bytes = bytesOf(entry);
    const reached = position.entry === entry ? segmentOf(position.offset) : segmentCount(bytes);
    let kept = 0;
    // Nothing to send again of an empty one: it is made anew when it is finished.
    for (let segment = 0; segment < reached && bytes > 0; segment++) {
      if (file.part !== null && isDurable(file, segment)) {
        kept += segmentBytes(segment, bytes);
        continue;
      }
      checks.drop(entry, segment);
      file.verified.delete(segment);
      runs.repair(entry, segment);
    }
    if (position.entry === entry) position.offset = segmentStart(reached);
    runs.interrupt(entry);
    file.unflushed.clear();
    addWritten(record, entry, kept - file.written);
    verdicts = verdicts.filter((each) => each.entry !== entry);
    if (file.verified.size === segmentCount(bytes)) verdicts.push({ is: 'complete', entry });
  }

  /** A record from before: what was not flushed may be gone, and what was only in memory is. */
  function takeUp(): void {
    // From the first one on: a file may be whole and flushed, and lack nothing but its name.
    for (let entry = 0; entry < position.entry; entry++) {
      if (states[entry] !== entryState.waiting) continue;
      const file = openedIn(record, entry);
      keepDurable(entry, file);
      if (bytesOf(entry) === 0 && file.verified.size === 0) completed(entry, 0, emptySha256);
    }
    const reached = record.open.get(position.entry);
    if (reached) keepDurable(position.entry, reached);
  }

  const runs = createRuns(record);
  takeUp();
  settle();

  return {
    place(entry, offset, bytes) {
      const given = entries[entry];
      if (given?.kind !== 'file' || offset + bytes > given.bytes) return null;
      return states[entry] === entryState.failed ? 'stale' : runs.place(entry, offset, bytes);
    },
    hash,
    wrote(run, payloads) {
      if (states[run.entry] !== entryState.waiting) return;
      let bytes = 0;
      for (const payload of payloads) bytes += payload.byteLength;
      runs.wrote(run, bytes);
      addWritten(record, run.entry, bytes);
      const sha256 = run.written === run.end ? run.hash.digest('base64') : null;
      if (run.main) settle();
      if (sha256 !== null) completed(run.entry, run.segment, sha256);
    },
    digest(entry, segment, sha256) {
      const given = entries[entry];
      if (given?.kind !== 'file' || segment >= segmentCount(given.bytes)) return false;
      if (states[entry] !== entryState.waiting || record.open.get(entry)?.verified.has(segment)) return true;
      heed(entry, segment, checks.digest(entry, segment, sha256));
      return !checks.tooMany;
    },
    fail(entry, reason) {
      if (states[entry] !== entryState.waiting) return false;
      states[entry] = entryState.failed;
      record.failed.push([entry, reason]);
      forget(entry);
      return true;
    },
    finished(entry) {
      if (states[entry] !== entryState.waiting) return;
      states[entry] = entryState.finished;
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
      const { position: from, again } = runs.rebind();
      const unjudged = checks.awaiting();
      for (const [entry, segment] of unjudged) {
        // Of an empty one only the digest is missing.
        if (bytesOf(entry) > 0) takeBack(entry, segment);
      }
      return { position: from, again: [...unjudged, ...again] };
    },
    verdict: () => verdicts.shift() ?? null,
    get allWritten() {
      return position.entry >= entries.length && !runs.repairing;
    },
    get settled() {
      return record.finished + record.failed.length === files;
    },
  };
}

const emptySha256 = createHash('sha256').digest('base64');

function hash(run: Run, payloads: readonly Uint8Array[]): () => void {
  const before = run.hash.copy();
  for (const payload of payloads) run.hash.update(payload);
  return () => {
    run.hash = before;
  };
}
