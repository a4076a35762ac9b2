import { describe, expect, test } from 'vitest';
// First: simple-peer keeps the random bytes that it finds.
import './ambient.ts';
import { createChance } from './chance.ts';
import { live } from './life.ts';
import { shorten } from './shorten.ts';
import { planStory, type Story, tell } from './story.ts';

const seeds = [1, 2, 3, 4, 5];

describe('rooms in which people come, go, send, crash, sleep and lose brokers', () => {
  test.each(seeds)('keep all rules: seed %i', async (seed) => {
    const { broken, counts } = await live(planStory(seed, createChance(seed)));
    expect(broken).toBeNull();
    expect(counts.links).toBeGreaterThan(0);
  });
});

test('a story that breaks a rule is told by what it takes to break it', async () => {
  const story = planStory(4, createChance(4));
  // That somebody renames themselves is "wrong" here.
  const finds = async ({ acts }: Story): Promise<string | null> =>
    acts.flat().some(({ happening }) => happening.kind === 'rename') ? 'somebody has another name' : null;
  const shortest = await shorten(story, 'somebody has another name', finds);
  expect(shortest.acts.flat().map(tell)).toEqual([
    expect.stringMatching(/^\d+\.\d s: \w+ is called Nick \d+ from now on$/),
  ]);
});
