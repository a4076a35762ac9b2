import '../test/world/ambient.ts';
import { createChance } from '../test/world/chance.ts';
import { live } from '../test/world/life.ts';
import { planStory } from '../test/world/story.ts';

/** A process that lives one seed after the other, as it is told. */
export interface Lived {
  readonly seed: number;
  readonly broken: string | null;
  readonly counts: ReadonlyMap<string, number>;
}

process.on('message', async (seed: number) => {
  const { broken, counts } = await live(planStory(seed, createChance(seed)));
  const lived: Lived = { seed, broken, counts: counts.all };
  process.send?.(lived);
});
