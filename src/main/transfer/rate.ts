/** Bytes a second over the last seconds, from cumulative readings. */
export interface Rate {
  add(bytes: number): void;
  /** 0 before there is anything to tell. */
  perSecond(): number;
  /** Forgets the past: after a pause, an interruption, or when bytes were taken back. */
  reset(): void;
}

const spanMs = 3000;
const resolutionMs = 100;

export function createRate(now: () => number): Rate {
  let readings: { atMs: number; bytes: number }[] = [];
  let latest: { atMs: number; bytes: number } | null = null;

  return {
    add(bytes) {
      const atMs = now();
      if (latest && bytes < latest.bytes) readings = [];
      latest = { atMs, bytes };
      const last = readings.at(-1);
      if (!last || atMs - last.atMs >= resolutionMs) readings.push(latest);
    },
    perSecond() {
      const nowMs = now();
      while (readings.length > 1 && (readings[0]?.atMs ?? nowMs) < nowMs - spanMs) readings.shift();
      const first = readings[0];
      if (!first || !latest) return 0;
      const elapsedMs = nowMs - first.atMs;
      if (elapsedMs < resolutionMs) return 0;
      return ((latest.bytes - first.bytes) / elapsedMs) * 1000;
    },
    reset() {
      readings = [];
      latest = null;
    },
  };
}
