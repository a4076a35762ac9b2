import { live } from './life.ts';
import type { Act, Story } from './story.ts';

/** Leaves out of a story what it takes no part of to break the same rule: halves first, then one moment at a time. */
export async function shorten(story: Story, broken: string): Promise<Story> {
  const rule = ruleOf(broken);
  const breaks = async (candidate: Story): Promise<boolean> => {
    const life = await live(candidate);
    return life.broken !== null && ruleOf(life.broken) === rule;
  };
  let shortest = story;
  for (let index = 0; index < shortest.acts.length; index++) {
    const act = shortest.acts[index] ?? [];
    for (let size = Math.ceil(act.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
      for (let from = 0; from < (shortest.acts[index] ?? []).length; ) {
        const kept = (shortest.acts[index] ?? []).filter((_, at) => at < from || at >= from + size);
        const candidate = withAct(shortest, index, kept);
        if (await breaks(candidate)) shortest = candidate;
        else from += size;
      }
    }
  }
  return shortest;
}

function withAct(story: Story, index: number, act: Act): Story {
  return { ...story, acts: story.acts.map((other, at) => (at === index ? act : other)) };
}

/** Without names and numbers: which rule it is. */
function ruleOf(broken: string): string {
  return broken
    .replace(/^after act \d+: /, '')
    .replace(/[A-Z]\w+|\d+/g, '')
    .slice(0, 40);
}
