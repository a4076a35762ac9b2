import { expect, test } from 'vitest';
import { createBoundedSet, createRateLimit, setBounded } from '../../../src/connect/bounded.ts';
import { createFakeClock } from '../../support/connect-clock.ts';

test('a bounded set forgets the oldest first, and what is seen again counts as new', () => {
  const set = createBoundedSet(3);
  for (const value of ['a', 'b', 'c', 'a', 'd']) set.add(value);
  expect(['a', 'b', 'c', 'd'].map((value) => set.has(value))).toEqual([true, false, true, true]);
});

test('a bounded map does too', () => {
  const map = new Map<string, number>();
  for (const [at, key] of ['a', 'b', 'a', 'c'].entries()) setBounded(map, key, at, 2);
  expect([...map]).toEqual([
    ['a', 2],
    ['c', 3],
  ]);
});

test('a rate limit admits so many in any window', async () => {
  const clock = createFakeClock();
  const admit = createRateLimit(3, 10_000, clock);
  const admitted = (): number => [admit(), admit(), admit(), admit(), admit()].filter(Boolean).length;
  expect(admitted()).toBe(3);
  await clock.advance(9999);
  expect(admitted()).toBe(0);
  await clock.advance(1);
  expect(admit()).toBe(true);
  await clock.advance(5000);
  expect(admitted()).toBe(2);
  await clock.advance(5000);
  expect(admitted()).toBe(1);
});
