import type { Clock } from './clock.ts';

/** The world's plain timers, as `globalThis` has them. */
export interface Timers<Timer> {
  readonly performance: { now(): number };
  setTimeout(run: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** A clock by plain timers. A page has one that is on time when nobody looks at it, too. */
export function createTimerClock<Timer>(timers: Timers<Timer>): Clock {
  return {
    now: () => timers.performance.now(),
    after(delayMs, run) {
      const timer = timers.setTimeout(run, delayMs);
      return () => timers.clearTimeout(timer);
    },
  };
}
