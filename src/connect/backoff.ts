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
  let boundMs = firstMs;
  return {
    next() {
      const delayMs = random() * boundMs;
      boundMs = Math.min(mostMs, boundMs * 2);
      return delayMs;
    },
    reset() {
      boundMs = firstMs;
    },
  };
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
