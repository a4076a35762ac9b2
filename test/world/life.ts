import { lendToProcess } from './ambient.ts';
import { meetingTooLong } from './budget.ts';
import { type Cast, gather } from './cast.ts';
import { createChance } from './chance.ts';
import type { Counts } from './counts.ts';
import { createDoer } from './doing.ts';
import type { Place } from './network.ts';
import { brokenRules, leftBehind } from './rules.ts';
import { actMs, type Happening, type Story } from './story.ts';
import { createTimeline } from './timeline.ts';
import { createWatch } from './watch.ts';

/** What came of a story. */
export interface Life {
  /** The first rule that did not hold, and when; null when all did. */
  readonly broken: string | null;
  readonly log: readonly string[];
  readonly counts: Counts;
}

/** The longest wait between two tries to connect, and the try. */
const calmMs = 150_000;
const lookMs = 5000;
const endMs = 120_000;

/** Thrown, so that a life ends where a rule is broken. */
class BrokenRule extends Error {}

export async function live(story: Story, keepLog = false): Promise<Life> {
  const timeline = createTimeline();
  // Apart from the story's own: a shorter story is not another world.
  const chance = createChance(story.seed ^ 0x5eed);
  const giveBack = lendToProcess(timeline, chance.fork());
  const log: string[] = [];
  const cast = gather(story, timeline, chance, (who, what, told) => {
    if (keepLog) log.push(`${timeline.now().toFixed(1)} ${who} ${what} ${JSON.stringify(told)}`);
  });
  const doer = createDoer(cast, chance.fork());
  const watch = createWatch(cast);
  let broken: string | null = null;
  cast.counts.add('lives');

  function demand(wrong: readonly string[]): void {
    const [first] = wrong;
    if (first !== undefined) throw new BrokenRule(`at ${(timeline.now() / 1000).toFixed(1)} s: ${first}`);
  }

  async function runTo(atMs: number): Promise<void> {
    for (let nextMs = Math.floor(timeline.now() / lookMs + 1) * lookMs; nextMs <= atMs; nextMs += lookMs) {
      await timeline.run(nextMs);
      demand(watch.look());
    }
    await timeline.run(atMs);
  }

  function happen(happening: Happening): void {
    if (keepLog) log.push(`${timeline.now().toFixed(1)} ---- ${JSON.stringify(happening)}`);
    // What somebody has not heard, a broker that repeats all has for them now, however old: it is tried, and comes to nothing.
    if (!('broker' in happening) || happening.kind === 'broker-mood') watch.disturbed();
    doer(happening);
  }

  try {
    for (const act of story.acts) {
      const beganMs = timeline.now();
      for (const { atMs, happening } of act) {
        await runTo(beganMs + atMs);
        happen(happening);
      }
      await runTo(beganMs + actMs);
      putRight(cast);
      watch.disturbed();
      await runTo(beganMs + actMs + calmMs);
      demand(brokenRules(cast));
    }
    count(cast);
    demand(await end(cast));
  } catch (error) {
    if (error instanceof BrokenRule) broken = error.message;
    else broken = `something threw: ${error instanceof Error ? error.stack : String(error)}`;
  } finally {
    giveBack();
  }
  return { broken, log, counts: cast.counts };
}

/** Two who are the first in a room, and nothing but that: the first rule that does not hold until they are linked. */
export function meet(seed: number, brokers: number): Promise<string | null> {
  return withTwo({ seed, people: 2, brokers, places: [], caseless: [], acts: [] }, (cast) => {
    const wrong = [...createWatch(cast).look(), ...meetingTooLong(cast.brokers)];
    return wrong[0] ?? null;
  });
}

/** By which path two in these places are linked after a minute, as both show it; null when they are not. */
export function linkOf(seed: number, places: readonly Place[]): Promise<string | null> {
  return withTwo({ seed, people: 2, brokers: 1, places, caseless: [], acts: [] }, ({ people }) => {
    const paths = new Set(people.map(({ view }) => view.members[0]?.path ?? null));
    return [...paths].join(' or ') || null;
  });
}

/** What two in these places show of a direct lane after a minute: that there is one, or why not. */
export function directLaneOf(seed: number, places: readonly Place[]): Promise<string> {
  return withTwo({ seed, people: 2, brokers: 1, places, caseless: [], acts: [] }, ({ people }) => {
    const shown = people.flatMap(({ lanes }) => lanes.map(({ kind, why }) => (kind === 'direct' ? kind : `${why}`)));
    return [...new Set(shown)].join(' or ');
  });
}

async function withTwo<T>(story: Story, look: (cast: Cast) => T): Promise<T> {
  const timeline = createTimeline();
  const chance = createChance(story.seed);
  const giveBack = lendToProcess(timeline, chance.fork());
  const cast = gather(story, timeline, chance, () => undefined);
  try {
    for (const person of cast.people) {
      person.join();
      await timeline.run(timeline.now() + chance.below(10_000));
    }
    await timeline.run(60_000);
    return look(cast);
  } finally {
    giveBack();
  }
}

/** Every broker does its work, every computer and every disk too, and nobody holds a transfer. */
function putRight({ network, udp, strands, brokers, people }: Cast): void {
  network.mendCuts();
  for (const broker of brokers) {
    broker.setMood('honest');
    broker.comeUp();
  }
  for (const person of people) {
    network.setAway(person.address, false);
    udp.setTrouble(person.address, null);
    strands.set(person.address, null);
    person.setTrouble(null);
    person.accepts = true;
    person.answer(true);
    for (const view of person.engine?.list() ?? []) person.engine?.resume(view.id);
  }
}

async function end(cast: Cast): Promise<string[]> {
  const { timeline, people, hostile } = cast;
  // Who has crashed starts once more, and tidies up.
  for (const person of people) person.start();
  await timeline.run(timeline.now() + 1000);
  const closing = Promise.all(people.map((person) => person.close()));
  const leaving = hostile.close();
  await timeline.run(timeline.now() + endMs);
  await leaving;
  return leftBehind(cast, await closing);
}

function count({ counts, people, brokers }: Cast): void {
  counts.add(
    'messages published',
    brokers.reduce((sum, { published }) => sum + published, 0),
  );
  for (const { engine } of people) {
    for (const { direction, state } of engine?.list() ?? []) if (direction === 'in') counts.add(`arriving ${state}`);
  }
}
