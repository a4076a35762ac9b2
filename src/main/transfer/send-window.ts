import { limits } from '../../shared/protocol/limits.ts';

/**
 * How much of one transfer may be sent and not yet dealt with at the receiver. It starts small, doubles with each window
 * acknowledged up to the usual size, and is larger only where the path needs it: twice what the rate of late carries in
 * the shortest round trip seen. While the window itself is what holds the rate down, that doubles it once a round trip; a slow
 * disk, whose wait is in no shortest round trip, does not.
 */
export interface Window {
  readonly bytes: number;
  readonly available: number;
  /** One block of this charge was handed to the lane. */
  sent(charge: number): void;
  /** The receiver has dealt with this much since the binding, cumulative. False when it was never sent. */
  acknowledged(charge: number): boolean;
}

/** Blocks whose way is watched, for each window. */
const probesPerWindow = 8;
/** A rate counts for so long: a disk that stands still for a moment does not make the path a slower one. */
const rateGoodForMs = 2000;

export function createWindow(now: () => number, largestBytes: number): Window {
  let bytes: number = limits.windowStartBytes;
  let sent = 0;
  let acknowledged = 0;
  let doubleAt = bytes;
  let roundTripMs = Number.POSITIVE_INFINITY;
  /** Blocks on their way, in order: where they end, when they went, and what had been acknowledged by then. */
  let probes: { at: number; sinceMs: number; acknowledged: number }[] = [];
  /** Bytes a ms, of late; each larger than those behind it. */
  let rates: { atMs: number; perMs: number }[] = [];

  /** What was acknowledged while one block went there and its word came back: no burst of words can look like a rate. */
  function measure(nowMs: number): void {
    const come = probes.filter(({ at }) => at <= acknowledged);
    const probe = come.at(-1);
    if (!probe) return;
    probes = probes.slice(come.length);
    const elapsedMs = nowMs - probe.sinceMs;
    roundTripMs = Math.min(roundTripMs, elapsedMs);
    const perMs = (acknowledged - probe.acknowledged) / Math.max(elapsedMs, 1);
    rates = rates.filter((each) => each.perMs > perMs);
    rates.push({ atMs: nowMs, perMs });
  }

  function grow(nowMs: number): void {
    if (bytes < limits.windowUsualBytes && acknowledged >= doubleAt) {
      bytes = Math.min(2 * bytes, limits.windowUsualBytes);
      doubleAt = acknowledged + bytes;
    }
    rates = rates.filter(({ atMs }) => nowMs - atMs <= rateGoodForMs);
    const best = rates[0];
    if (bytes < limits.windowUsualBytes || !best) return;
    bytes = Math.min(Math.max(2 * best.perMs * roundTripMs, limits.windowUsualBytes), largestBytes);
  }

  return {
    get bytes() {
      return bytes;
    },
    get available() {
      return bytes - (sent - acknowledged);
    },
    sent(charge) {
      sent += charge;
      const last = probes.at(-1);
      if (!last || sent - last.at >= bytes / probesPerWindow) probes.push({ at: sent, sinceMs: now(), acknowledged });
    },
    acknowledged(charge) {
      if (charge > sent || charge < acknowledged) return false;
      const nowMs = now();
      acknowledged = charge;
      measure(nowMs);
      grow(nowMs);
      return true;
    },
  };
}
