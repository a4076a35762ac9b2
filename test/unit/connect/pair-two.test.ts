import fc from 'fast-check';
import { expect, test } from 'vitest';
import { step } from '../../../src/connect/pair-machine.ts';
import { initialPair, type PairAct, type PairHappening, type PairStatus } from '../../../src/connect/pair-state.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import { someone as person, someSdp as sdp } from '../../support/pair-facts.ts';

/** Two machines over a wire that loses, and a network that breaks, in virtual time. */

const timings = usualTimings;

type Side = 'offerer' | 'answerer';
const sides: readonly Side[] = ['offerer', 'answerer'];
const other = (side: Side): Side => (side === 'offerer' ? 'answerer' : 'offerer');

interface World {
  run(untilMs: number): void;
  at(atMs: number, what: () => void): void;
  happen(side: Side, happened: (linkId: string) => PairHappening): void;
  status(side: Side): PairStatus;
  /** Link ids of attempts and links that are open at this side. */
  open(side: Side): readonly string[];
  /** The side hears no more on its link. */
  breakLink(side: Side): void;
  readonly nowMs: number;
}

/** @param chance from 0 up to 1 @param isLost asked for each message and each connection that would open */
function createWorld(chance: () => number, isLost: () => boolean): World {
  const due: { atMs: number; order: number; what: () => void }[] = [];
  const statuses = { offerer: initialPair(true, timings), answerer: initialPair(false, timings) };
  const open = {
    offerer: new Map<string, 'trying' | 'greeted' | 'linked'>(),
    answerer: new Map<string, 'trying' | 'greeted' | 'linked'>(),
  };
  const waits = { offerer: 0, answerer: 0 };
  let nowMs = 0;
  let order = 0;
  let ids = 0;

  function at(atMs: number, what: () => void): void {
    due.push({ atMs, order: ++order, what });
  }

  function happen(side: Side, happened: (linkId: string) => PairHappening): void {
    const { status, acts } = step(statuses[side], happened(`${side}-${++ids}`), nowMs);
    statuses[side] = status;
    for (const act of acts) perform(side, act);
  }

  function perform(side: Side, act: PairAct): void {
    if (act.do === 'attempt') attempt(side, act.linkId, act.offer !== null);
    else if (act.do === 'end') at(nowMs + act.afterMs, () => close(side, act.linkId));
    else if (act.do === 'adopt') open[side].set(act.linkId, 'linked');
    else if (act.do === 'settle') waits[side]++;
    else if (act.do === 'wait') {
      const turn = ++waits[side];
      at(nowMs + act.leastMs + act.spreadMs * chance(), () => {
        if (waits[side] === turn) happen(side, (linkId) => ({ type: 'due', linkId }));
      });
    } else if (act.do === 'ask') {
      const turn = ++waits[side];
      post(
        () => waits[side] === turn,
        () => happen(other(side), (linkId) => ({ type: 'retry', last: act.last, linkId })),
      );
    }
  }

  /** Sent until it is no longer wanted, as signaling does. */
  function post(isWanted: () => boolean, arrives: () => void, againMs = 2000): void {
    if (!isWanted()) return;
    if (!isLost()) at(nowMs + 50 + 500 * chance(), arrives);
    at(nowMs + againMs, () => post(isWanted, arrives, Math.min(timings.repeatMostMs, againMs * 2)));
  }

  function attempt(side: Side, linkId: string, answers: boolean): void {
    open[side].set(linkId, 'trying');
    at(nowMs + timings.attemptMs, () => {
      if (open[side].get(linkId) === 'trying') happen(side, () => ({ type: 'failed', linkId, why: 'link-timeout' }));
    });
    const isTrying = (): boolean => open[side].get(linkId) === 'trying';
    if (answers) post(isTrying, () => meet(linkId));
    else post(isTrying, () => happen('answerer', () => ({ type: 'offer', linkId, offer: sdp })));
  }

  /** Both have both descriptions: the channel opens, if the network lets it, and each side's hello takes its time. */
  function meet(linkId: string): void {
    if (sides.some((side) => open[side].get(linkId) !== 'trying') || isLost()) return;
    for (const side of sides) {
      open[side].set(linkId, 'greeted');
      at(nowMs + 300 * chance(), () => {
        if (open[side].get(linkId) === 'greeted') happen(side, () => ({ type: 'proven', linkId, person }));
      });
    }
  }

  /** The far side notices a moment later. */
  function close(side: Side, linkId: string): void {
    if (!open[side].delete(linkId)) return;
    const far = other(side);
    at(nowMs + 200 * chance(), () => {
      const stage = open[far].get(linkId);
      if (stage === 'linked') happen(far, () => ({ type: 'lost', linkId, end: { why: 'channel-closed' } }));
      else if (stage === 'greeted') {
        happen(far, () => ({ type: 'refused', linkId, why: 'link-closed', told: false, unwanted: null }));
      }
    });
  }

  return {
    at,
    happen,
    status: (side) => statuses[side],
    open: (side) => [...open[side].keys()],
    breakLink(side) {
      const { link } = statuses[side];
      if (link) happen(side, () => ({ type: 'lost', linkId: link.linkId, end: { why: 'silent' } }));
    },
    get nowMs() {
      return nowMs;
    },
    run(untilMs) {
      for (;;) {
        due.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
        const next = due[0];
        if (!next || next.atMs > untilMs) break;
        due.shift();
        nowMs = next.atMs;
        next.what();
      }
      nowMs = untilMs;
    },
  };
}

const minuteMs = 60_000;

const story = fc.record({
  chances: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 40 }),
  lost: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
  breaks: fc.array(fc.tuple(fc.integer({ min: 0, max: 5 * minuteMs }), fc.constantFrom(...sides)), { maxLength: 6 }),
  comes: fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 })),
});

/** Six minutes in which messages are lost and links break, then twenty in which nothing is. */
function live({ chances, lost, breaks, comes }: typeof story extends fc.Arbitrary<infer T> ? T : never): World {
  let asked = 0;
  let drawn = 0;
  const world: World = createWorld(
    () => chances[drawn++ % chances.length] ?? 0,
    () => world.nowMs < 6 * minuteMs && (lost[asked++ % lost.length] ?? false),
  );
  sides.forEach((side, nth) => {
    world.at(comes[nth] ?? 0, () => world.happen(side, (linkId) => ({ type: 'alive', linkId })));
  });
  for (const [atMs, side] of breaks) world.at(atMs, () => world.breakLink(side));
  world.run(26 * minuteMs);
  return world;
}

test('two who meet over a wire that loses and a network that breaks end with one link, the same at both', () => {
  fc.assert(
    fc.property(story, (given) => {
      const world = live(given);
      const [left, right] = [world.status('offerer'), world.status('answerer')];
      expect(left.link?.linkId).toBeDefined();
      expect(right.link?.linkId).toBe(left.link?.linkId);
      for (const side of sides) {
        expect(world.status(side)).toMatchObject({ attempt: null, awaits: null, shut: null, reason: null });
        expect(world.open(side)).toEqual([left.link?.linkId]);
      }
    }),
    { numRuns: 300 },
  );
});
