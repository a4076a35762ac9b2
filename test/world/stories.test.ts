import { expect, test } from 'vitest';
// First: simple-peer keeps the random bytes that it finds.
import './ambient.ts';
import { live } from './life.ts';
import { usualSettings } from './settings.ts';
import type { Act, Happening, Story } from './story.ts';

/*
 * What the world has found, each by the shortest story that told it.
 */

const at = (seconds: number, happening: Happening): Act[number] => ({ atMs: 1000 * seconds, happening });

function story(people: number, brokers: number, ...acts: Act[]): Story {
  const places = Array.from({ length: people }, () => ({ network: 'home', nat: 'cone', relay: false }) as const);
  // Direct lanes cost a life time.
  const settings = Array.from({ length: people }, () => ({ ...usualSettings, direct: false }));
  return { seed: 1, people, brokers, places, caseless: [], settings, acts };
}

const joins = (people: number): Act[number][] =>
  Array.from({ length: people }, (_, who) => at(who / 2, { kind: 'join', who }));

test('two whose pages are loaded anew in a full room meet each other, and then the others too', async () => {
  const reloads = [0, 1].map((who) => at(20 + who, { kind: 'reload', who } as const));
  expect((await live(story(12, 1, [...joins(12), ...reloads]))).broken).toBeNull();
});

test('who goes while all have lost the broker is not shown for ever', async () => {
  const told = [...joins(3), at(20, { kind: 'broker-down', broker: 0 }), at(21, { kind: 'crash', who: 2 })];
  expect((await live(story(3, 1, [...told, at(22, { kind: 'broker-up', broker: 0 })]))).broken).toBeNull();
});

test('two whom a broker has told that the other is gone, before they had a link, meet all the same', async () => {
  const told = [
    ...joins(3),
    at(1.1, { kind: 'broker-mood', broker: 0, mood: 'lying' }),
    at(2, { kind: 'broker-mood', broker: 0, mood: 'honest' }),
  ];
  for (const laterMs of [0, 30, 60, 90, 120]) {
    const later = told.map((moment) =>
      moment.happening.kind === 'join' ? moment : { ...moment, atMs: moment.atMs + laterMs },
    );
    expect((await live(story(3, 1, later))).broken).toBeNull();
  }
});

test('who leaves over a link that has just died says so to the brokers', async () => {
  const told = [...joins(2), at(30, { kind: 'cut', who: 0, other: 1 }), at(32, { kind: 'leave', who: 0 })];
  expect((await live(story(2, 1, told))).broken).toBeNull();
});

test('a will that a broker has given too early counts when its time has come', async () => {
  const told = [
    ...joins(2),
    at(20, { kind: 'broker-mood', broker: 0, mood: 'lying' }),
    at(22, { kind: 'broker-mood', broker: 0, mood: 'honest' }),
    at(25, { kind: 'sleep', who: 1 }),
    at(40, { kind: 'wake', who: 1 }),
    at(50, { kind: 'crash', who: 1 }),
  ];
  expect((await live(story(2, 1, told))).broken).toBeNull();
});

/** The same where all may have direct lanes. */
const withLanes = (told: Story): Story => ({ ...told, settings: told.places.map(() => usualSettings) });
const sends = { kind: 'send', who: 0, files: 2, bytes: 3_000_000, spoiled: null } as const;

test('a lane that dies in the middle of a file costs nothing, is made again, and leaves nothing behind', async () => {
  const told = [...joins(2), at(20, sends), at(20.2, { kind: 'udp', who: 1, trouble: { kind: 'blocked' } })];
  const { broken, counts } = await live(withLanes(story(2, 1, told)));
  expect(broken).toBeNull();
  expect(counts.all.get('direct lanes up')).toBeGreaterThanOrEqual(4);
  expect(counts.all.get('direct lanes lost')).toBeGreaterThanOrEqual(1);
  expect(counts.all.get('arriving done')).toBe(1);
});

test('a lane comes again after a router has forgotten it, and after somebody has moved', async () => {
  const elsewhere = { network: 'elsewhere', nat: 'cone', relay: false } as const;
  const told = [
    ...joins(2),
    at(10, { kind: 'move', who: 1, place: elsewhere }),
    at(40, { kind: 'remap', who: 0 }),
    at(40.5, sends),
  ];
  const { broken, counts } = await live(withLanes(story(2, 1, told)));
  expect(broken).toBeNull();
  expect(counts.all.get('direct lanes up')).toBeGreaterThanOrEqual(6);
});

test('who wants no lanes any more has none, and both sides say so', async () => {
  const told = [...joins(2), at(20, { kind: 'direct', who: 1, allowed: false })];
  const { broken, counts } = await live(withLanes(story(2, 1, told)));
  expect(broken).toBeNull();
  expect(counts.all.get('direct lanes up')).toBe(2);
});

test('who allows lanes while no broker can be reached has one when one can, and says until then why not', async () => {
  for (const who of [0, 1]) {
    const told = [
      ...joins(2),
      at(10, { kind: 'broker-down', broker: 0 }),
      at(11, { kind: 'direct', who, allowed: true }),
      at(50, { kind: 'broker-up', broker: 0 }),
    ];
    const settings = [0, 1].map((each) => ({ ...usualSettings, direct: each !== who }));
    const { broken, counts } = await live({ ...story(2, 1, told), settings });
    expect(broken).toBeNull();
    expect(counts.all.get('direct lanes up')).toBe(2);
  }
});

test('over a relay both sides say why there is no lane', async () => {
  const places = ['one', 'two'].map((network) => ({ network, nat: 'strict', relay: true }) as const);
  expect((await live({ ...withLanes(story(2, 1, joins(2))), places })).broken).toBeNull();
});

test.each(['stalls', 'goes'] as const)('a strand that %s in the middle of a file costs no byte of it', async (kind) => {
  const told = [...joins(2), at(10, { kind: 'strands', who: 0, trouble: { kind, ms: 700 } }), at(20, sends)];
  const { broken, counts } = await live(story(2, 1, told));
  expect(broken).toBeNull();
  expect(counts.all.get(kind === 'stalls' ? 'strands stalled' : 'strands lost')).toBeGreaterThanOrEqual(1);
  expect(counts.all.get('arriving done')).toBe(1);
});
