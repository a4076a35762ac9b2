import { blockHeaderBytes } from '../../shared/protocol/block.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { LaneTerms } from '../lane/lane.ts';

/**
 * How fast a lane drains, and what follows from it: how much may wait in it, and how large a block may be. Both bound
 * how long a control message or another transfer has to wait behind bytes that were already handed over.
 */
export interface Pace {
  /** Bytes a second, or null before the first measurement. */
  readonly bytesPerSecond: number | null;
  /** The lane is filled up to this much undrained. */
  readonly undrainedBytes: number;
  /** Payload of the next block: one message drains within the lane's `blockMs` and fits it. */
  readonly payloadBytes: number;
  /** So much is read before the lane asks for it. */
  readonly aheadBytes: number;
  /** To be told after every send and drain. */
  observe(undrainedBytes: number, handedBytes: number): void;
}

/** What lies read ahead of it lasts for so long, for a disk that is not always as quick as the lane. */
const aheadMs = 100;
const leastAheadBytes = 512 * 1024;
const mostAheadBytes = 4 * 1024 * 1024;
const firstMessageBytes = 16 * 1024;
/** Shorter spans of draining say more about the timer than about the lane. */
const shortestSpanMs = 20;
const weightOfNewest = 0.4;

export function createPace(options: {
  now(): number;
  maxMessageBytes: number;
  terms: Pick<LaneTerms, 'blockBytes' | 'blockMs' | 'undrainedMs' | 'leastUndrainedBytes' | 'mostUndrainedBytes'>;
}): Pace {
  const { terms } = options;
  const largestMessageBytes = Math.min(terms.blockBytes, options.maxMessageBytes);
  let rate: number | null = null;
  /** While something waits in the lane: since when, and what had been drained by then. */
  let busy: { sinceMs: number; drained: number } | null = null;
  /** Spans of draining that were too short to measure by themselves. */
  let spanMs = 0;
  let spanBytes = 0;
  let freshBytes = 0;

  function drainedIn(ms: number): number {
    return ((rate ?? 0) * ms) / 1000;
  }

  /** A lane that drains at once never shows a span; what it has carried shows that it can. */
  function messageBytes(): number {
    const wanted = rate === null ? Math.max(firstMessageBytes, freshBytes / 4) : drainedIn(terms.blockMs);
    const power = 2 ** Math.floor(Math.log2(Math.max(wanted, 1)));
    return Math.min(Math.max(power, limits.smallestBlockBytes), largestMessageBytes);
  }

  return {
    get bytesPerSecond() {
      return rate;
    },
    get undrainedBytes() {
      return Math.min(Math.max(drainedIn(terms.undrainedMs), terms.leastUndrainedBytes), terms.mostUndrainedBytes);
    },
    get payloadBytes() {
      return messageBytes() - blockHeaderBytes;
    },
    get aheadBytes() {
      return Math.min(Math.max(drainedIn(aheadMs), leastAheadBytes), mostAheadBytes);
    },
    observe(undrainedBytes, handedBytes) {
      const nowMs = options.now();
      const drained = handedBytes - undrainedBytes;
      if (rate === null) freshBytes = drained;
      if (busy) {
        spanMs += nowMs - busy.sinceMs;
        spanBytes += drained - busy.drained;
      }
      // The time in which an empty lane waits for us is not the lane's.
      busy = undrainedBytes > 0 ? { sinceMs: nowMs, drained } : null;
      if (spanMs < shortestSpanMs || spanBytes === 0) return;
      const measured = (spanBytes / spanMs) * 1000;
      rate = rate === null ? measured : rate + weightOfNewest * (measured - rate);
      spanMs = 0;
      spanBytes = 0;
    },
  };
}
