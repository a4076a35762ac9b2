import { expect, test } from 'vitest';
import { failed, lost, noHistory, retryAfterMs } from '../../../../../src/main/lane/direct/retry.ts';

test('where no lane ever came up it is tried once more soon, then after minutes, however often that was', () => {
  const once = failed(noHistory, 'no-path');
  expect(retryAfterMs(once)).toBe(10_000);
  expect(retryAfterMs(failed(once, 'no-path'))).toBe(300_000);
  expect(retryAfterMs(failed(failed(once, 'no-path'), 'replaced'))).toBe(300_000);
});

test('a lane that has lasted is tried again at once, then ever less often', () => {
  let history = lost(failed(noHistory, 'no-path'), 10_000);
  const waits = [retryAfterMs(history)];
  for (let attempt = 0; attempt < 6; attempt++) {
    history = failed(history, 'lost');
    waits.push(retryAfterMs(history));
  }
  expect(waits).toEqual([0, 2000, 5000, 15_000, 60_000, 60_000, 60_000]);
});

test('one that has not lasted counts as a failure of one that works', () => {
  const history = lost(lost(noHistory, 20_000), 9999);
  expect(retryAfterMs(history)).toBe(2000);
  expect(retryAfterMs(lost(history, 9999))).toBe(5000);
  expect(retryAfterMs(lost(history, 10_000))).toBe(0);
});

test('one that was declined says nothing of the way: it is tried again soon, ever less often, but at least once a minute', () => {
  let history = failed(failed(noHistory, 'no-path'), 'no-path');
  const waits = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    history = failed(history, 'declined');
    waits.push(retryAfterMs(history));
  }
  expect(waits).toEqual([2000, 5000, 15_000, 60_000, 60_000]);
  expect(retryAfterMs(failed(history, 'no-path'))).toBe(300_000);
  expect(retryAfterMs(failed(lost(history, 20_000), 'declined'))).toBe(2000);
});
