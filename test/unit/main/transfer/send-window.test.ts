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
