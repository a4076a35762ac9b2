import { expect, test } from 'vitest';
import { createFairShare } from '../../../../src/main/transfer/fair-share.ts';

test('who has had least is next, as long as it is ready', () => {
  const shares = createFairShare<{ name: string; ready: boolean }>();
  const [a, b] = ['a', 'b'].map((name) => ({ name, ready: true }));
  if (!a || !b) throw new Error('there are two');
  shares.join(a);
  shares.join(b);
  expect(shares.next()).toBe(a);
  shares.served(a, 10);
  expect(shares.next()).toBe(b);
  b.ready = false;
  expect(shares.next()).toBe(a);
  a.ready = false;
  expect(shares.next()).toBeNull();
});

test('who comes later is owed nothing of what others have had before', () => {
  const shares = createFairShare<{ ready: boolean }>();
  const [early, late] = [{ ready: true }, { ready: true }];
  shares.join(early);
  for (let block = 0; block < 10; block++) shares.served(early, 100);
  shares.join(late);
  expect(shares.next()).toBe(late);
  shares.served(late, 150);
  expect(shares.next()).toBe(early);
});

test('who leaves while it is served does not come back by that', () => {
  const shares = createFairShare<{ ready: boolean }>();
  const source = { ready: true };
  shares.join(source);
  shares.leave(source);
  shares.served(source, 100);
  expect(shares.sources).toEqual([]);
  expect(shares.next()).toBeNull();
});
