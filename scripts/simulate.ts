import '../test/world/ambient.ts';
import { parseArgs } from 'node:util';
import { createChance } from '../test/world/chance.ts';
import { live } from '../test/world/life.ts';
import { shorten } from '../test/world/shorten.ts';
import { planStory, tell } from '../test/world/story.ts';

/**
 * Lives whole rooms through under a virtual clock: `npm run simulate -- --seeds 200 [--from 1]`, or one of them again with
 * `--seed N [--log]`. Exits with 1 when a rule was broken, and tells the shortest story that breaks it.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    log: { type: 'boolean' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const from = whole(values.seed ?? values.from ?? '1');
const count = values.seed === undefined ? whole(values.seeds ?? '100') : 1;
const total = { lives: 0, links: 0, transfers: 0, crashes: 0, published: 0, bytes: 0 };

for (let seed = from; seed < from + count; seed++) {
  const story = planStory(seed, createChance(seed));
  const { broken, log, counts } = await live(story, values.log === true);
  for (const line of log) say(line);
  total.lives++;
  total.links += counts.links;
  total.transfers += counts.transfers;
  total.crashes += counts.crashes;
  total.published += counts.published;
  total.bytes += counts.bytes;
  if (!broken) continue;
  process.exitCode = 1;
  say(`Seed ${seed}: ${broken}`);
  const shortest = await shorten(story, broken);
  say(`The shortest story of ${story.people} people and ${story.brokers} brokers that breaks it:`);
  for (const [index, act] of shortest.acts.entries()) {
    say(`  act ${index + 1}`);
    for (const moment of act) say(`    ${tell(moment)}`);
  }
  break;
}
say(
  `${total.lives} lives: ${total.links} links, ${total.transfers} transfers of ${Math.round(total.bytes / 1e6)} MB, ` +
    `${total.crashes} crashes, ${total.published} messages published.`,
);

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`"${text}" is no whole number`);
  return number;
}
