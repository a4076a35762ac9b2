import { live } from './life.ts';
import type { Act, Story } from './story.ts';

/**
 * Leaves out of a story what it does not take to break the same rule: halves first, then one moment at a time; as far as it
 * comes with so many tries.
 */
export async function shorten(
  story: Story,
  broken: string,
  tryOut: (story: Story) => Promise<string | null> = async (candidate) => (await live(candidate)).broken,
  mostTries = 300,
): Promise<Story> {
  const rule = ruleOf(broken);
  let tries = 0;
  const breaks = async (candidate: Story): Promise<boolean> => {
    if (++tries > mostTries) return false;
    const found = await tryOut(candidate);
    return found !== null && ruleOf(found) === rule;
  };
  let shortest = story;
  for (const index of story.acts.keys()) {
    for (const size of halves(actOf(story, index).length)) {
      for (let from = 0; from < actOf(shortest, index).length; ) {
        const kept = actOf(shortest, index).filter((_, at) => at < from || at >= from + size);
        const candidate = withAct(shortest, index, kept);
        if (await breaks(candidate)) shortest = candidate;
        else from += size;
      }
    }
  }
  return shortest;
}

/** Half of so many, a quarter, down to one. */
function halves(count: number): number[] {
  const sizes: number[] = [];
  for (let size = count; size > 1; ) {
    size = Math.ceil(size / 2);
    sizes.push(size);
  }
  return count === 1 ? [1] : sizes;
}

function actOf(story: Story, index: number): Act {
  return story.acts[index] ?? [];
}

function withAct(story: Story, index: number, act: Act): Story {
  return { ...story, acts: story.acts.map((other, at) => (at === index ? act : other)) };
}

/** Without names and numbers: which rule it is. */
function ruleOf(broken: string): string {
  return broken
    .replace(/^at [\d.]+ s: /, '')
    .replace(/[A-Z]\w+|\d+/g, '')
    .slice(0, 40);
}
