import { expect, test } from 'vitest';
import { createBudget } from '../../../../src/shared/protocol/budget.ts';

test('so much at once, then so much a second, and what was not used does not pile up', () => {
  let nowMs = 0;
  const budget = createBudget({ perSecond: 10, atOnce: 20, now: () => nowMs });
  const takes = (): number => {
    let taken = 0;
    while (budget.take()) taken++;
    return taken;
  };
  expect(takes()).toBe(20);
  nowMs += 500;
  expect(takes()).toBe(5);
  nowMs += 3_600_000;
  expect(takes()).toBe(20);
});

test('what is too much is not taken in part', () => {
  const budget = createBudget({ perSecond: 1, atOnce: 10, now: () => 0 });
  expect(budget.take(11)).toBe(false);
  expect(budget.take(10)).toBe(true);
});
