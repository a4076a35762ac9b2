/** Time for everything in `connect`; tests bring their own. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs once after the delay, unless the returned function is called before. */
  after(delayMs: number, run: () => void): () => void;
  close(): void;
}

/**
 * A clock that is on time in hidden tabs too: browsers slow a hidden page's timers down to one a minute, but not those of
 * its worker. Where there are no workers, as in Node, plain timers do.
 */
export function createClock(): Clock {
  const pending = new Map<number, { run: () => void; dueMs: number; stop: () => void }>();
  let lastId = 0;
  let worker: Worker | null = null;

  const now = (): number => performance.now();

  function fire(id: number): void {
    const entry = pending.get(id);
    pending.delete(id);
    entry?.run();
  }

  function byTimer(id: number, delayMs: number): () => void {
    const timer = setTimeout(fire, delayMs, id);
    return () => clearTimeout(timer);
  }

  function byWorker(to: Worker, id: number, delayMs: number): () => void {
    to.postMessage({ id, delayMs });
    return () => to.postMessage({ id, delayMs: null });
  }

  /** A worker that cannot be loaded costs punctuality, not the room. */
  function doWithoutWorker(): void {
    worker?.terminate();
    worker = null;
    for (const [id, entry] of pending) entry.stop = byTimer(id, Math.max(0, entry.dueMs - now()));
  }

  worker = startWorker();
  worker?.addEventListener('message', ({ data }: MessageEvent<number>) => fire(data));
  worker?.addEventListener('error', doWithoutWorker);

  return {
    now,
    after(delayMs, run) {
      const id = ++lastId;
      const stop = worker ? byWorker(worker, id, delayMs) : byTimer(id, delayMs);
      pending.set(id, { run, dueMs: now() + delayMs, stop });
      return () => {
        pending.get(id)?.stop();
        pending.delete(id);
      };
    },
    close() {
      for (const entry of pending.values()) entry.stop();
      pending.clear();
      worker?.terminate();
      worker = null;
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
