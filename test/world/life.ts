import { hasEnded } from '../../src/shared/views.ts';
import { lendToProcess } from './ambient.ts';
import { createWorldBroker, type WorldBroker } from './broker.ts';
import { type Chance, createChance } from './chance.ts';
import { createSignatures } from './cryptography.ts';
import { createWorldPerson, type WorldPerson } from './person.ts';
import { brokenRules, leftBehind } from './rules.ts';
import { createWorldSource, type WorldFile } from './source.ts';
import { actMs, type Happening, nameOf, type Story } from './story.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { createEther, type Ether } from './webrtc.ts';

/** What came of a story. */
export interface Life {
  /** The first rule that did not hold, and where; null when all did. */
  readonly broken: string | null;
  readonly log: readonly string[];
  readonly counts: Counts;
}

export interface Counts {
  links: number;
  transfers: number;
  done: number;
  crashes: number;
  published: number;
  bytes: number;
}

/** All that lives through one story. */
export interface Cast {
  readonly timeline: Timeline;
  readonly ether: Ether;
  readonly brokers: readonly WorldBroker[];
  readonly people: readonly WorldPerson[];
  /** What was sent, by the name of its top-level folder. */
  readonly sent: ReadonlyMap<string, readonly WorldFile[]>;
}

/** As long as the longest wait between two tries to connect. */
const calmMs = 150_000;

export async function live(story: Story, keepLog = false): Promise<Life> {
  const timeline = createTimeline();
  // Apart from the story's own: a shorter story is not another world.
  const chance = createChance(story.seed ^ 0x5eed);
  const giveBack = lendToProcess(timeline, chance.fork());
  const log: string[] = [];
  const counts: Counts = { links: 0, transfers: 0, done: 0, crashes: 0, published: 0, bytes: 0 };
  const cast = gather(story, timeline, chance, counts, (who, what, told) => {
    if (keepLog) log.push(`${timeline.now().toFixed(1)} ${who} ${what} ${JSON.stringify(told)}`);
  });
  const happen = createDoer(cast, chance.fork(), counts);
  let broken: string | null = null;
  try {
    for (const [index, act] of story.acts.entries()) {
      const beganMs = timeline.now();
      for (const { atMs, happening } of act) {
        await timeline.run(beganMs + atMs);
        if (keepLog) log.push(`${timeline.now().toFixed(1)} ---- ${JSON.stringify(happening)}`);
        happen(happening);
      }
      await timeline.run(beganMs + actMs);
      putRight(cast);
      await timeline.run(beganMs + actMs + calmMs);
      broken = brokenRules(cast)[0] ?? null;
      if (broken) {
        broken = `after act ${index + 1}: ${broken}`;
        break;
      }
    }
    broken ??= await end(cast);
  } catch (error) {
    broken = `something threw: ${error instanceof Error ? error.stack : String(error)}`;
  } finally {
    giveBack();
  }
  counts.published = cast.brokers.reduce((sum, { published }) => sum + published, 0);
  return { broken, log, counts };
}

function gather(
  story: Story,
  timeline: Timeline,
  chance: Chance,
  counts: Counts,
  log: (who: string, what: string, told: unknown) => void,
): Cast & { sent: Map<string, readonly WorldFile[]> } {
  const ether = createEther({ timeline, chance: chance.fork(), delayMs: 20, bytesPerMs: 1000 });
  const brokers = Array.from({ length: story.brokers }, (_, index) =>
    createWorldBroker(`broker ${index}`, timeline, chance.fork()),
  );
  const signatures = createSignatures();
  const people = Array.from({ length: story.people }, (_, index) =>
    createWorldPerson({
      name: nameOf(index),
      address: `10.0.0.${index + 1}`,
      timeline,
      chance: chance.fork(),
      ether,
      signatures,
      topic: 'roomdrop/world',
      brokers,
      log(what, told) {
        if (what === 'link') counts.links++;
        log(nameOf(index), what, told);
      },
    }),
  );
  return { timeline, ether, brokers, people, sent: new Map() };
}

function createDoer(
  { ether, brokers, people, sent }: Cast & { sent: Map<string, readonly WorldFile[]> },
  chance: Chance,
  counts: Counts,
): (happening: Happening) => void {
  let given = 0;

  function send(person: WorldPerson, files: number, bytes: number): void {
    const title = `gift ${++given}`;
    const list = Array.from(
      { length: files },
      (_, index): WorldFile => [`${title}/${index}.bin`, chance.bytes(Math.ceil(bytes / (index + 1)))],
    );
    sent.set(title, list);
    counts.transfers += person.linked.length;
    counts.bytes += bytes;
    person.offer(createWorldSource(title, list));
  }

  function press(person: WorldPerson, action: 'pause' | 'resume' | 'cancel', pick: number): void {
    const open = person.engine?.list().filter((view) => !hasEnded(view)) ?? [];
    const view = open[pick % Math.max(1, open.length)];
    if (view) person.engine?.[action](view.id);
  }

  return (happening) => {
    if ('broker' in happening) {
      const broker = brokers[happening.broker];
      if (happening.kind === 'broker-down') broker?.goDown();
      else broker?.comeUp();
      return;
    }
    const person = people[happening.who];
    if (!person) return;
    switch (happening.kind) {
      case 'join':
        person.start();
        return person.join();
      case 'leave':
        return person.leave();
      case 'reload':
        return person.reload();
      case 'crash':
        counts.crashes++;
        return person.crash();
      case 'sleep':
        return ether.setAway(person.address, true);
      case 'wake':
        return ether.setAway(person.address, false);
      case 'rename':
        return person.rename(happening.name);
      case 'send':
        return send(person, happening.files, happening.bytes);
      default:
        return press(person, happening.kind, happening.pick);
    }
  };
}

/** Every broker is up, every computer on the network, and nobody holds a transfer. */
function putRight({ ether, brokers, people }: Cast): void {
  for (const broker of brokers) broker.comeUp();
  for (const { address, engine } of people) {
    ether.setAway(address, false);
    for (const view of engine?.list() ?? []) if (view.pausedByMe) engine?.resume(view.id);
  }
}

async function end(cast: Cast): Promise<string | null> {
  const closing = Promise.all(cast.people.map((person) => person.close()));
  await cast.timeline.run(cast.timeline.now() + 120_000);
  const timers = await closing;
  return leftBehind(cast, timers)[0] ?? null;
}
