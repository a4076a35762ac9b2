import { describe, expect, test } from 'vitest';
import {
  type GrowthAct,
  type GrowthSight,
  type GrowthTimings,
  grow,
  initialGrowth,
} from '../../../../src/connect/strands/strand-growth.ts';
import { usualTimings } from '../../../../src/connect/timings.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

const tickMs = 50;
const timings: GrowthTimings = {
  strandRoundTripMs: 10,
  strandWaitMs: 200,
  strandSettleMs: 100,
  strandMeasureMs: 300,
  strandRestMs: 60_000,
};
/** From the first sight of a number of strands, in which nothing is known of them: they settle for 10 round trips, and are measured. */
const judgedMs = 50 + 150 + 300;
/** They are of no use in four measurements in a row. */
const foldedMs = judgedMs + 3 * 300;

/** A link of which each tick says how fast it is with so many strands; what is decided is done at once. */
function setUp(rateOf: (strands: number, nowMs: number) => number, theirs = 0) {
  let status = initialGrowth;
  let strands = theirs;
  let sentBytes = 0;
  let nowMs = 0;
  const acts: string[] = [];

  function tick(sight: Partial<GrowthSight> = {}): GrowthAct {
    nowMs += tickMs;
    sentBytes += rateOf(strands, nowMs) * tickMs;
    const next = grow(
      status,
      { nowMs, roundTripMs: 11, full: true, sentBytes, strands, opening: false, ...sight },
      timings,
    );
    status = next.status;
    const { act } = next;
    if (act.do === 'stay') return act;
    acts.push(`${act.do} ${act.strands} at ${nowMs}`);
    strands = act.do === 'add' ? strands + act.strands : Math.max(act.strands, theirs);
    return act;
  }

  return {
    tick,
    run(forMs: number, sight: Partial<GrowthSight> = {}): void {
      for (let passedMs = 0; passedMs < forMs; passedMs += tickMs) tick(sight);
    },
    acts,
    /** Without their times. */
    get done() {
      return acts.map((act) => act.replace(/ at .*/, ''));
    },
    change(by: number) {
      strands += by;
    },
    get strands() {
      return strands;
    },
    get status() {
      return status;
    },
  };
}

/** Each channel brings as much as the first. */
const each100 = (strands: number): number => 100 * (strands + 1);

describe('all are offered at once', () => {
  test('as soon as blocks have waited for a moment, and not sooner', () => {
    const link = setUp(each100);
    link.run(200);
    expect(link.acts).toEqual([]);
    link.tick();
    expect(link.acts).toEqual(['add 8 at 250']);
  });

  test.each<[string, Partial<GrowthSight>]>([
    ['where the way is short', { roundTripMs: 10 }],
    ['before anybody knows how long it is', { roundTripMs: null }],
    ['while nothing waits', { full: false }],
  ])('but not %s', (_, sight) => {
    const link = setUp(each100);
    link.run(20_000, sight);
    expect(link.acts).toEqual([]);
  });

  test('a moment in which nothing waits does not count, nor what goes in it', () => {
    const link = setUp(each100);
    for (let count = 0; count < 4; count++) {
      link.tick({ full: count % 2 === 0 });
      link.tick({ full: count % 2 === 0 });
    }
    expect(link.acts).toEqual([]);
    expect(link.status).toMatchObject({ measuredMs: 150, measuredBytes: 150 * 100 });
  });

  test('as many as there may be beside those of the peer', () => {
    const link = setUp(each100, 3);
    link.run(300);
    expect(link.done).toEqual(['add 5']);
  });

  test('none where the peer has made all', () => {
    const link = setUp(each100, limits.strands);
    link.run(20_000);
    expect(link.acts).toEqual([]);
    expect(link.status.phase).toBe('resting');
  });

  test('one that the peer makes meanwhile begins the moment anew', () => {
    const link = setUp(each100);
    link.run(200);
    link.change(1);
    link.run(200);
    expect(link.acts).toEqual([]);
    link.tick();
    expect(link.acts).toEqual(['add 7 at 450']);
  });
});

describe('once they are up', () => {
  test('they stay where the link is faster by them, however little', () => {
    const link = setUp((strands) => 100 + strands / 100);
    link.run(59_000);
    expect(link.done).toEqual(['add 8']);
    expect(link.status.phase).toBe('resting');
  });

  test('what they do in their first moments does not count', () => {
    // A burst with which eight channels begin hides that the link is slower by them.
    const link = setUp((strands, nowMs) => (strands === 0 ? 100 : nowMs <= 250 + 50 + 150 ? 1000 : 50));
    link.run(250 + foldedMs - tickMs);
    expect(link.done).toEqual(['add 8']);
    link.tick();
    expect(link.done).toEqual(['add 8', 'keep 4']);
  });

  test('a long way takes longer to settle, and to be measured', () => {
    const link = setUp(() => 100);
    link.run(250, { roundTripMs: 100 });
    // One sight, 10 round trips, four times 20 round trips.
    link.run(50 + 1000 + 4 * 2000 - tickMs, { roundTripMs: 100 });
    expect(link.done).toEqual(['add 8']);
    link.tick({ roundTripMs: 100 });
    expect(link.done).toEqual(['add 8', 'keep 4']);
  });

  test('those that still connect are waited for', () => {
    const link = setUp(() => 100);
    link.run(20_000, { opening: true });
    expect(link.status).toMatchObject({ phase: 'trying', misses: 0 });
    link.tick();
    expect(link.status.misses).toBe(1);
  });

  test('they are held against the link without any, although they come up one by one', () => {
    let up = 0;
    const link = setUp(() => [100, 500, 200][Math.min(up, 2)] ?? 0);
    link.run(250);
    link.change(-8);
    for (up = 1; up <= 2; up++) {
      link.change(up === 1 ? 1 : 7);
      link.run(250, { opening: true });
    }
    expect(link.status.before).toEqual({ strands: 0, rate: 100 });
    link.run(20_000);
    expect(link.done).toEqual(['add 8']);
  });

  test('how fast the link is without them is measured until the first is up', () => {
    let nowFast = false;
    const link = setUp((strands) => (strands > 0 ? 60 : nowFast ? 10 : 100));
    link.run(250);
    link.change(-8);
    nowFast = true;
    link.run(1800, { opening: true });
    link.change(8);
    link.run(judgedMs + tickMs);
    expect(link.status.before?.rate).toBeCloseTo((200 * 100 + 1800 * 10) / 2000, 6);
    expect(link.done).toEqual(['add 8']);
  });

  test('where none comes up it is left at that', () => {
    const link = setUp(() => 100);
    link.run(250);
    link.change(-8);
    link.run(59_000);
    expect(link.done).toEqual(['add 8']);
  });
});

test('one measurement in which they are of use is enough: a burst before, or what packets were lost, says little', () => {
  // The fourth one.
  const fromMs = 250 + judgedMs + 2 * 300;
  const link = setUp((strands, nowMs) => (strands === 0 ? 100 : nowMs > fromMs ? 101 : 50));
  link.run(20_000);
  expect(link.done).toEqual(['add 8']);
});

describe('where they are of no use', () => {
  test('half of them are let go, and half of the rest, down to none', () => {
    const link = setUp(() => 100);
    link.run(20_000);
    expect(link.done).toEqual(['add 8', 'keep 4', 'keep 2', 'keep 1', 'keep 0']);
    expect(link.strands).toBe(0);
    expect(link.status.phase).toBe('resting');
  });

  test('fewer that are a little slower are as good; more than a little sends them back', () => {
    for (const [atFour, done] of [
      [91, ['add 8', 'keep 4', 'keep 2', 'add 2']],
      [89, ['add 8', 'keep 4', 'add 4']],
    ] as const) {
      const link = setUp((strands) => ({ 0: 100, 8: 100, 4: atFour })[strands] ?? 10);
      link.run(20_000);
      expect(link.done).toEqual(done);
    }
  });

  test('a burst at the beginning does not cost them: fewer are slower, so they come back', () => {
    const link = setUp((strands, nowMs) => (nowMs <= 250 ? 5000 : each100(strands)));
    link.run(20_000);
    expect(link.done).toEqual(['add 8', 'keep 4', 'add 4']);
    expect(link.strands).toBe(limits.strands);
  });

  test('those of the peer stay', () => {
    const link = setUp(() => 100, 3);
    link.run(20_000);
    expect(link.done).toEqual(['add 5', 'keep 4', 'keep 2']);
    expect([link.strands, link.status.phase]).toEqual([3, 'resting']);
  });
});

test('it rests, and then looks again', () => {
  const link = setUp(() => 100);
  link.run(20_000);
  const ended = link.acts.length;
  const { restUntilMs } = link.status;
  expect(restUntilMs).toBeGreaterThan(timings.strandRestMs);
  while (link.status.phase === 'resting') link.tick();
  expect(link.status.last?.nowMs).toBe(restUntilMs);
  link.run(150);
  expect(link.acts).toHaveLength(ended);
  link.run(50);
  expect(link.acts).toHaveLength(ended + 1);
});

test('who loses one has more made, also while it rests', () => {
  const link = setUp(each100);
  link.run(20_000);
  expect(link.status.phase).toBe('resting');
  link.change(-3);
  link.tick();
  expect(link.status).toMatchObject({ phase: 'watching', strands: 5, before: null, measuredMs: 0 });
  link.run(200);
  expect(link.done).toEqual(['add 8', 'add 3']);
});

test('one more from the peer while it rests changes nothing, and is missed when it goes', () => {
  const link = setUp(() => 100);
  link.run(20_000);
  link.change(1);
  link.run(1000);
  expect(link.status).toMatchObject({ phase: 'resting', strands: 1 });
  link.change(-1);
  link.tick();
  expect(link.status.phase).toBe('watching');
});

test('the usual times let a tick see what they are about', () => {
  for (const least of [usualTimings.strandWaitMs, usualTimings.strandSettleMs, usualTimings.strandMeasureMs]) {
    expect(least).toBeGreaterThanOrEqual(2 * usualTimings.strandTickMs);
  }
});
