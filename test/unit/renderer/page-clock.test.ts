import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPageClock } from '../../../src/renderer/page-clock.ts';

// Without workers, as in Node; the worker is tested in Chromium with the whole app.

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('runs what is due, once, and not what was stopped', async () => {
  const clock = createPageClock();
  const ran: string[] = [];
  clock.after(20, () => ran.push('b'));
  clock.after(10, () => ran.push('a'));
  const stop = clock.after(15, () => ran.push('never'));
  stop();
  expect(vi.getTimerCount()).toBe(2);
  await vi.advanceTimersByTimeAsync(100);
  expect(ran).toEqual(['a', 'b']);
});

test('a worker that cannot be loaded leaves its timers to the page', async () => {
  let fail: (() => void) | undefined;
  const posted: unknown[] = [];
  vi.stubGlobal(
    'Worker',
    class {
      addEventListener(type: string, listener: () => void): void {
        if (type === 'error') fail = listener;
      }
      postMessage(message: unknown): void {
        posted.push(message);
      }
      terminate(): void {}
    },
  );
  try {
    const clock = createPageClock();
    const ran: string[] = [];
    clock.after(1000, () => ran.push('a'));
    const stop = clock.after(1000, () => ran.push('never'));
    expect(posted).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(400);
    fail?.();
    stop();
    await vi.advanceTimersByTimeAsync(599);
    expect(ran).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ran).toEqual(['a']);
    clock.after(10, () => ran.push('b'));
    await vi.advanceTimersByTimeAsync(10);
    expect(ran).toEqual(['a', 'b']);
  } finally {
    vi.unstubAllGlobals();
  }
});
