import { type IncomingRecord, openedIn } from './incoming-record.ts';
import { segmentCount } from './segments.ts';

/** Holds the segments that are on the disk against their sender's digests, whichever of the two comes first. */
export interface SegmentChecks {
  /** Every byte of the segment is on the disk. Null while its digest is still to come. */
  completed(entry: number, segment: number, sha256: string): Judgement | null;
  /** Of a segment of a file that is still wanted. */
  digest(entry: number, segment: number, sha256: string): Judgement | null;
  /** More digests are kept than an honest sender could have sent ahead. */
  readonly tooMany: boolean;
  /** Complete, and without a digest. */
  awaiting(): [entry: number, segment: number][];
  /** The segment is to come again. */
  drop(entry: number, segment: number): void;
  /** Nothing of this file is wanted any more. */
  forget(entry: number): void;
}

/** `corrupt`: wrong too often. */
export type Judgement = 'right' | 'wrong' | 'corrupt';

const triesPerSegment = 3;
/** An honest sender's digests run ahead of its blocks by no more than a window of the smallest charge and a block, and empty files. */
const keptDigests = 66_560;

export function createSegmentChecks(record: IncomingRecord): SegmentChecks {
  const digests = new Map<string, string>();
  /** Complete on the disk, their digest still to come. */
  const awaiting = new Map<string, { entry: number; segment: number; sha256: string }>();
  const tries = new Map<string, number>();
  const empty = record.manifest.filter(({ kind, bytes }) => kind === 'file' && bytes === 0).length;

  function judge(entry: number, segment: number, sha256: string, expected: string): Judgement {
    const key = keyOf(entry, segment);
    digests.delete(key);
    awaiting.delete(key);
    if (sha256 === expected) {
      const { verified, unflushed } = openedIn(record, entry);
      tries.delete(key);
      verified.add(segment);
      unflushed.add(segment);
      return 'right';
    }
    const count = (tries.get(key) ?? 0) + 1;
    tries.set(key, count);
    return count > triesPerSegment || record.manifest[entry]?.bytes === 0 ? 'corrupt' : 'wrong';
  }

  return {
    completed(entry, segment, sha256) {
      const key = keyOf(entry, segment);
      const expected = digests.get(key);
      if (expected !== undefined) return judge(entry, segment, sha256, expected);
      awaiting.set(key, { entry, segment, sha256 });
      return null;
    },
    digest(entry, segment, sha256) {
      const key = keyOf(entry, segment);
      const complete = awaiting.get(key);
      if (complete) return judge(entry, segment, complete.sha256, sha256);
      digests.set(key, sha256);
      return null;
    },
    get tooMany() {
      return digests.size > keptDigests + empty;
    },
    awaiting: () => [...awaiting.values()].map(({ entry, segment }) => [entry, segment]),
    drop(entry, segment) {
      awaiting.delete(keyOf(entry, segment));
    },
    forget(entry) {
      for (const kept of [digests, awaiting, tries]) forgetEntry(kept, entry, record);
    },
  };
}

export function keyOf(entry: number, segment: number): string {
  return `${entry}:${segment}`;
}

/** Takes out all that is kept of the segments of one file. */
export function forgetEntry(kept: Map<string, unknown>, entry: number, { manifest }: IncomingRecord): void {
  const segments = segmentCount(manifest[entry]?.bytes ?? 0);
  // The shorter way: a file may claim to have more segments than memory could count.
  // Stryker disable next-line ConditionalExpression,EqualityOperator: either way comes to the same
  if (segments < kept.size) {
    // Stryker disable next-line EqualityOperator: there is no such segment
    for (let segment = 0; segment < segments; segment++) kept.delete(keyOf(entry, segment));
  } else for (const key of kept.keys()) if (Number.parseInt(key, 10) === entry) kept.delete(key);
}
