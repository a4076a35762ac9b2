/** So much at once, and so much a second in the long run: what a peer may make this side do. */
export interface Budget {
  /** False when it is used up; then nothing is taken. */
  take(amount?: number): boolean;
}

/** @param now milliseconds, never running backwards. */
export function createBudget(options: { perSecond: number; atOnce: number; now(): number }): Budget {
  const { perSecond, atOnce, now } = options;
  let left = atOnce;
  let sinceMs = now();
  return {
    take(amount = 1) {
      const nowMs = now();
      left = Math.min(atOnce, left + ((nowMs - sinceMs) / 1000) * perSecond);
      sinceMs = nowMs;
      if (amount > left) return false;
      left -= amount;
      return true;
    },
  };
}
