import type { Clock } from '../connect/clock.ts';
import { createTimerClock } from '../connect/timer-clock.ts';

/**
 * A clock that is on time in hidden tabs too: browsers slow a hidden page's timers down to one a minute, but not those of
 * its worker. Where there are no workers, plain timers do.
 */
export function createPageClock(): Clock {
  const plain = createTimerClock(globalThis);
  const pending = new Map<number, { run: () => void; dueMs: number; stop: () => void }>();
  let lastId = 0;
  let worker = startWorker();

  function fire(id: number): void {
    const entry = pending.get(id);
    pending.delete(id);
    entry?.run();
  }

  const byTimer = (id: number, delayMs: number): (() => void) => plain.after(delayMs, () => fire(id));

  function byWorker(to: Worker, id: number, delayMs: number): () => void {
    to.postMessage({ id, delayMs });
    return () => to.postMessage({ id, delayMs: null });
  }

  /** A worker that cannot be loaded costs punctuality, not the room. */
  function doWithoutWorker(): void {
    worker?.terminate();
    worker = null;
    for (const [id, entry] of pending) entry.stop = byTimer(id, Math.max(0, entry.dueMs - plain.now()));
  }

  worker?.addEventListener('message', ({ data }: MessageEvent<number>) => fire(data));
  worker?.addEventListener('error', doWithoutWorker);

  return {
    now: plain.now,
    after(delayMs, run) {
      const id = ++lastId;
      const stop = worker ? byWorker(worker, id, delayMs) : byTimer(id, delayMs);
      pending.set(id, { run, dueMs: plain.now() + delayMs, stop });
      return () => {
        pending.get(id)?.stop();
        pending.delete(id);
      };
    },
  };
}

function startWorker(): Worker | null {
  if (typeof Worker !== 'function') return null;
  try {
    return new Worker(new URL('./clock-worker.ts', import.meta.url), { type: 'module' });
  } catch {
    // Forbidden by the page's policy; an absent file is told by an error event instead.
    return null;
  }
}
