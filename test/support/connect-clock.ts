import type { Clock } from '../../src/renderer/connect/clock.ts';

/** Time that passes only when it is told to. */
export interface FakeClock extends Clock {
  /** Runs what becomes due, in order, letting promises settle in between. */
  advance(byMs: number): Promise<void>;
  /** How many timers wait. */
  readonly waiting: number;
}

export function createFakeClock(): FakeClock {
  let nowMs = 0;
  let timers: { atMs: number; run: () => void }[] = [];

  /** Beyond microtasks: WebCrypto answers from a thread. */
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

  return {
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    close() {
      timers = [];
    },
    get waiting() {
      return timers.length;
    },
    async advance(byMs) {
      const endMs = nowMs + byMs;
      for (;;) {
        await settle();
        const next = timers.filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
      }
      nowMs = endMs;
    },
  };
}
