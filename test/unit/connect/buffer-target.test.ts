import { expect, test } from 'vitest';
import { bufferBounds, createBufferTarget } from '../../../src/connect/buffer-target.ts';

/** A path that drains at a rate, with the buffer refilled at half, as `link.ts` does. */
function drainAt(bytesPerMs: number, rounds: number, target = createBufferTarget()) {
  let nowMs = 0;
  let drained = 0;
  target.started(nowMs, drained);
  for (let round = 0; round < rounds; round++) {
    const half = target.bytes / 2;
    nowMs += half / bytesPerMs;
    drained += half;
    target.low(nowMs, drained, false);
  }
  return target;
}

test('the buffer holds an eighth of a second of what drains', () => {
  for (const megabytesPerSecond of [1, 4, 12]) {
    const bytesPerMs = megabytesPerSecond * 1000;
    expect(drainAt(bytesPerMs, 50).bytes).toBeCloseTo(bytesPerMs * 125, -3);
  }
});

test('within bounds', () => {
  expect(drainAt(50, 50).bytes).toBe(bufferBounds.leastBytes);
  expect(drainAt(1_000_000, 2000).bytes).toBe(bufferBounds.mostBytes);
  const starved = createBufferTarget();
  for (let round = 0; round < 10; round++) starved.low(round, 0, true);
  expect(starved.bytes).toBe(bufferBounds.mostBytes);
});

test('a buffer that ran empty grows, and a path that became slow shrinks it again', () => {
  const target = createBufferTarget();
  target.started(0, 0);
  target.low(19, 128 * 1024, true);
  expect(target.bytes).toBe(2 * bufferBounds.startBytes);
  expect(drainAt(100, 50, target).bytes).toBe(bufferBounds.leastBytes);
});

test('a buffer that ran empty after a while is not too small: so much drains in that time', () => {
  const target = createBufferTarget();
  target.started(0, 0);
  target.low(100, 40_000, true);
  expect(target.bytes).toBe(400 * bufferBounds.drainMs);
});

test('what took long counts for more than what went quickly', () => {
  for (const [elapsedMs, rate] of [
    // An eighth of a second counts as much as all before.
    [bufferBounds.drainMs, 600],
    [3 * bufferBounds.drainMs, 400],
    [bufferBounds.drainMs / 4, 840],
  ] as const) {
    const target = createBufferTarget();
    target.started(0, 0);
    target.low(100, 100_000, false);
    target.low(100 + elapsedMs, 100_000 + 200 * elapsedMs, false);
    expect(target.bytes).toBe(rate * bufferBounds.drainMs);
  }
});
