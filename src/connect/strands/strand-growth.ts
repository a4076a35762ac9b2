import { limits } from '../../shared/protocol/limits.ts';
import type { Timings } from '../timings.ts';

/**
 * How many strands a link should have, found by trying. Connecting one takes many round trips, so all that may be are
 * offered at once as soon as blocks have waited for a moment. If the link is no faster by them, half of them are let go,
 * and half of the rest, as long as fewer do as well. Then it rests.
 */
export interface GrowthStatus {
  /** `watching`: whether strands are wanted. `trying`: what they are good for. `folding`: whether fewer are as good. */
  readonly phase: 'watching' | 'trying' | 'folding' | 'resting';
  /** What the measurement that runs is about, and what has been seen for it. */
  readonly strands: number;
  readonly settledMs: number;
  readonly measuredMs: number;
  readonly measuredBytes: number;
  readonly last: { readonly nowMs: number; readonly sentBytes: number } | null;
  /** What the link did with another number of them before. */
  readonly before: { readonly strands: number; readonly rate: number } | null;
  /** Measurements in a row in which they were of no use. */
  readonly misses: number;
  readonly restUntilMs: number;
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
  | { readonly do: 'add'; readonly strands: number }
  | { readonly do: 'keep'; readonly strands: number };

export type GrowthTimings = Pick<
  Timings,
  'strandRoundTripMs' | 'strandWaitMs' | 'strandSettleMs' | 'strandMeasureMs' | 'strandRestMs'
>;

/** What is measured with fewer strands is as good from this part of the rate before on: the rest is noise. */
const asGood = 0.9;

/** What they are held against is a channel's first burst, for which it may not have paid yet; they pay for theirs first. */
const missesToFold = 4;

/** A new channel begins with a burst, and pays for it; that takes so many round trips. */
const settleRoundTrips = 10;
const measureRoundTrips = 20;

export const initialGrowth: GrowthStatus = {
  phase: 'watching',
  strands: 0,
  settledMs: 0,
  measuredMs: 0,
  measuredBytes: 0,
  last: null,
  before: null,
  misses: 0,
  restUntilMs: 0,
};

interface Step {
  readonly status: GrowthStatus;
  readonly act: GrowthAct;
}

const stay: GrowthAct = { do: 'stay' };
const unmeasured = { settledMs: 0, measuredMs: 0, measuredBytes: 0 };

/** To be asked every tick. */
export function grow(status: GrowthStatus, sight: GrowthSight, timings: GrowthTimings): Step {
  const { nowMs, strands, roundTripMs } = sight;
  // One that is lost was not let go for a better number.
  if (strands < status.strands) return { status: beginAnew(sight), act: stay };
  if (status.phase === 'resting' && nowMs < status.restUntilMs) return { status: { ...status, strands }, act: stay };
  if (status.phase === 'resting') return { status: beginAnew(sight), act: stay };
  if (strands > status.strands && status.phase === 'watching') return { status: beginAnew(sight), act: stay };
  // Those that are the peer's stay.
  if (strands > status.strands && status.phase === 'folding')
    return { status: rest(status, sight, timings), act: stay };
  const measured = measure(status, sight, timings);
  if (roundTripMs === null || roundTripMs <= timings.strandRoundTripMs) return { status: measured, act: stay };
  if (measured.phase === 'watching') return watch(measured, sight, timings);
  const isDue = measured.measuredMs >= Math.max(timings.strandMeasureMs, measureRoundTrips * roundTripMs);
  if (!isDue || sight.opening) return { status: measured, act: stay };
  return measured.phase === 'trying' ? tryMore(measured, sight, timings) : tryFewer(measured, sight, timings);
}

function beginAnew({ nowMs, sentBytes, strands }: GrowthSight): GrowthStatus {
  return { ...initialGrowth, strands, last: { nowMs, sentBytes } };
}

/** Only time in which blocks waited says how fast the link is. */
function measure(status: GrowthStatus, sight: GrowthSight, timings: GrowthTimings): GrowthStatus {
  const { nowMs, sentBytes, strands, full } = sight;
  const last = { nowMs, sentBytes };
  if (strands > status.strands) {
    // They come up one by one; what counts is how it was without any of them.
    const before = status.before ?? { strands: status.strands, rate: rateOf(status) };
    return { ...status, ...unmeasured, strands, before, last };
  }
  if (!full || !status.last) return { ...status, last };
  const passedMs = nowMs - status.last.nowMs;
  const settleMs = Math.max(timings.strandSettleMs, settleRoundTrips * (sight.roundTripMs ?? 0));
  // What there was before has settled long ago.
  if (status.before && status.settledMs < settleMs) return { ...status, settledMs: status.settledMs + passedMs, last };
  return {
    ...status,
    last,
    measuredMs: status.measuredMs + passedMs,
    measuredBytes: status.measuredBytes + sentBytes - status.last.sentBytes,
  };
}

function rateOf({ measuredBytes, measuredMs }: GrowthStatus): number {
  return measuredMs === 0 ? 0 : measuredBytes / measuredMs;
}

function watch(status: GrowthStatus, sight: GrowthSight, timings: GrowthTimings): Step {
  const { strands } = sight;
  if (status.measuredMs < timings.strandWaitMs) return { status, act: stay };
  if (strands >= limits.strands) return { status: rest(status, sight, timings), act: stay };
  return { status: { ...status, phase: 'trying' }, act: { do: 'add', strands: limits.strands - strands } };
}

function tryMore(status: GrowthStatus, sight: GrowthSight, timings: GrowthTimings): Step {
  const { before } = status;
  if (before === null || rateOf(status) > before.rate) return { status: rest(status, sight, timings), act: stay };
  const misses = status.misses + 1;
  if (misses < missesToFold) return { status: { ...status, misses, measuredMs: 0, measuredBytes: 0 }, act: stay };
  return keep(Math.floor(sight.strands / 2), status);
}

function tryFewer(status: GrowthStatus, sight: GrowthSight, timings: GrowthTimings): Step {
  const { before } = status;
  const { strands } = sight;
  const resting = rest(status, sight, timings);
  if (before && rateOf(status) < asGood * before.rate) {
    return { status: resting, act: { do: 'add', strands: before.strands - strands } };
  }
  return strands === 0 ? { status: resting, act: stay } : keep(Math.floor(strands / 2), status);
}

function keep(strands: number, status: GrowthStatus): Step {
  const before = { strands: status.strands, rate: rateOf(status) };
  return { status: { ...status, ...unmeasured, phase: 'folding', strands, before }, act: { do: 'keep', strands } };
}

function rest(status: GrowthStatus, { nowMs, strands }: GrowthSight, { strandRestMs }: GrowthTimings): GrowthStatus {
  return { ...status, strands, phase: 'resting', restUntilMs: nowMs + strandRestMs };
}
