import type { Candidate } from '../shared/protocol/signal.ts';
import { type GatheredCandidate, withUfrag } from './candidates.ts';
import type { Clock } from './clock.ts';

/** As many as fit into a signal, whatever their length. */
const candidatesPerMessage = 16;

/** Our own candidates on their way out: those gathered within a moment share a message, and the end goes with the last. */
export interface CandidateBatch {
  readonly count: number;
  readonly ended: boolean;
  add(candidate: GatheredCandidate): void;
  end(): void;
  /** Our description is on its way: candidates may follow it, and carry its ufrag. */
  release(ufrag: string): void;
  /** The channel is open: what waits goes now, and an end without a candidate is not worth a message any more. */
  opened(): void;
  close(): void;
}

export function createCandidateBatch(options: {
  readonly clock: Clock;
  readonly waitMs: number;
  send(candidates: Candidate[], end: boolean): void;
}): CandidateBatch {
  let gathered: GatheredCandidate[] = [];
  let count = 0;
  let ended = false;
  let endSent = false;
  let ufrag: string | null = null;
  let isOpen = false;
  let stop: (() => void) | null = null;

  function flush(own: string): void {
    stop = null;
    while (gathered.length > 0 || (ended && !endSent && !isOpen)) {
      const part = gathered.slice(0, candidatesPerMessage).map((candidate) => withUfrag(candidate, own));
      gathered = gathered.slice(candidatesPerMessage);
      endSent = ended && gathered.length === 0;
      options.send(part, endSent);
    }
  }

  function arm(): void {
    const own = ufrag;
    if (own !== null && !stop) stop = options.clock.after(options.waitMs, () => flush(own));
  }

  return {
    get count() {
      return count;
    },
    get ended() {
      return ended;
    },
    add(candidate) {
      gathered.push(candidate);
      count++;
      arm();
    },
    end() {
      ended = true;
      arm();
    },
    release(own) {
      ufrag = own;
      arm();
    },
    opened() {
      isOpen = true;
      stop?.();
      if (ufrag !== null) flush(ufrag);
    },
    close() {
      stop?.();
      stop = null;
      ufrag = null;
    },
  };
}
