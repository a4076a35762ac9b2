import type { Clock } from './clock.ts';

/** Sets, maps and rates that a hostile peer cannot make grow. */

/** Remembers the latest `most` values, and forgets the oldest first. */
export function createBoundedSet(most: number): { has(value: string): boolean; add(value: string): void } {
  const values = new Set<string>();
  return {
    has: (value) => values.has(value),
    add(value) {
      values.delete(value);
      values.add(value);
      if (values.size <= most) return;
      for (const oldest of values) {
        values.delete(oldest);
        break;
      }
    },
  };
}

/** Puts a value into a map of at most `most` entries, in place of the oldest if it is full. */
export function setBounded<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}

/** True for the first `most` calls in any window of `windowMs`. */
export function createRateLimit(most: number, windowMs: number, clock: Pick<Clock, 'now'>): () => boolean {
  const times: number[] = [];
  return () => {
    const nowMs = clock.now();
    while ((times[0] ?? nowMs) <= nowMs - windowMs) times.shift();
    if (times.length >= most) return false;
    times.push(nowMs);
    return true;
  };
}
