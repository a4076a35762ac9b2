import { firstWay, type Way } from './outgoing-blocks.ts';

/** Sees which strand holds all others up: the far side waits for what went by it, and it moves nothing. */
export interface StallWatch {
  /**
   * @param awaited the channel that has the first block which the far side waits for
   * @param taken how many blocks the far side has handed on
   * @param bufferedBytes what waits in that channel here
   * @returns the strand that has moved nothing for too long; it is told once
   */
  look(nowMs: number, awaited: Way | null, taken: number, bufferedBytes: number): Way | null;
}

export function createStallWatch(stallMs: number): StallWatch {
  let seen = '';
  let sinceMs = 0;
  return {
    look(nowMs, awaited, taken, bufferedBytes) {
      const sight = JSON.stringify([awaited, taken, bufferedBytes]);
      if (sight !== seen) {
        seen = sight;
        sinceMs = nowMs;
      }
      // Where the first channel stands still there is no other way for what is said of it: that is the link's to notice.
      if (awaited === firstWay || nowMs - sinceMs < stallMs) return null;
      sinceMs = nowMs;
      return awaited;
    },
  };
}
