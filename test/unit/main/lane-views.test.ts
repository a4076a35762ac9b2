import { beforeEach, expect, test } from 'vitest';
import { channelTerms } from '../../../src/main/lane/port-lane.ts';
import { createLaneViews, type LaneViews } from '../../../src/main/lane-views.ts';
import { createPeople, type People } from '../../../src/main/people.ts';
import type { LaneView, NoLaneReason } from '../../../src/shared/views.ts';
import { createLanePair } from '../../support/lanes.ts';

let people: People;
let views: LaneViews;
let own: NoLaneReason | null;
/** By which lane things go. */
let carrier: LaneView['kind'] | null;
/** Each list that was told. */
let told: (readonly LaneView[])[];

beforeEach(() => {
  own = null;
  carrier = null;
  told = [];
  people = createPeople({
    needed: () => new Set(),
    onListenerError(error) {
      throw error;
    },
  });
  // What nobody listens to is not known to have ended.
  people.listen({
    reached: (_, lane) => lane.listen({ message: () => undefined, drain: () => undefined, close: () => undefined }),
  });
  views = createLaneViews({
    people,
    ownReason: () => own,
    carrier: () => carrier,
    onChange: (list) => told.push(list),
  });
});

function reach(key: string, capabilities: readonly string[] = ['direct'], id = `link to ${key}`) {
  const lanes = createLanePair();
  people.reporter().reached({ key, session: key, name: key }, lanes.a, { id, role: 'offerer', capabilities });
  return lanes;
}

function reachDirectly(key: string) {
  const lanes = createLanePair({ terms: { ...channelTerms, kind: 'direct' } });
  people.reporter().reached({ key, session: key, name: key }, lanes.a);
  return lanes;
}

const channel = (key: string, why: NoLaneReason | null): LaneView => ({ key, kind: 'channel', roundTripMs: null, why });

test('who is reached has a way, a direct one may come, and its end is told, each once', () => {
  const link = reach('ann');
  expect(told).toEqual([[channel('ann', null)]]);
  views.learn('ann', { why: 'no-path' });
  views.learn('ann', { why: 'no-path' });
  const direct = reachDirectly('ann');
  views.learn('ann', { roundTripMs: 40, why: null });
  direct.b.close();
  link.b.close();
  expect(told.slice(1)).toEqual([
    [channel('ann', 'no-path')],
    [{ key: 'ann', kind: 'direct', roundTripMs: null, why: null }],
    [{ key: 'ann', kind: 'direct', roundTripMs: 40, why: null }],
    [channel('ann', null)],
    [],
  ]);
});

test('a round trip is told again once it has moved, and is another one on another direct lane', () => {
  reach('ann');
  const direct = reachDirectly('ann');
  for (const roundTripMs of [2, 7, 8, 40, 50]) views.learn('ann', { roundTripMs });
  direct.b.close();
  reachDirectly('ann');
  expect(told.map((list) => list[0]?.roundTripMs)).toEqual([null, null, 2, 8, 40, null, null]);
});

test('what is known of somebody is forgotten when nothing leads to them any more', () => {
  const link = reach('ann');
  views.learn('ann', { why: 'no-path' });
  link.b.close();
  views.learn('ann', { why: 'no-path' });
  reach('ann');
  expect(views.list).toEqual([channel('ann', null)]);
});

test('why there is none: the settings come first, then this computer, then the other side, then the way', () => {
  reach('ann');
  reach('bo', ['other']);
  views.learn('ann', { why: 'no-path' });
  views.learn('bo', { why: 'no-path' });
  expect(views.list).toEqual([channel('ann', 'no-path'), channel('bo', 'peer-cannot')]);
  for (const reason of ['off', 'no-addon'] as const) {
    own = reason;
    views.refresh();
    expect(views.list).toEqual([channel('ann', reason), channel('bo', reason)]);
  }
});

test('a link that is from before direct lanes were allowed is why there is none, until there is the next', () => {
  own = 'off';
  const link = reach('ann');
  reach('bo', ['other']);
  own = null;
  views.refresh();
  expect(views.list).toEqual([channel('ann', 'older-link'), channel('bo', 'peer-cannot')]);
  reach('ann', ['direct'], 'next');
  link.b.close();
  expect(views.list).toContainEqual(channel('ann', null));
});

test('a direct lane by which nothing goes is told as what it is, as soon as something has moved', () => {
  reach('ann');
  reach('bo');
  reachDirectly('ann');
  views.learn('ann', { roundTripMs: 40 });
  told.length = 0;
  carrier = 'channel';
  views.moved('bo');
  views.moved('nobody');
  expect(told).toEqual([]);
  views.moved('ann');
  carrier = 'direct';
  views.moved('ann');
  expect(told).toEqual([
    [channel('ann', 'resting'), channel('bo', null)],
    [{ key: 'ann', kind: 'direct', roundTripMs: 40, why: null }, channel('bo', null)],
  ]);
});
