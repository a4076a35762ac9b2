import { describe, expect, test } from 'vitest';
import { createStallWatch } from '../../../../src/connect/strands/stall-watch.ts';

test('a channel whose next block is waited for too long is told, once in so long', () => {
  const watch = createStallWatch();
  expect(watch.look(0, 'a', 5, 1000)).toBeNull();
  expect(watch.look(999, 'a', 5, 1000)).toBeNull();
  expect(watch.look(1000, 'a', 5, 1000)).toBe('a');
  expect(watch.look(1250, 'a', 5, 1000)).toBeNull();
  expect(watch.look(2000, 'a', 5, 1000)).toBe('a');
});

test('what is too long may change meanwhile', () => {
  const watch = createStallWatch();
  watch.look(0, 'a', 5, 1000);
  expect(watch.look(500, 'a', 5, 501)).toBeNull();
  expect(watch.look(501, 'a', 5, 501)).toBe('a');
});

describe('nothing is held up', () => {
  test.each<[string, [string | null, number]]>([
    ['where the far side has taken something', ['a', 6]],
    ['where it waits for another', ['b', 5]],
    ['where it waits for what is to go again', [null, 5]],
  ])('%s', (_, sight) => {
    const watch = createStallWatch();
    watch.look(0, 'a', 5, 1000);
    expect(watch.look(1000, ...sight, 1000)).toBeNull();
    expect(watch.look(1999, ...sight, 1000)).toBeNull();
    expect(watch.look(2000, ...sight, 1000)).toBe(sight[0]);
  });
});
