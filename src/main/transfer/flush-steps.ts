import type { PartHandles } from './part-handles.ts';

/** Flushes of files that are still being written, beside the writing: one at a time for each file. */
export interface FlushSteps {
  flush(entry: number): void;
  /** Resolves when nothing is being flushed; null when nothing is. */
  readonly busy: Promise<unknown> | null;
}

export function createFlushSteps(options: {
  handles: Pick<PartHandles, 'flush'>;
  trouble(error: unknown): void;
}): FlushSteps {
  const running = new Map<number, Promise<void>>();
  return {
    flush(entry) {
      // What is verified meanwhile waits for the next step, which a slow disk so puts off by itself.
      if (running.has(entry)) return;
      const own = options.handles.flush(entry).catch(options.trouble);
      running.set(
        entry,
        own.finally(() => running.delete(entry)),
      );
    },
    get busy() {
      return running.size > 0 ? Promise.all(running.values()) : null;
    },
  };
}
