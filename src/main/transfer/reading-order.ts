import type { SourceEntry } from '../files/source-entry.ts';
import type { Position } from './incoming-record.ts';
import { keyOf } from './segment-checks.ts';
import { segmentEnd, segmentOf, segmentStart } from './segments.ts';

/** One segment to read, or the rest of it. */
export interface ReadSegment {
  readonly entry: SourceEntry;
  readonly segment: number;
  readonly from: number;
  /** It is read once more. */
  readonly repair: boolean;
}

/** The walk of a reader through the files that are wanted, in the order of the manifest. */
export interface ReadingOrder {
  /**
   * The next segment, or several small files that follow each other, to be read side by side; nothing at the end. What is to be
   * read once more comes first, in the order in which that was said.
   */
  next(): ReadSegment[];
  /** Reads this segment once more, unless it waits for that already. */
  again(entry: SourceEntry, segment: number): void;
  /** Something waits to be read once more. */
  readonly repairing: boolean;
  isWholeSmallFile(segment: ReadSegment): boolean;
}

/** Files so small that opening them is most of the work are read side by side, this many. */
const filesAtOnce = 8;

export function createReadingOrder(options: {
  readonly entries: readonly SourceEntry[];
  readonly from: Position;
  readonly smallFileBytes: number;
  isFailed(entry: number): boolean;
}): ReadingOrder {
  const { entries } = options;
  const position = { ...options.from };
  /** By entry and segment. */
  const repairs = new Map<string, ReadSegment>();

  /** Still wanted; the position stays before it. */
  function ahead(): ReadSegment | null {
    for (;;) {
      const entry = entries[position.entry];
      if (!entry) return null;
      const from = position.offset;
      const left = from < entry.bytes || (from === 0 && entry.bytes === 0);
      if (left && entry.kind === 'file' && !options.isFailed(entry.index))
        return { entry, segment: segmentOf(from), from, repair: false };
      moveTo(position.entry + 1, 0);
    }
  }

  function moveTo(entry: number, offset: number): void {
    position.entry = entry;
    position.offset = offset;
  }

  function moveBehind({ entry, segment }: ReadSegment): void {
    const end = segmentEnd(segment, entry.bytes);
    if (end < entry.bytes) moveTo(entry.index, end);
    else moveTo(entry.index + 1, 0);
  }

  function isWholeSmallFile({ entry, from }: ReadSegment): boolean {
    return from === 0 && entry.bytes <= options.smallFileBytes;
  }

  function nextRepair(): ReadSegment | null {
    for (const [key, repair] of repairs) {
      if (!options.isFailed(repair.entry.index)) return repair;
      repairs.delete(key);
    }
    return null;
  }

  /** As many as are read side by side. */
  function gather(look: () => ReadSegment | null, moveOn: (taken: ReadSegment) => void): ReadSegment[] {
    const together: ReadSegment[] = [];
    for (let next = look(); next && together.length < filesAtOnce; next = look()) {
      if (together.length > 0 && !isWholeSmallFile(next)) break;
      together.push(next);
      moveOn(next);
      if (!isWholeSmallFile(next)) break;
    }
    return together;
  }

  return {
    isWholeSmallFile,
    next() {
      const again = gather(nextRepair, ({ entry, segment }) => repairs.delete(keyOf(entry.index, segment)));
      return again.length > 0 ? again : gather(ahead, moveBehind);
    },
    again(entry, segment) {
      repairs.set(keyOf(entry.index, segment), { entry, segment, from: segmentStart(segment), repair: true });
    },
    get repairing() {
      return repairs.size > 0;
    },
  };
}
