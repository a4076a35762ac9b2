import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBackoff, jittered, repeatDelays } from '../../../src/connect/backoff.ts';

test('the bound doubles up to the most, and the delay is anything below it', () => {
  const longest = createBackoff(1000, 120_000, () => 0.999_999);
  const delays = Array.from({ length: 10 }, () => Math.round(longest.next() / 1000));
  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120, 120]);
  longest.reset();
  expect(Math.round(longest.next() / 1000)).toBe(1);
  const shortest = createBackoff(1000, 120_000, () => 0);
  expect(shortest.next()).toBe(0);
});

test('messages are repeated 2, 5 and 15 s after their first sending, then at doubled distances up to minutes', () => {
  const delays = repeatDelays([2000, 5000, 15_000], 240_000);
  let atMs = 0;
  const times = Array.from({ length: 9 }, () => {
    atMs += delays.next().value;
    return atMs / 1000;
  });
  expect(times).toEqual([2, 5, 15, 35, 75, 155, 315, 555, 795]);
});

test('jitter keeps a delay within a quarter', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const delayMs = jittered(1000, () => random);
      expect(delayMs).toBeGreaterThanOrEqual(750);
      expect(delayMs).toBeLessThanOrEqual(1250);
    }),
  );
});
