import { expect, test } from 'vitest';
import { createRemoved } from '../../../src/connect/removed.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';

const person = (key: string) => ({ key, session: `session of ${key}`, name: key });

test('who was removed stays so, also from the last page on, until they are let back in', () => {
  const removed = createRemoved([person('ada')]);
  removed.add(person('ben'));
  expect(['ada', 'ben', 'cleo'].map((key) => removed.has(key))).toEqual([true, true, false]);
  expect(removed.list()).toEqual([person('ada'), person('ben')]);
  expect(removed.delete('ada')).toBe(true);
  expect(removed.delete('ada')).toBe(false);
  expect(removed.has('ada')).toBe(false);
});

test('they are shown as what they are: not connected, by my own will', () => {
  expect(createRemoved([person('ada')]).views()).toMatchObject([
    { ...person('ada'), state: 'closed', reason: { code: 'removed-by-me' } },
  ]);
});

test('one more than may be kept lets the oldest back in', () => {
  const removed = createRemoved([]);
  for (let each = 0; each <= limits.removedPeople; each++) removed.add(person(`${each}`));
  expect(removed.list()).toHaveLength(limits.removedPeople);
  expect(removed.has('0')).toBe(false);
  expect(removed.has('1')).toBe(true);
});
