import { expect, test } from 'vitest';
import { failed, lost, noHistory, retryAfterMs } from '../../../../../src/main/lane/direct/retry.ts';

test('where no lane ever came up it is tried again after minutes, however often that was', () => {
  expect(retryAfterMs(failed(noHistory))).toBe(300_000);
  expect(retryAfterMs(failed(failed(failed(noHistory))))).toBe(300_000);
});

test('a lane that has lasted is tried again at once, then ever less often', () => {
  let history = lost(failed(noHistory), 10_000);
  const waits = [retryAfterMs(history)];
  for (let attempt = 0; attempt < 6; attempt++) {
    history = failed(history);
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
