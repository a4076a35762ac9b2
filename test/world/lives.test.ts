import { describe, expect, test } from 'vitest';
// First: simple-peer keeps the random bytes that it finds.
import './ambient.ts';
import { createChance } from './chance.ts';
import { live, meet } from './life.ts';
import { shorten } from './shorten.ts';
import { planStory, type Story } from './story.ts';
import { tell } from './telling.ts';

const seeds = [1, 2, 3, 4, 5];

describe('rooms in which people come, go, send, crash, sleep and lose brokers', () => {
  test.each(seeds)('keep all rules: seed %i', async (seed) => {
    const { broken, counts } = await live(planStory(seed, createChance(seed)));
    expect(broken).toBeNull();
    expect(counts.all.get('links')).toBeGreaterThan(0);
  });
});

test('a story that breaks a rule is told by what it takes to break it', async () => {
  const story = planStory(4, createChance(4));
  // That somebody sends something is "wrong" here.
  const finds = async ({ acts }: Story): Promise<string | null> =>
    acts.flat().some(({ happening }) => happening.kind === 'send') ? 'somebody sends something' : null;
  const shortest = await shorten(story, 'somebody sends something', finds);
  expect(shortest.acts.flat().map(tell)).toEqual([
    expect.stringMatching(/^\d+\.\d s: \w+ sends \d files of \d+ bytes to everybody/),
  ]);
});

describe('two who meet', () => {
  test.each([1, 2, 3])('say no more than a meeting takes, over %i brokers', async (brokers) => {
    for (const seed of [1, 2, 3, 4]) expect(await meet(seed, brokers)).toBeNull();
  });
});
