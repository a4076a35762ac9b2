import { guarded } from './transfer/telling.ts';

/**
 * Who is told what happens: each may leave out what it does not care for, and may throw (a window that is being destroyed,
 * a desktop without notifications) without anybody else missing a word.
 */
export interface Listeners<L> {
  /** Told from now on, behind those who came before; the returned function ends it. */
  add(listener: Partial<L>): () => void;
  tell(word: (listener: Partial<L>) => void): void;
}

/** @param report gets what a listener threw. */
export function createListeners<L>(report: (error: unknown) => void): Listeners<L> {
  const all = new Set<Partial<L>>();
  return {
    add(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    tell(word) {
      for (const listener of [...all]) {
        // One that another has taken off meanwhile hears no more.
        if (all.has(listener)) guarded(() => word(listener), report);
      }
    },
  };
}
