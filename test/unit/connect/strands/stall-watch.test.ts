import { describe, expect, test } from 'vitest';
import { firstWay } from '../../../../src/connect/strands/outgoing-blocks.ts';
import { createStallWatch } from '../../../../src/connect/strands/stall-watch.ts';

test('a strand that moves nothing while it is waited for is told, once in so long', () => {
  const watch = createStallWatch(1000);
  expect(watch.look(0, 'a', 5, 100)).toBeNull();
  expect(watch.look(999, 'a', 5, 100)).toBeNull();
  expect(watch.look(1000, 'a', 5, 100)).toBe('a');
  expect(watch.look(1250, 'a', 5, 100)).toBeNull();
  expect(watch.look(2000, 'a', 5, 100)).toBe('a');
});

describe('nothing is held up', () => {
  test.each<[string, [string | null, number, number]]>([
    ['where the far side has taken something', ['a', 6, 100]],
    ['where its buffer drains', ['a', 5, 99]],
    ['where it waits for another', ['b', 5, 100]],
    ['where it waits for what is to go again', [null, 5, 100]],
  ])('%s', (_, sight) => {
    const watch = createStallWatch(1000);
    watch.look(0, 'a', 5, 100);
    expect(watch.look(1000, ...sight)).toBeNull();
    expect(watch.look(1999, ...sight)).toBeNull();
    expect(watch.look(2000, ...sight)).toBe(sight[0]);
  });

  test('by the first channel, which has no other to go by', () => {
    const watch = createStallWatch(1000);
    watch.look(0, firstWay, 5, 100);
    expect(watch.look(5000, firstWay, 5, 100)).toBeNull();
  });
});
