import type { Clock } from './clock.ts';

/** A bound on waiting for what somebody else has to finish. */
export interface Deadline {
  /** Waits for the work, or until the time is up; rejects as the work does. */
  wait(work: Promise<unknown>): Promise<void>;
  /** Nobody waits any more. */
  stop(): void;
}

export function createDeadline(clock: Clock, afterMs: number): Deadline {
  let stop = (): void => undefined;
  const reached = new Promise<void>((done) => {
    stop = clock.after(afterMs, done);
  });
  return {
    async wait(work) {
      await Promise.race([work, reached]);
    },
    stop: () => stop(),
  };
}
