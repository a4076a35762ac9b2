import type { EventEmitter } from 'node:events';

/** How the system asks a process to end; the last is a terminal that was closed. */
export const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Exit code of an end that was cut short, by a second signal or its own deadline: what shells say of Ctrl+C. */
export const cutShortExitCode = 130;

/**
 * Signals within this time of the first are one keystroke: for Ctrl+C a terminal signals the whole group of processes, and
 * npm passes on to its script what it has got itself.
 */
export const sameKeystrokeMs = 1000;

/** What a signal means: the first one to end in order, a later one not to wait for that. */
export function createSignalRule(now: () => number): () => 'end' | 'same' | 'cut-short' {
  let firstMs: number | null = null;
  return () => {
    if (firstMs === null) {
      firstMs = now();
      return 'end';
    }
    return now() - firstMs < sameKeystrokeMs ? 'same' : 'cut-short';
  };
}

/**
 * Listens for the rest of the process's life.
 * @param process where signals come from.
 * @returns aborts at the first signal.
 */
export function listenForEnd(
  process: Pick<EventEmitter, 'on'>,
  cutShort: () => void,
  now = (): number => performance.now(),
): AbortSignal {
  const asked = new AbortController();
  const meaning = createSignalRule(now);
  for (const signal of endSignals) {
    process.on(signal, () => {
      const meant = meaning();
      if (meant === 'end') asked.abort();
      if (meant === 'cut-short') cutShort();
    });
  }
  return asked.signal;
}

/**
 * Ends the process now, as a shell's Ctrl+C would (exit code 130 there). `process.exit` waits for the threads that are in
 * the middle of a call to the disk, and such a call may never return.
 */
export function endAtOnce(): void {
  for (const signal of endSignals) process.removeAllListeners(signal);
  process.kill(process.pid, 'SIGINT');
}

/** Resolves once the process is asked to end. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
