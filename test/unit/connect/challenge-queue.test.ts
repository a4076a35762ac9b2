import { expect, test } from 'vitest';
import { createChallengeQueue } from '../../../src/connect/challenge-queue.ts';

test('nobody waits in the beginning, nor when all have had their turn', () => {
  const queue = createChallengeQueue(4, () => 0);
  expect(queue.empty).toBe(true);
  expect(queue.take()).toBeNull();
  queue.put('ada', '1');
  expect(queue.empty).toBe(false);
  expect(queue.take()).toEqual({ session: 'ada', nonce: '1' });
  expect(queue.empty).toBe(true);
  expect(queue.take()).toBeNull();
});

test('who has announced most often is next, with the latest announcement', () => {
  const queue = createChallengeQueue(4, () => 0);
  for (const [session, nonce] of ['ada 1', 'ben 2', 'ben 3', 'cleo 4'].map((each) => each.split(' '))) {
    queue.put(session ?? '', nonce ?? '');
  }
  expect(queue.take()).toEqual({ session: 'ben', nonce: '3' });
  queue.put('cleo', '5');
  expect(queue.take()).toEqual({ session: 'cleo', nonce: '5' });
  expect(queue.take()).toEqual({ session: 'ada', nonce: '1' });
});

test.each([
  [0, 'ada'],
  [0.5, 'ben'],
  [0.99, 'cleo'],
  [1, 'cleo'],
])('among equals chance %s takes %s', (chance, next) => {
  const queue = createChallengeQueue(4, () => chance);
  for (const session of ['ada', 'ben', 'cleo']) queue.put(session, session);
  expect(queue.take()?.session).toBe(next);
});

test('in a full queue one of those who announced least makes way, never one who announces again', () => {
  const queue = createChallengeQueue(3, () => 0);
  for (const session of ['ada', 'ada', 'ben', 'cleo']) queue.put(session, session);
  queue.put('cleo', 'again');
  expect(queue.take()?.session).toBe('ada');
  for (const session of ['ada', 'ada', 'eve']) queue.put(session, session);
  const left = [queue.take(), queue.take(), queue.take()].map((each) => each?.session);
  // Ben had announced least.
  expect(left).toEqual(['cleo', 'ada', 'eve']);
  expect(queue.empty).toBe(true);
});
