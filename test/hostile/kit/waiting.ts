import { setTimeout as delay } from 'node:timers/promises';

/** An attack watches its victim for a while: there is nothing to wait for when it holds. */
export async function watch(ms: number): Promise<void> {
  await delay(ms);
}

/** Looks again and again; whether it became true in time. */
export async function becomes(check: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  while (!(await check())) {
    if (performance.now() > endMs) return false;
    await delay(20);
  }
  return true;
}

/** Things that come one after the other, kept until somebody asks for them. */
export interface Inbox<T> {
  readonly all: readonly T[];
  put(item: T): void;
  /** The first that fits and was not taken before, waiting for it; null when none came in time. */
  take(fits: (item: T) => boolean, withinMs: number): Promise<T | null>;
  /** The same, where there is nothing to go on with without it. */
  need(what: string, fits: (item: T) => boolean, withinMs?: number): Promise<T>;
}

const usualWaitMs = 30_000;

export function createInbox<T>(): Inbox<T> {
  const all: T[] = [];
  const untaken: T[] = [];
  const looking = new Set<() => void>();

  function take(fits: (item: T) => boolean, withinMs: number): Promise<T | null> {
    return new Promise((done) => {
      const finish = (item: T | null): void => {
        clearTimeout(timer);
        looking.delete(look);
        done(item);
      };
      const look = (): void => {
        const index = untaken.findIndex(fits);
        const [found] = index < 0 ? [] : untaken.splice(index, 1);
        if (found !== undefined) finish(found);
      };
      const timer = setTimeout(() => finish(null), withinMs);
      looking.add(look);
      look();
    });
  }

  return {
    all,
    put(item) {
      all.push(item);
      untaken.push(item);
      for (const look of [...looking]) look();
    },
    take,
    async need(what, fits, withinMs = usualWaitMs) {
      const found = await take(fits, withinMs);
      if (found === null) throw new Error(`${what} did not come within ${withinMs} ms`);
      return found;
    },
  };
}
