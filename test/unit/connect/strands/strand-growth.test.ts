import { describe, expect, test } from 'vitest';
import {
  type GrowthAct,
  type GrowthSight,
  grow,
  initialGrowth,
} from '../../../../src/connect/strands/strand-growth.ts';
import { usualTimings } from '../../../../src/connect/timings.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

const { strandTickMs, strandSettleMs, strandMeasureMs, strandRestMs } = usualTimings;

/** A link of which each tick says how fast it is with so many strands; what is decided is done at once. */
function setUp(rateOf: (strands: number, measurement: number) => number) {
  let status = initialGrowth;
  let strands = 0;
  let sentBytes = 0;
  let nowMs = 0;
  let measurement = 0;
  const acts: string[] = [];

  function tick(sight: Partial<GrowthSight> = {}): GrowthAct {
    nowMs += strandTickMs;
    sentBytes += rateOf(strands, measurement) * strandTickMs;
    const told = { nowMs, roundTripMs: 50, full: true, sentBytes, strands, opening: false, ...sight };
    const before = status;
    const next = grow(status, told, usualTimings);
    status = next.status;
    const { act } = next;
    if (before.measuredMs > 0 && status.measuredMs === 0) measurement++;
    if (act.do === 'add') strands++;
    if (act.do === 'keep') strands = act.strands;
    if (act.do !== 'stay') acts.push(act.do === 'keep' ? `keep ${act.strands} at ${nowMs}` : `add at ${nowMs}`);
    return act;
  }

  function run(forMs: number, sight: Partial<GrowthSight> = {}): void {
    for (let passedMs = 0; passedMs < forMs; passedMs += strandTickMs) tick(sight);
  }

  return {
    run,
    tick,
    acts,
    lose(count: number) {
      strands -= count;
    },
    get strands() {
      return strands;
    },
    get status() {
      return status;
    },
  };
}

const each = strandSettleMs + strandMeasureMs + strandTickMs;

describe('one is added', () => {
  test('after a measurement, and not sooner', () => {
    const link = setUp((strands) => 100 * (strands + 1));
    link.run(each - strandTickMs);
    expect(link.acts).toEqual([]);
    link.run(strandTickMs);
    expect(link.acts).toEqual([`add at ${each}`]);
  });

  test('at a time while that is faster, up to the most there may be', () => {
    const link = setUp((strands) => 100 * (strands + 1));
    link.run(20 * each);
    expect(link.acts).toHaveLength(limits.strands);
    expect(link.acts.every((act) => act.startsWith('add'))).toBe(true);
    expect(link.strands).toBe(limits.strands);
  });

  test('however little faster it is', () => {
    const link = setUp((strands) => 100 + strands);
    link.run(20 * each);
    expect(link.strands).toBe(limits.strands);
  });

  test.each<[string, Partial<GrowthSight>]>([
    ['where the way is short', { roundTripMs: 10 }],
    ['before anybody knows how long it is', { roundTripMs: null }],
    ['while nothing waits', { full: false }],
    ['while one is still being connected', { opening: true }],
  ])('not %s', (_, sight) => {
    const link = setUp(() => 100);
    link.run(20 * each, sight);
    expect(link.acts).toEqual([]);
  });

  test('where a round trip takes a millisecond more', () => {
    const link = setUp(() => 100);
    link.run(each, { roundTripMs: 11 });
    expect(link.acts).toHaveLength(1);
  });
});

test('time in which nothing waits is not measured', () => {
  // Nothing goes in every other tick, and nothing waits then.
  let ticks = 0;
  const link = setUp(() => (ticks % 2 === 0 ? 0 : 100));
  for (let count = 0; count < 60; count++) {
    ticks++;
    link.tick({ full: ticks % 2 === 1 });
    if (link.status.measuredMs > 0) expect(link.status.measuredBytes / link.status.measuredMs).toBe(100);
  }
  expect(link.acts.length).toBeGreaterThan(0);
});

test('what a new one does in its first moments is not measured', () => {
  let newMs = 0;
  let had = 0;
  const link = setUp((strands) => {
    newMs = strands === had ? newMs + strandTickMs : 0;
    had = strands;
    // Its empty buffer swallows much at once.
    return newMs <= strandSettleMs ? 1000 : 100;
  });
  link.run(4 * each);
  expect(link.status.best?.rate ?? 100).toBe(100);
});

describe('noise', () => {
  test('does not stop at two: one bad measurement, or three, are followed by another strand', () => {
    // Better with each, but for what happened during three measurements in a row.
    const link = setUp((strands, measurement) => 100 * (strands + 1) * ([1, 2, 3].includes(measurement) ? 0.2 : 1));
    link.run(20 * each);
    expect(link.strands).toBe(limits.strands);
  });

  test('at the last one does not send it back', () => {
    const link = setUp((strands, measurement) => 100 * (strands + 1) * ([8, 9, 10].includes(measurement) ? 0.3 : 1));
    link.run(20 * each);
    expect(link.strands).toBe(limits.strands);
    expect(link.acts.every((act) => act.startsWith('add'))).toBe(true);
  });
});

describe('where more are of no use', () => {
  test('it goes back to the number that was best, after four that were not better', () => {
    const link = setUp((strands) => (strands === 2 ? 300 : 200 - strands));
    link.run(7 * each);
    expect(link.acts).toHaveLength(7);
    expect(link.acts.at(-1)).toMatch(/^keep 2 /);
    expect(link.strands).toBe(2);
  });

  test('as fast is not faster', () => {
    const link = setUp(() => 100);
    link.run(5 * each);
    expect(link.acts.map((act) => act.split(' at')[0])).toEqual(['add', 'add', 'add', 'add', 'keep 0']);
  });

  test('it rests, and then looks again', () => {
    const link = setUp(() => 100);
    link.run(5 * each);
    const had = link.acts.length;
    link.run(strandRestMs - strandTickMs);
    expect(link.acts).toHaveLength(had);
    link.run(2 * each);
    expect(link.acts.length).toBeGreaterThan(had);
  });
});

test('who loses one begins anew: what was best was another link', () => {
  const link = setUp((strands) => 100 * (strands + 1));
  link.run(5 * each);
  expect(link.strands).toBe(5);
  link.lose(4);
  link.tick();
  expect(link.status).toMatchObject({ best: null, misses: 0, strands: 1 });
  link.run(20 * each);
  expect(link.strands).toBe(limits.strands);
});
