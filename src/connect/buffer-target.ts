const KiB = 1024;

export const bufferBounds = {
  leastBytes: 16 * KiB,
  startBytes: 64 * KiB,
  mostBytes: 4096 * KiB,
  /** The most where a round trip takes long: what is in the buffer when the path becomes slow all at once is waited for. */
  farBytes: 64 * KiB,
  /** How long a full buffer takes to drain: control messages wait behind it. */
  drainMs: 125,
} as const;

/** How much the channel's buffer should hold: an eighth of a second of what drains, measured while it is never empty. */
export interface BufferTarget {
  readonly bytes: number;
  /** Something was handed to an empty buffer: what drained before tells nothing. */
  started(nowMs: number, drainedBytes: number): void;
  /**
   * The buffer has drained to half.
   *
   * @param drainedBytes that have left the buffer since the start
   * @param starved the buffer is empty although there is more to send
   */
  low(nowMs: number, drainedBytes: number, starved: boolean): void;
}

export function createBufferTarget(): BufferTarget {
  let bytes: number = bufferBounds.startBytes;
  let rate: number | null = null;
  let sinceMs = 0;
  let sinceBytes = 0;

  const bounded = (wanted: number): number =>
    Math.round(Math.min(bufferBounds.mostBytes, Math.max(bufferBounds.leastBytes, wanted)));

  return {
    get bytes() {
      return bytes;
    },
    started(nowMs, drainedBytes) {
      sinceMs = nowMs;
      sinceBytes = drainedBytes;
    },
    low(nowMs, drainedBytes, starved) {
      const elapsedMs = nowMs - sinceMs;
      // Shorter spans measure the event loop instead of the path.
      if (elapsedMs >= 20) {
        const sample = (drainedBytes - sinceBytes) / elapsedMs;
        // What took long says more of how it is now than what went quickly.
        const weight = elapsedMs / (elapsedMs + bufferBounds.drainMs);
        rate = rate === null ? sample : rate + weight * (sample - rate);
        bytes = bounded(rate * bufferBounds.drainMs);
        sinceMs = nowMs;
        sinceBytes = drainedBytes;
      } else if (starved) bytes = bounded(bytes * 2);
    },
  };
}
