import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRate } from '../../../../src/main/transfer/rate.ts';

test('a steady flow has its rate, and a stall lets it fall to nothing', () => {
  let nowMs = 0;
  const rate = createRate(() => nowMs);
  expect(rate.perSecond()).toBe(0);
  for (; nowMs <= 10_000; nowMs += 50) rate.add(nowMs * 100);
  expect(rate.perSecond()).toBeGreaterThan(90_000);
  expect(rate.perSecond()).toBeLessThan(110_000);
  nowMs += 1500;
  const falling = rate.perSecond();
  expect(falling).toBeLessThan(80_000);
  nowMs += 3000;
  expect(rate.perSecond()).toBe(0);
});

test('it follows the last seconds, not the whole past', () => {
  let nowMs = 0;
  let bytes = 0;
  const rate = createRate(() => nowMs);
  for (; nowMs < 25_000; nowMs += 100) {
    bytes += nowMs < 20_000 ? 1000 : 100_000;
    rate.add(bytes);
  }
  expect(rate.perSecond()).toBeGreaterThan(900_000);
});

test('bytes taken back and a reset never make it negative', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ ms: fc.nat(2000), bytes: fc.nat(), reset: fc.boolean() })), (steps) => {
      let nowMs = 0;
      const rate = createRate(() => nowMs);
      for (const { ms, bytes, reset } of steps) {
        nowMs += ms;
        if (reset) rate.reset();
        rate.add(bytes);
        expect(rate.perSecond()).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
