import { expect, test } from 'vitest';
import { chooseLane, type LaneStanding } from '../../../../src/main/transfer/lane-choice.ts';

const channel: LaneStanding = { preference: 0, bytesPerSecond: null, troubled: false };
const direct: LaneStanding = { preference: 1, bytesPerSecond: null, troubled: false };

test('without lanes there is none to choose', () => {
  expect(chooseLane([], null)).toBeNull();
  expect(chooseLane([], channel)).toBeNull();
});

test('the preferred lane is taken as soon as it is there, in whatever order they came', () => {
  expect(chooseLane([channel], null)).toBe(channel);
  expect(chooseLane([channel, direct], channel)).toBe(direct);
  expect(chooseLane([direct, channel], channel)).toBe(direct);
});

test('a rate that only one of them has says nothing', () => {
  const slow = { ...direct, bytesPerSecond: 1 };
  const fast = { ...channel, bytesPerSecond: 1_000_000 };
  expect(chooseLane([channel, slow], slow)).toBe(slow);
  expect(chooseLane([fast, direct], fast)).toBe(direct);
});

test.each([
  { than: 'clearly faster', rate: 201, leaves: true, stays: true },
  { than: 'a little faster', rate: 150, leaves: false, stays: true },
  { than: 'slower', rate: 99, leaves: false, stays: false },
])('a lane that is $than than the preferred one', ({ rate, leaves, stays }) => {
  const other = { ...channel, bytesPerSecond: rate };
  const preferred = { ...direct, bytesPerSecond: 100 };
  expect(chooseLane([other, preferred], preferred)).toBe(leaves ? other : preferred);
  expect(chooseLane([other, preferred], other)).toBe(stays ? other : preferred);
});

test('a lane in trouble is left, however good it was', () => {
  const stalled = { ...direct, bytesPerSecond: 1_000_000, troubled: true };
  expect(chooseLane([channel, stalled], stalled)).toBe(channel);
  expect(chooseLane([{ ...channel, bytesPerSecond: 1 }, stalled], stalled)).toMatchObject({ bytesPerSecond: 1 });
});

test('where all are in trouble nothing is gained by a change', () => {
  const both = [
    { ...channel, troubled: true },
    { ...direct, troubled: true },
  ];
  expect(chooseLane(both, both[0] ?? null)).toBe(both[0]);
  expect(chooseLane(both, channel)).toBe(both[1]);
});
