/** Waiting longer after each failure, never in step with others. */
export interface Backoff {
  /** The next delay, milliseconds. */
  next(): number;
  reset(): void;
}

/**
 * Exponential with full jitter: anything between nothing and the current bound, which doubles up to `mostMs`
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function createBackoff(firstMs: number, mostMs: number, random: () => number): Backoff {
  let failures = 0;
  return {
    next: () => random() * backoffBoundMs({ first: firstMs, most: mostMs }, failures++),
    reset() {
      failures = 0;
    },
  };
}

/** Below what the delay after so many failures is drawn. */
export function backoffBoundMs({ first, most }: { first: number; most: number }, failures: number): number {
  return Math.min(most, first * 2 ** failures);
}

/** A delay give or take a quarter, for waits that must not become short. */
export function jittered(delayMs: number, random: () => number): number {
  return delayMs * (0.75 + random() / 2);
}

/** When a message that was first sent at 0 is sent again, without jitter: milliseconds from one sending to the next. */
export function* repeatDelays(repeatsMs: readonly number[], mostMs: number): Generator<number, never> {
  let atMs = 0;
  let delayMs = 1000;
  for (const repeatMs of repeatsMs) {
    delayMs = repeatMs - atMs;
    yield delayMs;
    atMs = repeatMs;
  }
  for (;;) {
    delayMs = Math.min(mostMs, delayMs * 2);
    yield delayMs;
  }
}
