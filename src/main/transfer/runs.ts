import { createHash, type Hash } from 'node:crypto';
import { addWritten, type IncomingRecord, type Position, settlePosition } from './incoming-record.ts';
import { forgetEntry, keyOf } from './segment-checks.ts';
import { segmentEnd, segmentOf, segmentStart } from './segments.ts';

/**
 * Where the next bytes belong: the main run walks through the files in order; beside it goes a repair run for each segment
 * that is sent once more. What is taken in (`placed`) may be ahead of what is on the disk (`written`).
 */
export interface Runs {
  /**
   * Where this payload belongs; `early` when the main run has yet to come to this file; null when nothing of it was asked
   * for.
   */
  place(entry: number, offset: number, bytes: number): Run | 'early' | null;
  /** The next bytes of the run are on the disk. */
  wrote(run: Run, bytes: number): void;
  /** The whole segment is to come once more. */
  repair(entry: number, segment: number): void;
  readonly repairing: boolean;
  /** The segment is complete. */
  complete(entry: number, segment: number): void;
  /** Nothing of this file is wanted any more. */
  forget(entry: number): void;
  /** The part of this file cannot be relied upon: no run of it goes on where it was. */
  interrupt(entry: number): void;
  /** Forgets what was taken in and not written. Where to send on from, and the segments to send once more. */
  rebind(): { position: Position; again: [entry: number, segment: number][] };
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

export function createRuns(record: IncomingRecord): Runs {
  const repairs = new Map<string, Run>();
  let main: Run | null = null;
  /** The main run that was last written on; the one taken in may be ahead of it. */
  let writing: Run | null = null;
  /** Where the next block of the main run belongs. */
  const placed: Position = { ...record.position };

  function settle(): void {
    settlePosition(record, placed);
  }

  function start(entry: number, segment: number, isMain: boolean, at: number): Run {
    const end = segmentEnd(segment, record.manifest[entry]?.bytes ?? 0);
    return { entry, segment, main: isMain, end, placed: at, written: at, hash: createHash('sha256') };
  }

  function repair(entry: number, segment: number): void {
    repairs.set(keyOf(entry, segment), start(entry, segment, false, segmentStart(segment)));
  }

  settle();

  return {
    place(entry, offset, bytes) {
      const segment = segmentOf(offset);
      // No segment of such a file can be asked for again.
      if (entry > placed.entry) return offset + bytes > segmentStart(segment + 1) ? null : 'early';
      let run = repairs.get(keyOf(entry, segment));
      if (placed.entry === entry && placed.offset === offset) {
        if (main?.entry !== entry || main.segment !== segment) main = start(entry, segment, true, offset);
        run = main;
      }
      if (!run || run.placed !== offset || offset + bytes > run.end) return null;
      run.placed += bytes;
      if (run.main) {
        placed.offset += bytes;
        settle();
      }
      return run;
    },
    wrote(run, bytes) {
      run.written += bytes;
      if (!run.main) return;
      writing = run;
      record.position.offset = run.written;
    },
    repair,
    get repairing() {
      return repairs.size > 0;
    },
    complete(entry, segment) {
      repairs.delete(keyOf(entry, segment));
    },
    forget(entry) {
      forgetEntry(repairs, entry, record);
      settle();
    },
    interrupt(entry) {
      if (writing?.entry === entry) writing = null;
    },
    rebind() {
      const { position } = record;
      // The run that was being written goes on where the disk is; one that is complete fits no block any more.
      main = writing;
      if (main) main.placed = main.written;
      Object.assign(placed, position);
      const again = [...repairs.values()].map((run): [number, number] => {
        addWritten(record, run.entry, segmentStart(run.segment) - run.written);
        return [run.entry, run.segment];
      });
      for (const [entry, segment] of again) repair(entry, segment);
      return { position: { ...placed }, again };
    },
  };
}
