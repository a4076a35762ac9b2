import type { Chance } from './chance.ts';

/** What somebody, or the world, does at one moment; plain data, so that a story can be shortened and told. */
export type Happening =
  | { readonly kind: 'join' | 'leave' | 'reload' | 'crash' | 'sleep' | 'wake'; readonly who: number }
  | { readonly kind: 'rename'; readonly who: number; readonly name: string }
  | { readonly kind: 'send'; readonly who: number; readonly files: number; readonly bytes: number }
  | { readonly kind: 'pause' | 'resume' | 'cancel'; readonly who: number; readonly pick: number }
  | { readonly kind: 'broker-down' | 'broker-up'; readonly broker: number };

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
  readonly acts: readonly Act[];
}

export const actMs = 60_000;

const names = ['Ann', 'Bo', 'Cy', 'Di', 'Ed', 'Flo', 'Gus', 'Hal', 'Ida', 'Jo', 'Kim', 'Lu'];

export function nameOf(who: number): string {
  return names[who] ?? `person ${who}`;
}

type Maker = (chance: Chance, story: Pick<Story, 'people' | 'brokers'>) => Happening;

const by =
  (kind: 'join' | 'leave' | 'reload' | 'crash' | 'sleep' | 'wake'): Maker =>
  (chance, { people }) => ({ kind, who: chance.below(people) });

/** With how often each is drawn. */
const makers: readonly (readonly [often: number, make: Maker])[] = [
  [4, by('join')],
  [2, by('leave')],
  [2, by('reload')],
  [1, by('crash')],
  [2, by('sleep')],
  [3, by('wake')],
  [1, (chance, { people }) => ({ kind: 'rename', who: chance.below(people), name: `Nick ${chance.below(100)}` })],
  [
    6,
    (chance, { people }) => ({
      kind: 'send',
      who: chance.below(people),
      files: 1 + chance.below(4),
      bytes: chance.below(chance.below(3) === 0 ? 3_000_000 : 60_000),
    }),
  ],
  [1, (chance, { people }) => ({ kind: 'pause', who: chance.below(people), pick: chance.below(8) })],
  [2, (chance, { people }) => ({ kind: 'resume', who: chance.below(people), pick: chance.below(8) })],
  [1, (chance, { people }) => ({ kind: 'cancel', who: chance.below(people), pick: chance.below(8) })],
  [1, (chance, { brokers }) => ({ kind: 'broker-down', broker: chance.below(brokers) })],
  [1, (chance, { brokers }) => ({ kind: 'broker-up', broker: chance.below(brokers) })],
];

const oftenInAll = makers.reduce((sum, [often]) => sum + often, 0);

function draw(chance: Chance, story: Pick<Story, 'people' | 'brokers'>): Happening {
  let left = chance.below(oftenInAll);
  for (const [often, make] of makers) {
    left -= often;
    if (left < 0) return make(chance, story);
  }
  throw new Error('the last one is always reached');
}

export function planStory(seed: number, chance: Chance): Story {
  const people = seed % 20 === 19 ? 12 : 2 + chance.below(5);
  const story = { people, brokers: 1 + chance.below(3) };
  const acts = Array.from({ length: 4 }, (_, index): Act => {
    const begin: Moment[] =
      index === 0 ? Array.from({ length: people }, (_, who) => at(chance, 10_000, { kind: 'join', who })) : [];
    const count = 3 + chance.below(3 * people);
    const others = Array.from({ length: count }, () => at(chance, actMs, draw(chance, story)));
    return [...begin, ...others].sort((left, right) => left.atMs - right.atMs);
  });
  return { seed, ...story, acts };
}

function at(chance: Chance, withinMs: number, happening: Happening): Moment {
  return { atMs: chance.below(withinMs), happening };
}

/** As a person would tell it. */
export function tell({ atMs, happening }: Moment): string {
  return `${(atMs / 1000).toFixed(1)} s: ${sentence(happening)}`;
}

function sentence(happening: Happening): string {
  if ('broker' in happening)
    return `broker ${happening.broker} ${happening.kind === 'broker-up' ? 'is back' : 'goes down'}`;
  const who = nameOf(happening.who);
  switch (happening.kind) {
    case 'rename':
      return `${who} is called ${happening.name} from now on`;
    case 'send':
      return `${who} sends ${happening.files} files of ${happening.bytes} bytes to everybody`;
    case 'pause':
    case 'resume':
    case 'cancel':
      return `${who} presses ${happening.kind} on transfer ${happening.pick}`;
    case 'crash':
      return `${who}'s computer loses its power`;
    case 'reload':
      return `${who}'s page is loaded anew`;
    case 'sleep':
      return `${who}'s computer is off the network`;
    case 'wake':
      return `${who}'s computer is on the network again`;
    default:
      return `${who} ${happening.kind}s`;
  }
}
