import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWindow, type Window } from '../../../../src/main/transfer/send-window.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

const block = 64 * 1024;

/** Sends as much as the window allows for `rounds` round trips on a path of this rate. */
function simulate(options: { bytesPerMs: number; roundTripMs: number; rounds: number }): Window {
  let nowMs = 0;
  const window = createWindow(() => nowMs, limits.windowLargestBytes);
  let sent = 0;
  let acked = 0;
  for (; nowMs < options.rounds * options.roundTripMs; nowMs++) {
    while (window.available > 0) {
      window.sent(block);
      sent += block;
      inFlight.push({ atMs: nowMs + options.roundTripMs, sent });
    }
    const possible = acked + options.bytesPerMs;
    while (inFlight[0] && inFlight[0].atMs <= nowMs && inFlight[0].sent <= possible)
      acked = inFlight.shift()?.sent ?? 0;
    if (acked > 0) expect(window.acknowledged(acked)).toBe(true);
  }
  inFlight.length = 0;
  return window;
}
const inFlight: { atMs: number; sent: number }[] = [];

test('it starts small, and doubles to the usual size once that is acknowledged', () => {
  const window = createWindow(() => 0, limits.windowLargestBytes);
  expect(window.bytes).toBe(limits.windowStartBytes);
  let acked = 0;
  const seen = new Set<number>();
  while (acked < 20 * limits.windowUsualBytes) {
    window.sent(block);
    acked += block;
    window.acknowledged(acked);
    seen.add(window.bytes);
  }
  expect([...seen]).toEqual([1, 2, 4].map((times) => times * limits.windowStartBytes));
});

test('a near path keeps the usual window, a long fast one gets more, none more than the largest', () => {
  expect(simulate({ bytesPerMs: 200_000, roundTripMs: 1, rounds: 400 }).bytes).toBe(limits.windowUsualBytes);
  const long = simulate({ bytesPerMs: 1_000_000, roundTripMs: 100, rounds: 60 }).bytes;
  expect(long).toBeGreaterThan(limits.windowUsualBytes);
  expect(simulate({ bytesPerMs: 1_000_000, roundTripMs: 400, rounds: 60 }).bytes).toBe(limits.windowLargestBytes);
});

/** Round trips of this length until the window is the largest of a lane, while it alone holds the rate down. */
function roundTripsUntil(largestBytes: number, roundTripMs: number): number {
  let nowMs = 0;
  const window = createWindow(() => nowMs, largestBytes);
  let sent = 0;
  const onTheWay: { atMs: number; sent: number }[] = [];
  for (; window.bytes < largestBytes; nowMs++) {
    for (let come = onTheWay[0]; come && come.atMs <= nowMs; come = onTheWay[0]) {
      onTheWay.shift();
      window.acknowledged(come.sent);
    }
    while (window.available > 0) {
      window.sent(block);
      sent += block;
      onTheWay.push({ atMs: nowMs + roundTripMs, sent });
    }
  }
  return nowMs / roundTripMs;
}

test('while it alone holds the rate down it doubles with each round trip, however long that is', () => {
  for (const roundTripMs of [20, 50, 100, 150, 300]) {
    // 1 MiB is 64 MiB after six, and something is told after one.
    expect(roundTripsUntil(limits.directWindowBytes, roundTripMs)).toBeLessThan(7.2);
  }
});

test('a disk that stands still does not make it grow, nor does what it writes in one go afterwards', () => {
  let nowMs = 0;
  const window = createWindow(() => nowMs, limits.directWindowBytes);
  let sent = 0;
  let acked = 0;
  const fill = (): void => {
    while (window.available > 0) {
      window.sent(block);
      sent += block;
    }
  };
  // 10 MB a second there and back in 20 ms: the usual window is more than enough.
  for (; nowMs < 1000; nowMs += 20) {
    fill();
    acked = Math.min(acked + 200_000, sent);
    window.acknowledged(acked);
  }
  for (let stall = 0; stall < 20; stall++) {
    fill();
    nowMs += 500;
    for (; acked < sent; acked = Math.min(acked + block, sent)) window.acknowledged(acked);
    window.acknowledged(acked);
    expect(window.bytes).toBe(limits.windowUsualBytes);
  }
});

test('what was never sent cannot be acknowledged, nor be taken back', () => {
  const window = createWindow(() => 0, limits.windowLargestBytes);
  window.sent(1000);
  expect(window.acknowledged(1001)).toBe(false);
  expect(window.acknowledged(1000)).toBe(true);
  expect(window.acknowledged(999)).toBe(false);
});

test('sent and not acknowledged stays below the window and one block, at any pace', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ send: fc.nat(40), ack: fc.nat(100), ms: fc.nat(50) })), (steps) => {
      let nowMs = 0;
      const window = createWindow(() => nowMs, limits.windowLargestBytes);
      let sent = 0;
      let acked = 0;
      for (const { send, ack, ms } of steps) {
        nowMs += ms;
        for (let count = 0; count < send && window.available > 0; count++) {
          window.sent(block);
          sent += block;
          expect(sent - acked).toBeLessThan(window.bytes + block);
        }
        acked += Math.floor(((sent - acked) * ack) / 100);
        expect(window.acknowledged(acked)).toBe(true);
        expect(window.bytes).toBeGreaterThanOrEqual(limits.windowStartBytes);
        expect(window.bytes).toBeLessThanOrEqual(limits.windowLargestBytes);
      }
    }),
  );
});

test('it doubles when a whole window of its size is acknowledged, neither before nor only once', () => {
  const window = createWindow(() => 0, limits.windowLargestBytes);
  const start = limits.windowStartBytes;
  window.sent(10 * start);
  window.acknowledged(start - 1);
  expect(window.bytes).toBe(start);
  window.acknowledged(start);
  expect(window.bytes).toBe(2 * start);
  window.acknowledged(3 * start - 1);
  expect(window.bytes).toBe(2 * start);
  window.acknowledged(3 * start);
  expect(window.bytes).toBe(4 * start);
});

/** Past the doubling: everything sent and acknowledged at once, on a path of this round trip. */
function grown(roundTripMs: number) {
  let nowMs = 1_000_000;
  const window = createWindow(() => nowMs, limits.windowLargestBytes);
  let sent = 0;
  let acked = 0;
  const step = (bytes: number, ms: number): number => {
    sent += bytes;
    window.sent(bytes);
    nowMs += ms;
    acked = sent;
    window.acknowledged(acked);
    return window.bytes;
  };
  for (let each = 0; each < 4; each++) step(limits.windowUsualBytes, roundTripMs);
  return { step, window, pass: (ms: number) => (nowMs += ms) };
}

test('it is what the best rate of the last two seconds carries in two of the shortest round trips', () => {
  // 50 MB a second, 100 ms there and back: 5 MB are on the way at any time.
  const { step } = grown(100);
  for (let each = 0; each < 30; each++) step(5_000_000, 100);
  expect(step(5_000_000, 100)).toBeCloseTo(10_000_000, -3);
  // A slower round trip tells nothing better, a faster one does.
  for (let each = 0; each < 30; each++) step(10_000_000, 200);
  expect(step(10_000_000, 200)).toBeCloseTo(10_000_000, -3);
  for (let each = 0; each < 60; each++) step(2_500_000, 50);
  expect(step(2_500_000, 50)).toBeCloseTo(5_000_000, -3);
});

test('what was fast a while ago is forgotten: it shrinks to the usual again', () => {
  const { step, pass } = grown(100);
  for (let each = 0; each < 30; each++) step(10_000_000, 100);
  expect(step(10_000_000, 100)).toBe(limits.windowLargestBytes);
  pass(2000);
  for (let each = 0; each < 11; each++) step(1000, 100);
  expect(step(1000, 100)).toBe(limits.windowUsualBytes);
});

test('acknowledgements that come in a burst make no rate of their own', () => {
  const { step } = grown(100);
  for (let each = 0; each < 20; each++) step(1_000_000, 100);
  expect(step(1_000_000, 0)).toBe(limits.windowUsualBytes);
});
