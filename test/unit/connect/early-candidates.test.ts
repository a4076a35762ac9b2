import { expect, test } from 'vitest';
import { createCounters } from '../../../src/connect/counters.ts';
import { createEarlyCandidates } from '../../../src/connect/early-candidates.ts';

const candidate = (host: string) => ({ candidate: host, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null });

test('candidates that come before their offer wait for it, in order, with their end', () => {
  const early = createEarlyCandidates(createCounters());
  early.add('a', [candidate('1')], false);
  early.add('b', [candidate('9')], false);
  early.add('a', [candidate('2')], true);
  const taken = early.take('a');
  expect(taken?.candidates).toEqual([candidate('1'), candidate('2')]);
  expect(taken?.ended).toBe(true);
  expect(early.take('b')?.ended).toBe(false);
});

test('they are taken once', () => {
  const early = createEarlyCandidates(createCounters());
  early.add('a', [candidate('1')], false);
  expect(early.take('a')).toBeDefined();
  expect(early.take('a')).toBeUndefined();
});

test('a peer that invents links does not fill the memory: the latest four wait', () => {
  const early = createEarlyCandidates(createCounters());
  for (const link of ['a', 'b', 'c', 'd']) early.add(link, [candidate(link)], false);
  early.add('a', [], true);
  early.add('e', [candidate('e')], false);
  expect(['a', 'b', 'c', 'd', 'e'].map((link) => early.take(link) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
});
