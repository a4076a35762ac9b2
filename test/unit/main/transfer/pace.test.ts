import { expect, test } from 'vitest';
import { directTerms } from '../../../../src/main/lane/direct/direct-terms.ts';
import type { LaneTerms } from '../../../../src/main/lane/lane.ts';
import { channelTerms } from '../../../../src/main/lane/port-lane.ts';
import { createPace, type Pace } from '../../../../src/main/transfer/pace.ts';
import { blockHeaderBytes } from '../../../../src/shared/protocol/block.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

/** Keeps a lane of this rate filled for two seconds, and leaves it idle in between when asked to. */
function simulate(
  bytesPerMs: number,
  options: { idle?: boolean; maxMessageBytes?: number; terms?: LaneTerms } = {},
): Pace {
  let nowMs = 0;
  const pace = createPace({
    terms: options.terms ?? channelTerms,
    now: () => nowMs,
    maxMessageBytes: options.maxMessageBytes ?? 256 * 1024,
  });
  let handed = 0;
  let undrained = 0;
  for (; nowMs < 2000; nowMs++) {
    const asleep = options.idle && nowMs % 200 >= 100;
    while (!asleep && undrained < pace.undrainedBytes) {
      const bytes = pace.payloadBytes + blockHeaderBytes;
      handed += bytes;
      undrained += bytes;
      pace.observe(undrained, handed);
    }
    const drained = Math.min(undrained, bytesPerMs);
    undrained -= drained;
    if (drained > 0) pace.observe(undrained, handed);
  }
  return pace;
}

test('a block drains within a tenth of a second, between 4 and 64 KiB', () => {
  const messageOf = (pace: Pace): number => pace.payloadBytes + blockHeaderBytes;
  expect(messageOf(simulate(10))).toBe(limits.smallestBlockBytes);
  expect(messageOf(simulate(200))).toBe(16 * 1024);
  expect(messageOf(simulate(10_000))).toBe(limits.linkMessageBytes);
  expect(messageOf(simulate(10_000, { maxMessageBytes: 40_000 }))).toBe(40_000);
});

test('about an eighth of a second waits in the lane, within bounds', () => {
  expect(simulate(100).undrainedBytes).toBe(256 * 1024);
  const usual = simulate(8000).undrainedBytes;
  expect(usual).toBeGreaterThan(0.8 * 1_000_000);
  expect(usual).toBeLessThan(1.2 * 1_000_000);
  expect(simulate(40_000).undrainedBytes).toBe(4 * 1024 * 1024);
});

test('on the direct lane a block drains in 25 ms, and 50 ms wait, also within bounds', () => {
  const terms = directTerms;
  const blockOf = (bytesPerMs: number): number => simulate(bytesPerMs, { terms }).payloadBytes + blockHeaderBytes;
  expect([100, 2500, 50_000].map(blockOf)).toEqual([limits.smallestBlockBytes, 32 * 1024, limits.directBlockBytes]);
  expect(simulate(100, { terms }).undrainedBytes).toBe(64 * 1024);
  expect(simulate(2500, { terms }).undrainedBytes).toBeCloseTo(125_000, -4);
  expect(simulate(200_000, { terms }).undrainedBytes).toBe(4 * 1024 * 1024);
});

test('a tenth of a second is read ahead, within bounds', () => {
  expect(observe().aheadBytes).toBe(512 * 1024);
  expect(simulate(1000).aheadBytes).toBe(512 * 1024);
  expect(simulate(20_000).aheadBytes).toBeCloseTo(2_000_000, -5);
  expect(simulate(100_000).aheadBytes).toBe(4 * 1024 * 1024);
});

test('the time in which nothing waits in the lane is not counted against it', () => {
  const rate = simulate(8000, { idle: true }).bytesPerSecond ?? 0;
  expect(rate).toBeGreaterThan(0.8 * 8_000_000);
  expect(rate).toBeLessThan(1.2 * 8_000_000);
});

test('a lane that drains at once gets large blocks though no time passes', () => {
  const pace = createPace({ terms: channelTerms, now: () => 0, maxMessageBytes: 256 * 1024 });
  expect(pace.payloadBytes).toBe(16 * 1024 - blockHeaderBytes);
  for (let handed = 0; handed < 1_000_000; handed += 16_384) pace.observe(0, handed);
  expect(pace.payloadBytes).toBe(limits.linkMessageBytes - blockHeaderBytes);
  expect(pace.bytesPerSecond).toBeNull();
});

/** One observation after another, each so many ms later. */
function observe(...steps: [afterMs: number, undrained: number, handed: number][]): Pace {
  let nowMs = 1_000_000;
  const pace = createPace({ terms: channelTerms, now: () => nowMs, maxMessageBytes: 256 * 1024 });
  for (const [afterMs, undrained, handed] of steps) {
    nowMs += afterMs;
    pace.observe(undrained, handed);
  }
  return pace;
}

test('a span of 20 ms in which something drained is the first to tell a rate, and later ones move it', () => {
  expect(observe([0, 1000, 1000], [19, 0, 1000]).bytesPerSecond).toBeNull();
  expect(observe([0, 1000, 1000], [20, 0, 1000]).bytesPerSecond).toBe(50_000);
  expect(observe([0, 1000, 1000], [50, 1000, 1000]).bytesPerSecond).toBeNull();
  expect(observe([0, 1000, 1000], [10, 500, 1000], [10, 0, 1000]).bytesPerSecond).toBe(50_000);
  const twice = observe([0, 1000, 1000], [20, 1000, 2000], [20, 0, 4000]);
  expect(twice.bytesPerSecond).toBeCloseTo(50_000 + 0.4 * (150_000 - 50_000));
});

test('a lane that was empty is not slow: the time until something waits in it again is its own', () => {
  expect(observe([0, 1000, 1000], [20, 0, 1000], [5000, 1000, 2000], [20, 0, 2000]).bytesPerSecond).toBe(50_000);
});

test('before a rate is known a lane that drains carries four times the first block before the next is larger', () => {
  const block = (handed: number): number => observe([0, 0, handed]).payloadBytes + blockHeaderBytes;
  expect(block(4 * 32 * 1024 - 1)).toBe(16 * 1024);
  expect(block(4 * 32 * 1024)).toBe(32 * 1024);
  // Once one is known it alone counts, whatever has been carried.
  const slow = observe([0, 1000, 1000], [1000, 0, 1000], [0, 0, 10_000_000]);
  expect(slow.payloadBytes + blockHeaderBytes).toBe(limits.smallestBlockBytes);
});
