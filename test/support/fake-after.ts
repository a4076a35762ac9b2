/** Timers that wait until a test lets time pass. */
export interface FakeAfter {
  now(): number;
  after(ms: number, action: () => void): () => void;
  /** Runs what becomes due, in order. */
  advance(byMs: number): void;
  readonly waiting: number;
}

export function createFakeAfter(): FakeAfter {
  const timers = new Set<{ atMs: number; action: () => void }>();
  let nowMs = 0;
  return {
    now: () => nowMs,
    after(ms, action) {
      const timer = { atMs: nowMs + ms, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(byMs) {
      const endMs = nowMs + byMs;
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (!next) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.action();
      }
      nowMs = endMs;
    },
    get waiting() {
      return timers.size;
    },
  };
}
