import { limits } from '../../shared/protocol/limits.ts';

/**
 * How much of one transfer may be sent and not yet dealt with at the receiver. It starts small, doubles with each window
 * acknowledged up to the usual size, and grows beyond only where the path needs it: twice what the measured rate
 * carries in the shortest round trip seen.
 */
export interface Window {
  readonly bytes: number;
  readonly available: number;
  /** One block of this charge was handed to the lane. */
  sent(charge: number): void;
  /** The receiver has dealt with this much since the binding, cumulative. False when it was never sent. */
  acknowledged(charge: number): boolean;
}

const rateSpanMs = 1000;

export function createWindow(now: () => number, largestBytes: number): Window {
  let bytes: number = limits.windowStartBytes;
  let sent = 0;
  let acknowledged = 0;
  let doubleAt = bytes;
  let roundTripMs = Number.POSITIVE_INFINITY;
  /** The message whose round trip is being measured. */
  let probe: { at: number; sinceMs: number } | null = null;
  let marks: { atMs: number; acknowledged: number }[] = [];

  function grow(nowMs: number): void {
    if (bytes < limits.windowUsualBytes && acknowledged >= doubleAt) {
      bytes = Math.min(2 * bytes, limits.windowUsualBytes);
      doubleAt = acknowledged + bytes;
    }
    const oldest = marks[0];
    if (bytes < limits.windowUsualBytes || !oldest || roundTripMs === Number.POSITIVE_INFINITY) return;
    const spanMs = nowMs - oldest.atMs;
    if (spanMs < roundTripMs) return;
    const needed = 2 * ((acknowledged - oldest.acknowledged) / Math.max(spanMs, 1)) * roundTripMs;
    bytes = Math.min(Math.max(needed, limits.windowUsualBytes), largestBytes);
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
      probe ??= { at: sent, sinceMs: now() };
    },
    acknowledged(charge) {
      if (charge > sent || charge < acknowledged) return false;
      const nowMs = now();
      acknowledged = charge;
      if (probe && charge >= probe.at) {
        roundTripMs = Math.min(roundTripMs, nowMs - probe.sinceMs);
        probe = null;
      }
      const latest = marks.at(-1);
      if (!latest || nowMs - latest.atMs >= rateSpanMs / 20) marks.push({ atMs: nowMs, acknowledged });
      if ((marks[0]?.atMs ?? nowMs) < nowMs - rateSpanMs)
        marks = marks.filter((mark) => mark.atMs >= nowMs - rateSpanMs);
      grow(nowMs);
      return true;
    },
  };
}
