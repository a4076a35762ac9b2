import type { SourceEntry } from '../files/source-entry.ts';

/**
 * How much of each file has gone out, over all bindings: what a receiver can have at most. A file that was begun in its
 * middle, because the receiver said so, counts only as far as the part before it went out too.
 */
export interface SentFiles {
  /** Files that went out whole. */
  readonly files: number;
  readonly bytes: number;
  /** Payload of this length, from `offset` on, was handed to a lane; an empty file goes out with 0. */
  sent(entry: number, offset: number, bytes: number): void;
}

export function createSentFiles(entries: readonly SourceEntry[]): SentFiles {
  const whole = new Uint8Array(entries.length);
  /** Up to where, of those that did not go out whole. */
  const begun = new Map<number, number>();
  let files = 0;
  let bytes = 0;
  return {
    get files() {
      return files;
    },
    get bytes() {
      return bytes;
    },
    sent(entry, offset, length) {
      const size = entries[entry]?.bytes ?? 0;
      const before = begun.get(entry) ?? 0;
      // Behind a gap, or sent again.
      if (whole[entry] || offset > before || (offset + length <= before && size > 0)) return;
      const now = offset + length;
      bytes += now - before;
      if (now < size) begun.set(entry, now);
      else {
        begun.delete(entry);
        whole[entry] = 1;
        files++;
      }
    },
  };
}

/** What a receiver claims to have is no more than what went out, and accounts for every file once it says it is done. */
export function isPossibleEnd(
  claimed: { state: string; files: number; failed: number },
  offered: { files: number },
  sent: { files: number },
): boolean {
  return claimed.state !== 'done' || (claimed.files <= sent.files && claimed.files + claimed.failed === offered.files);
}

/** Nobody has more than was sent. */
export function isPossiblyWritten(
  claimed: { written: number; files: number },
  sent: Pick<SentFiles, 'bytes' | 'files'>,
): boolean {
  return claimed.written <= sent.bytes && claimed.files <= sent.files;
}

/** Where bytes of these entries can begin, or behind the last one. */
export function isPossibleStart(
  start: { entry: number; offset: number },
  entries: readonly Pick<SourceEntry, 'bytes'>[],
): boolean {
  return start.entry <= entries.length && start.offset <= (entries[start.entry]?.bytes ?? 0);
}
