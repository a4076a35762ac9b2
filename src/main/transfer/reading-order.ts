import type { SourceEntry } from '../files/source-entry.ts';
import type { Position } from './incoming-record.ts';
import { segmentEnd, segmentOf } from './segments.ts';

/** One segment to read, or the rest of it. */
export interface ReadSegment {
  readonly entry: SourceEntry;
  readonly segment: number;
  readonly from: number;
}

/** The walk of a reader through the files that are wanted, in the order of the manifest. */
export interface ReadingOrder {
  /** The next segment, or several small files that follow each other, to be read side by side; nothing at the end. */
  next(): ReadSegment[];
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

  /** Still wanted; the position stays before it. */
  function ahead(): ReadSegment | null {
    for (;;) {
      const entry = entries[position.entry];
      if (!entry) return null;
      const from = position.offset;
      const left = from < entry.bytes || (from === 0 && entry.bytes === 0);
      if (left && entry.kind === 'file' && !options.isFailed(entry.index))
        return { entry, segment: segmentOf(from), from };
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

  return {
    isWholeSmallFile,
    next() {
      const together: ReadSegment[] = [];
      for (let next = ahead(); next && together.length < filesAtOnce; next = ahead()) {
        if (together.length > 0 && !isWholeSmallFile(next)) break;
        together.push(next);
        moveBehind(next);
        if (!isWholeSmallFile(next)) break;
      }
      return together;
    },
  };
}
