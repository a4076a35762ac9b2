import type { Clock } from '../clock.ts';
import type { Timings } from '../timings.ts';
import { firstWay, type OutgoingBlocks } from './outgoing-blocks.ts';
import { createStallWatch } from './stall-watch.ts';
import { type GrowthStatus, grow, initialGrowth } from './strand-growth.ts';
import type { Strands } from './strands.ts';

/** Looks after a link's strands while there is something to send, or there are any. */
export interface StrandCare {
  /** Blocks wait, or there is one strand more. */
  wake(): void;
  stop(): void;
}

export interface StrandCareOptions {
  readonly clock: Clock;
  readonly timings: Timings;
  readonly strands: Strands;
  readonly outgoing: OutgoingBlocks;
  /** The shortest round trip that was seen on the link. */
  roundTripMs(): number | null;
  /** Bytes of blocks handed to channels since the link began, and what waits in the first one. */
  drainedBytes(): number;
  firstBufferedBytes(): number;
  /** How many messages about blocks have gone or come since the link began. */
  moves(): number;
}

/** A lost packet, and the one that is sent in its place, are no reason not to wait. */
const stallRoundTrips = 10;

export function createStrandCare(options: StrandCareOptions): StrandCare {
  const { clock, timings, strands, outgoing } = options;
  const stalls = createStallWatch();
  let growth: GrowthStatus = initialGrowth;
  let moves = options.moves();
  let movedMs = clock.now();
  let stopTick: (() => void) | null = null;
  let stopped = false;

  function seeMoves(nowMs: number): void {
    if (options.moves() === moves) return;
    moves = options.moves();
    movedMs = nowMs;
  }

  function seeStall(nowMs: number): void {
    const { awaited, takenCount } = outgoing;
    const stallMs = Math.max(timings.strandStallMs, stallRoundTrips * (options.roundTripMs() ?? 0));
    const stalled = stalls.look(nowMs, awaited, takenCount, stallMs);
    // What the first channel has may have no other way.
    if (stalled !== null && (stalled !== firstWay || strands.able > 0)) strands.stall(stalled);
  }

  function growOrShrink(nowMs: number): void {
    const { all, inUse } = strands;
    const waitingBytes = all.reduce((sum, { strand }) => sum + strand.bufferedBytes, options.firstBufferedBytes());
    const { status, act } = grow(
      growth,
      {
        nowMs,
        roundTripMs: options.roundTripMs(),
        full: outgoing.waiting,
        sentBytes: options.drainedBytes() - waitingBytes,
        strands: inUse,
        opening: all.some(({ strand }) => !strand.isUp),
      },
      timings,
    );
    growth = status;
    if (act.do === 'add') strands.add(act.strands);
    else if (act.do === 'keep') strands.retire(Math.max(0, inUse - act.strands));
  }

  function tick(): void {
    stopTick = null;
    const nowMs = clock.now();
    seeMoves(nowMs);
    seeStall(nowMs);
    const isIdle = nowMs - movedMs >= timings.strandIdleMs;
    if (isIdle) {
      growth = initialGrowth;
      strands.retire(strands.all.length);
    } else growOrShrink(nowMs);
    strands.fold();
    if (!isIdle || strands.all.length > 0) wake();
  }

  function wake(): void {
    if (!stopped) stopTick ??= clock.after(timings.strandTickMs, tick);
  }

  return {
    wake,
    stop() {
      stopped = true;
      stopTick?.();
    },
  };
}
