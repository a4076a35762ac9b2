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
  expect(drainAt(1_000_000, 200).bytes).toBe(bufferBounds.mostBytes);
  const starved = createBufferTarget();
  for (let round = 0; round < 10; round++) starved.low(round, 0, true);
  expect(starved.bytes).toBe(bufferBounds.mostBytes);
});

test('a buffer that ran empty grows, and a path that became slow shrinks it again', () => {
  const target = createBufferTarget();
  target.started(0, 0);
  target.low(5, 128 * 1024, true);
  expect(target.bytes).toBe(2 * bufferBounds.startBytes);
  expect(drainAt(400, 50, target).bytes).toBe(bufferBounds.leastBytes);
});
