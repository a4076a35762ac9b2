import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endsWithin } from '../../../src/main/ends-within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('work that ends, well or badly, is waited for, and leaves no timer behind', async () => {
  expect(await endsWithin(Promise.resolve(), 1000)).toBe(true);
  expect(await endsWithin(Promise.reject(new Error('broken')), 1000)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('work that never ends is waited for as long as was said', async () => {
  const told = vi.fn<(ended: boolean) => void>();
  void endsWithin(new Promise(() => undefined), 1000).then(told);
  await vi.advanceTimersByTimeAsync(999);
  expect(told).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toHaveBeenCalledExactlyOnceWith(false);
});
