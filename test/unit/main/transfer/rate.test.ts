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

function make() {
  let nowMs = 1_000_000;
  const rate = createRate(() => nowMs);
  return {
    rate,
    add(bytes: number, afterMs = 0) {
      nowMs += afterMs;
      rate.add(bytes);
    },
    at(afterMs: number): number {
      nowMs += afterMs;
      return rate.perSecond();
    },
  };
}

test('a tenth of a second is needed to tell one, and is enough', () => {
  const { add, at } = make();
  add(0);
  add(1000, 99);
  expect(at(0)).toBe(0);
  expect(at(1)).toBe(10_000);
});

test('many readings within a tenth of a second count as its first, and the newest of all is counted', () => {
  const { add, at } = make();
  add(0);
  for (let each = 1; each <= 10; each++) add(100 * each, 5);
  expect(at(50)).toBe(10_000);
  // The first is still the one of the beginning: 2000 bytes in 200 ms.
  add(2000, 100);
  expect(at(0)).toBe(10_000);
});

test('what is older than three seconds does not count, unless it is all there is', () => {
  const { add, at } = make();
  add(0);
  add(3000, 3000);
  expect(at(0)).toBe(1000);
  add(3000, 1);
  expect(at(0)).toBe(0);
  expect(at(10_000)).toBe(0);
});

test('bytes taken back and a reset begin anew, the same number again does not', () => {
  const { rate, add, at } = make();
  add(10_000);
  add(20_000, 1000);
  add(20_000, 0);
  expect(at(0)).toBe(10_000);
  add(5000, 0);
  expect(at(0)).toBe(0);
  add(6000, 1000);
  expect(at(0)).toBe(1000);
  rate.reset();
  expect(at(0)).toBe(0);
  expect(at(1000)).toBe(0);
  add(7000, 0);
  expect(at(1000)).toBe(0);
});
