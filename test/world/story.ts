import { type Mood, moods } from './broker.ts';
import type { Chance } from './chance.ts';
import type { DiskTrouble } from './faulty-disk.ts';
import type { Place } from './network.ts';
import type { WorldSettings } from './settings.ts';
import { type Spoiling, spoilings } from './source.ts';
import type { StrandTrouble } from './strand-troubles.ts';
import type { UdpTrouble } from './udp.ts';

/** What somebody does without saying more. */
const deeds = ['join', 'leave', 'reload', 'crash', 'sleep', 'wake', 'remap', 'doubt', 'trust'] as const;
type Deed = (typeof deeds)[number];
/** What somebody presses on one of their transfers. */
const presses = ['pause', 'resume', 'cancel', 'accept', 'decline'] as const;
type Press = (typeof presses)[number];

/** What somebody, or the world, does at one moment; plain data, so that a story can be shortened and told. */
export type Happening =
  | { readonly kind: Deed; readonly who: number }
  | { readonly kind: 'rename'; readonly who: number; readonly name: string }
  | {
      readonly kind: 'send';
      readonly who: number;
      readonly files: number;
      readonly bytes: number;
      /** What becomes of the first file before it is read. */
      readonly spoiled: Spoiling | null;
    }
  | { readonly kind: Press; readonly who: number; readonly pick: number }
  | { readonly kind: 'move'; readonly who: number; readonly place: Place }
  | { readonly kind: 'cut'; readonly who: number; readonly other: number }
  | { readonly kind: 'udp'; readonly who: number; readonly trouble: UdpTrouble }
  | { readonly kind: 'strands'; readonly who: number; readonly trouble: StrandTrouble }
  | { readonly kind: 'direct'; readonly who: number; readonly allowed: boolean }
  | { readonly kind: 'disk'; readonly who: number; readonly trouble: DiskTrouble }
  | { readonly kind: 'attack'; readonly by: 'signals' | 'link' }
  | { readonly kind: 'broker-down' | 'broker-up' | 'broker-flaps'; readonly broker: number }
  | { readonly kind: 'broker-mood'; readonly broker: number; readonly mood: Mood };

export interface Moment {
  /** Milliseconds after the act began. */
  readonly atMs: number;
  readonly happening: Happening;
}

/** Something happens for a minute; then all is put right, and after a calm while what must hold is looked at. */
export type Act = readonly Moment[];

export interface Story {
  readonly seed: number;
  readonly people: number;
  readonly brokers: number;
  /** Where each computer is at first. */
  readonly places: readonly Place[];
  /** Whose disks take names that differ only in case for one. */
  readonly caseless: readonly boolean[];
  /** What each has set; as all have it at first if nothing is said. */
  readonly settings?: readonly WorldSettings[];
  readonly acts: readonly Act[];
}

export const actMs = 60_000;
/** With the calm after each, ten minutes. */
const actCount = 3;

const names = ['Ann', 'Bo', 'Cy', 'Di', 'Ed', 'Flo', 'Gus', 'Hal', 'Ida', 'Jo', 'Kim', 'Lu'];

export function nameOf(who: number): string {
  return names[who] ?? `person ${who}`;
}

/** Who and what there is; and what may happen, as not every story is about everything. */
interface Setting {
  readonly people: number;
  readonly brokers: number;
  readonly hasHostile: boolean;
}

type Maker = (chance: Chance, setting: Setting) => Happening;

const by =
  (kind: Deed): Maker =>
  (chance, { people }) => ({ kind, who: chance.below(people) });

const pressed =
  (kind: Press): Maker =>
  (chance, { people }) => ({ kind, who: chance.below(people), pick: chance.below(8) });

const broker =
  (kind: 'broker-down' | 'broker-up' | 'broker-flaps'): Maker =>
  (chance, { brokers }) => ({ kind, broker: chance.below(brokers) });

/** With how often each is drawn. */
const makers: readonly (readonly [often: number, make: Maker])[] = [
  [8, by('join')],
  [4, by('leave')],
  [4, by('reload')],
  [3, by('crash')],
  [4, by('sleep')],
  [6, by('wake')],
  [3, by('remap')],
  [1, by('doubt')],
  [1, by('trust')],
  [2, (chance, { people }) => ({ kind: 'rename', who: chance.below(people), name: `Nick ${chance.below(100)}` })],
  [
    12,
    (chance, { people }) => ({
      kind: 'send',
      who: chance.below(people),
      files: 1 + chance.below(4),
      bytes: chance.below(chance.below(3) === 0 ? 3_000_000 : 60_000),
      spoiled: chance.below(8) === 0 ? pick(chance, spoilings) : null,
    }),
  ],
  [2, pressed('pause')],
  [4, pressed('resume')],
  [2, pressed('cancel')],
  [1, pressed('accept')],
  [1, pressed('decline')],
  [2, (chance, { people }) => ({ kind: 'move', who: chance.below(people), place: drawPlace(chance) })],
  [2, (chance, { people }) => ({ kind: 'cut', who: chance.below(people), other: chance.below(people) })],
  [4, (chance, { people }) => ({ kind: 'disk', who: chance.below(people), trouble: drawTrouble(chance) })],
  [3, (chance, { people }) => ({ kind: 'udp', who: chance.below(people), trouble: drawUdpTrouble(chance) })],
  [
    3,
    (chance, { people }) => ({
      kind: 'strands',
      who: chance.below(people),
      trouble: { kind: pick(chance, ['stalls', 'goes']), ms: 100 + chance.below(2000) },
    }),
  ],
  [1, (chance, { people }) => ({ kind: 'direct', who: chance.below(people), allowed: chance.below(2) === 0 })],
  [2, broker('broker-down')],
  [2, broker('broker-up')],
  [2, broker('broker-flaps')],
  [
    2,
    (chance, { brokers }) => ({
      kind: 'broker-mood',
      broker: chance.below(brokers),
      mood: pick(chance, moods),
    }),
  ],
];

const attack: Maker = (chance) => ({ kind: 'attack', by: chance.below(2) === 0 ? 'signals' : 'link' });

function draw(chance: Chance, setting: Setting): Happening {
  const all = setting.hasHostile ? [...makers, [6, attack] as const] : makers;
  let left = chance.below(all.reduce((sum, [often]) => sum + often, 0));
  for (const [often, make] of all) {
    left -= often;
    if (left < 0) return make(chance, setting);
  }
  throw new Error('the last one is always reached');
}

function drawPlace(chance: Chance): Place {
  return {
    network: `network ${chance.below(3)}`,
    nat: pick(chance, ['open', 'cone', 'cone', 'cone', 'strict', 'blocked']),
    relay: chance.below(4) === 0,
  };
}

function drawTrouble(chance: Chance): DiskTrouble {
  switch (chance.below(4)) {
    case 0:
      return { kind: 'slow', ms: 1 + chance.below(400) };
    case 1:
      return { kind: 'full', bytes: chance.below(500_000) };
    case 2:
      return { kind: 'read-only' };
    default:
      return { kind: 'error', afterCalls: chance.below(30), code: pick(chance, errorCodes) };
  }
}

function drawUdpTrouble(chance: Chance): UdpTrouble {
  return chance.below(2) === 0 ? { kind: 'blocked' } : { kind: 'lossy', percent: 5 + chance.below(90) };
}

const errorCodes = ['EIO', 'ENOSPC', 'EACCES', 'ENOENT', 'EBUSY'] as const;

function pick<T>(chance: Chance, list: readonly T[]): T {
  const picked = list[chance.below(list.length)];
  if (picked === undefined) throw new Error('there is nothing to pick from');
  return picked;
}

export function planStory(seed: number, chance: Chance): Story {
  const people = seed % 20 === 19 ? 12 : 2 + chance.below(5);
  const brokers = 1 + chance.below(3);
  const setting = { people, brokers, hasHostile: people < 12 && chance.below(4) === 0 };
  const isOneNetwork = chance.below(2) === 0;
  const home: Place = { network: 'network 0', nat: 'cone', relay: false };
  const places = Array.from({ length: people }, () => (isOneNetwork ? home : drawPlace(chance)));
  const caseless = Array.from({ length: people }, () => chance.below(3) === 0);
  const acts = Array.from({ length: actCount }, (_, index): Act => {
    const begin: Moment[] =
      index === 0 ? Array.from({ length: people }, (_, who) => at(chance, 10_000, { kind: 'join', who })) : [];
    const count = 3 + chance.below(3 * people);
    const others = Array.from({ length: count }, () => at(chance, actMs, draw(chance, setting)));
    return [...begin, ...others].sort((left, right) => left.atMs - right.atMs);
  });
  const settings = Array.from({ length: people }, () => drawSettings(chance, people));
  return { seed, people, brokers, places, caseless, settings, acts };
}

/** In a full room few have direct lanes: each costs a life time. */
function drawSettings(chance: Chance, people: number): WorldSettings {
  const direct = chance.below(people < 12 ? 3 : 8) < 2;
  const relayOnly = chance.below(20) === 0;
  return { direct, relayOnly, hideLocalAddresses: chance.below(20) === 0 };
}

function at(chance: Chance, withinMs: number, happening: Happening): Moment {
  return { atMs: chance.below(withinMs), happening };
}
