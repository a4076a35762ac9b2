import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endInOrder } from '../../../src/main/ending.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('each step begins when the one before it has ended', async () => {
  const steps: string[] = [];
  const step = (name: string) => async () => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
  };
  expect(await endInOrder([step('app'), () => undefined, step('lock')])).toBe(true);
  expect(steps).toEqual(['app begins', 'app ends', 'lock begins', 'lock ends']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a step that fails does not keep the data folder from being let go', async () => {
  const release = vi.fn(async () => undefined);
  await expect(endInOrder([() => Promise.reject(new Error('disk')), release])).rejects.toThrow('disk');
  expect(release).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('a disk that never answers is given up at the deadline', async () => {
  const ended = endInOrder([() => new Promise(() => undefined)], 300);
  await vi.advanceTimersByTimeAsync(299);
  expect(await Promise.race([ended, 'still waiting'])).toBe('still waiting');
  await vi.advanceTimersByTimeAsync(1);
  expect(await ended).toBe(false);
});
