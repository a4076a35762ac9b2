import '../test/world/ambient.ts';
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { limits } from '../src/shared/protocol/limits.ts';
import { createChance } from '../test/world/chance.ts';
import { createCounts } from '../test/world/counts.ts';
import { live } from '../test/world/life.ts';
import { shorten } from '../test/world/shorten.ts';
import { planStory } from '../test/world/story.ts';
import { tellStory } from '../test/world/telling.ts';
import { findPlanted } from './planted.ts';
import type { Lived } from './simulate-child.ts';

/**
 * Lives whole rooms through under a virtual clock: `npm run simulate -- --seeds 200 [--from 1]`, for as long as
 * `--seconds 90` from a seed of the day, or one of them again with `--seed N [--log]`. Exits with 1 when a rule was broken,
 * and tells the shortest story that breaks it; with `--all` it goes on and tells none, with `--brief` it tells none. With
 * `--small-first` rooms of few people come first, and a full one after every nineteen: that takes fifty times as long as one of two.
 * `--planted [--seeds 500] [--called lane]` plants bugs, one at a time, and says which of them are found.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    log: { type: 'boolean' },
    all: { type: 'boolean' },
    brief: { type: 'boolean' },
    'small-first': { type: 'boolean' },
    planted: { type: 'boolean' },
    called: { type: 'string' },
    processes: { type: 'string' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Lives of another day are other lives; each day has room for so many. */
const seedsOfADay = 10_000;
const today = Math.floor(Date.now() / 86_400_000) * seedsOfADay;

const processes = whole(values.processes ?? String(availableParallelism()));
/** As many of the planted bugs may stay unnoticed. */
const mostMissed = 2;

if (values.planted) {
  const missed = await findPlanted(values.called ?? '', whole(values.seeds ?? '500'), processes, say);
  if (missed > mostMissed) process.exitCode = 1;
} else if (values.seed !== undefined) await liveOne(whole(values.seed));
else await liveMany();

async function liveOne(seed: number): Promise<void> {
  const story = planStory(seed, createChance(seed));
  const { broken, log } = await live(story, values.log === true);
  for (const line of log) say(line);
  if (broken) await tellBroken(seed, broken);
  else say(`Seed ${seed}: every rule held.`);
}

async function liveMany(): Promise<void> {
  const from = whole(values.from ?? (values.seconds === undefined ? '1' : String(today)));
  const count = values.seconds === undefined ? whole(values.seeds ?? '100') : seedsOfADay;
  const untilMs = values.seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + 1000 * whole(values.seconds);
  const inOrder = Array.from({ length: count }, (_, index) => from + index);
  const seeds = values['small-first'] ? smallFirst(inOrder) : inOrder;
  const counts = createCounts();
  const broken: Lived[] = [];
  say(`From seed ${from} on.`);

  const take = (): number | null => {
    const isOver = Date.now() >= untilMs || (broken.length > 0 && !values.all);
    return isOver ? null : (seeds.shift() ?? null);
  };
  await Promise.all(
    Array.from({ length: Math.min(processes, count) }, () =>
      work(take, (lived) => {
        for (const [what, times] of lived.counts) counts.add(what, times);
        if (lived.broken === null) return;
        broken.push(lived);
        if (values.all) say(`Seed ${lived.seed}: ${lived.broken}`);
      }),
    ),
  );
  const [first] = broken.sort((one, other) => one.seed - other.seed);
  if (first?.broken && !values.all) await tellBroken(first.seed, first.broken);
  if (first) process.exitCode = 1;
  const lives = counts.all.get('lives') ?? 0;
  say(`${lives} lives, ${broken.length} of them with a broken rule. What happened in them:`);
  for (const [what, times] of [...counts.all].sort()) say(`  ${what}: ${times}`);
}

/** Has one process live as long as there are seeds. */
function work(take: () => number | null, tell: (lived: Lived) => void): Promise<void> {
  return new Promise((done, fail) => {
    const child = fork(new URL('./simulate-child.ts', import.meta.url), { serialization: 'advanced' });
    let isOver = false;
    const hand = (): void => {
      const seed = take();
      isOver = seed === null;
      if (seed === null) child.disconnect();
      else child.send(seed);
    };
    child.on('message', (lived: Lived) => {
      tell(lived);
      hand();
    });
    child.on('error', fail);
    child.on('exit', () => (isOver ? done() : fail(new Error('a process that lives lives has ended'))));
    hand();
  });
}

function smallFirst(seeds: readonly number[]): number[] {
  const full = seeds.filter((seed) => peopleIn(seed) >= limits.roomMembers);
  const others = seeds.filter((seed) => !full.includes(seed)).sort((one, other) => peopleIn(one) - peopleIn(other));
  return others.flatMap((seed, index) => [seed, ...(index % 19 === 18 ? full.splice(0, 1) : [])]).concat(full);
}

function peopleIn(seed: number): number {
  return planStory(seed, createChance(seed)).people;
}

async function tellBroken(seed: number, broken: string): Promise<void> {
  process.exitCode = 1;
  say(`Seed ${seed}: ${broken}`);
  if (values.brief) return;
  say('The shortest story that breaks it:');
  for (const line of tellStory(await shorten(planStory(seed, createChance(seed)), broken))) say(line);
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`"${text}" is no whole number`);
  return number;
}
