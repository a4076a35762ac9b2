import { lendToProcess } from './ambient.ts';
import { type Cast, type Counts, gather } from './cast.ts';
import { createChance } from './chance.ts';
import { createDoer } from './doing.ts';
import { brokenRules, leftBehind } from './rules.ts';
import { actMs, type Story } from './story.ts';
import { createTimeline } from './timeline.ts';

/** What came of a story. */
export interface Life {
  /** The first rule that did not hold, and where; null when all did. */
  readonly broken: string | null;
  readonly log: readonly string[];
  readonly counts: Counts;
}

/** The longest wait between two tries to connect, and the try. */
const calmMs = 150_000;

export async function live(story: Story, keepLog = false): Promise<Life> {
  const timeline = createTimeline();
  // Apart from the story's own: a shorter story is not another world.
  const chance = createChance(story.seed ^ 0x5eed);
  const giveBack = lendToProcess(timeline, chance.fork());
  const log: string[] = [];
  const cast = gather(story, timeline, chance, (who, what, told) => {
    if (keepLog) log.push(`${timeline.now().toFixed(1)} ${who} ${what} ${JSON.stringify(told)}`);
  });
  const happen = createDoer(cast, chance.fork());
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
  const { counts } = cast;
  counts.published = cast.brokers.reduce((sum, { published }) => sum + published, 0);
  return { broken, log, counts };
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
  return leftBehind(cast, await closing)[0] ?? null;
}
