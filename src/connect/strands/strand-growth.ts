import { limits } from '../../shared/protocol/limits.ts';
import type { Timings } from '../timings.ts';

/**
 * How many strands a link should have, found by trying: one more, as long as the rate is better with it than it ever was
 * with fewer. One measurement says little where packets are lost, so it takes several in a row that are not better; then
 * the link goes back to the number that was best, and rests.
 */
export interface GrowthStatus {
  /** What the measurement that runs is about, and what has been seen for it. */
  readonly strands: number;
  readonly settledMs: number;
  readonly measuredMs: number;
  readonly measuredBytes: number;
  readonly last: { readonly nowMs: number; readonly sentBytes: number } | null;
  readonly best: { readonly strands: number; readonly rate: number } | null;
  /** Measurements since the best one, none of them better. */
  readonly misses: number;
  readonly restUntilMs: number | null;
}

export interface GrowthSight {
  readonly nowMs: number;
  /** The shortest that was seen; null while none is known. */
  readonly roundTripMs: number | null;
  /** Blocks wait although every channel is as full as it should be. */
  readonly full: boolean;
  /** Bytes that have left the buffers since the link began. */
  readonly sentBytes: number;
  /** Those that carry blocks. */
  readonly strands: number;
  /** One is being connected. */
  readonly opening: boolean;
}

export type GrowthAct =
  | { readonly do: 'stay' }
  | { readonly do: 'add' }
  | { readonly do: 'keep'; readonly strands: number };

export type GrowthTimings = Pick<Timings, 'strandRoundTripMs' | 'strandSettleMs' | 'strandMeasureMs' | 'strandRestMs'>;

/** In a row: four more strands, none of which is of use, are not an accident. */
const missesToStop = 4;

export const initialGrowth: GrowthStatus = {
  strands: 0,
  settledMs: 0,
  measuredMs: 0,
  measuredBytes: 0,
  last: null,
  best: null,
  misses: 0,
  restUntilMs: null,
};

const stay: GrowthAct = { do: 'stay' };

/** To be asked every tick. */
export function grow(
  status: GrowthStatus,
  sight: GrowthSight,
  timings: GrowthTimings,
): { status: GrowthStatus; act: GrowthAct } {
  const { nowMs } = sight;
  if (status.restUntilMs !== null) {
    if (nowMs < status.restUntilMs) return { status, act: stay };
    return { status: { ...initialGrowth, strands: sight.strands }, act: stay };
  }
  const measured = measure(status, sight, timings);
  const { roundTripMs } = sight;
  const isDue = measured.measuredMs >= timings.strandMeasureMs && !sight.opening;
  if (!isDue || roundTripMs === null || roundTripMs <= timings.strandRoundTripMs)
    return { status: measured, act: stay };
  return judge(measured, sight, timings);
}

/** Only time in which blocks waited says how fast the link is. */
function measure(status: GrowthStatus, sight: GrowthSight, timings: GrowthTimings): GrowthStatus {
  const { nowMs, sentBytes, strands } = sight;
  const last = { nowMs, sentBytes };
  // One that is lost was not given up for a better number: what was best is to be found out anew.
  if (strands < status.strands) return { ...initialGrowth, strands, last };
  if (strands > status.strands) return { ...status, ...fresh, strands, last };
  if (!sight.full || !status.last) return { ...status, last };
  const passedMs = nowMs - status.last.nowMs;
  if (status.settledMs < timings.strandSettleMs) return { ...status, settledMs: status.settledMs + passedMs, last };
  return {
    ...status,
    last,
    measuredMs: status.measuredMs + passedMs,
    measuredBytes: status.measuredBytes + sentBytes - status.last.sentBytes,
  };
}

const fresh = { settledMs: 0, measuredMs: 0, measuredBytes: 0 };

function judge(
  status: GrowthStatus,
  { nowMs }: GrowthSight,
  { strandRestMs }: GrowthTimings,
): { status: GrowthStatus; act: GrowthAct } {
  const { strands, best } = status;
  const rate = status.measuredBytes / status.measuredMs;
  const isBetter = best === null || rate > best.rate;
  const next = {
    ...status,
    ...fresh,
    best: isBetter ? { strands, rate } : best,
    misses: isBetter ? 0 : status.misses + 1,
  };
  const resting = { ...next, restUntilMs: nowMs + strandRestMs };
  if (next.misses >= missesToStop) return { status: resting, act: { do: 'keep', strands: next.best.strands } };
  if (strands < limits.strands) return { status: next, act: { do: 'add' } };
  return { status: isBetter ? resting : next, act: stay };
}
