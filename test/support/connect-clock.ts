import type { Clock } from '../../src/connect/clock.ts';
import { createTimerClock } from '../../src/connect/timer-clock.ts';

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

/** Real time, of which stretches can be skipped. */
export interface SkipClock extends Clock {
  /** Runs at once, in order, what would become due in the stretch. */
  skip(byMs: number): Promise<void>;
}

export function createSkipClock(): SkipClock {
  const real = createTimerClock(globalThis);
  const timers = new Set<{ atMs: number; run: () => void; stop: () => void }>();
  let skippedMs = 0;
  const now = (): number => real.now() + skippedMs;

  return {
    now,
    after(delayMs, run) {
      const timer = { atMs: now() + delayMs, run: fire, stop: real.after(delayMs, () => fire()) };
      function fire(): void {
        if (!timers.delete(timer)) return;
        timer.stop();
        run();
      }
      timers.add(timer);
      return () => {
        timers.delete(timer);
        timer.stop();
      };
    },
    async skip(byMs) {
      const endMs = now() + byMs;
      for (;;) {
        await new Promise((done) => setImmediate(done));
        const next = [...timers].sort((a, b) => a.atMs - b.atMs)[0];
        if (!next || next.atMs > endMs) break;
        skippedMs += Math.max(0, next.atMs - now());
        next.run();
      }
      skippedMs += Math.max(0, endMs - now());
    },
  };
}
