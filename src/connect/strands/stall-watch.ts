import type { Way } from './outgoing-blocks.ts';

/** Sees which channel holds all others up: for too long, the far side has waited for what went by it. */
export interface StallWatch {
  /**
   * @param awaited the channel that has the first block which the far side waits for
   * @param taken how many blocks the far side has handed on
   * @param stallMs what is too long
   * @returns the channel that is not to be waited for; it is told once in so long
   */
  look(nowMs: number, awaited: Way | null, taken: number, stallMs: number): Way | null;
}

export function createStallWatch(): StallWatch {
  let seen = '';
  let sinceMs = 0;
  return {
    look(nowMs, awaited, taken, stallMs) {
      const sight = JSON.stringify([awaited, taken]);
      if (sight !== seen) {
        seen = sight;
        sinceMs = nowMs;
      }
      if (nowMs - sinceMs < stallMs) return null;
      sinceMs = nowMs;
      return awaited;
    },
  };
}
