import type { Clock } from '../clock.ts';

/** Tells the far side how many blocks have been handed on: after so many bytes, or so much time, whichever is first. */
export interface TellingTaken {
  /** One more has been handed on. */
  took(bytes: number): void;
  stop(): void;
}

const tellEachBytes = 256 * 1024;

export function createTellingTaken(options: {
  readonly clock: Pick<Clock, 'after'>;
  readonly withinMs: number;
  tell(): void;
}): TellingTaken {
  let untoldBytes = 0;
  let stop: (() => void) | null = null;

  function tell(): void {
    stop?.();
    stop = null;
    untoldBytes = 0;
    options.tell();
  }

  return {
    took(bytes) {
      untoldBytes += bytes;
      if (untoldBytes >= tellEachBytes) tell();
      else stop ??= options.clock.after(options.withinMs, tell);
    },
    stop() {
      stop?.();
      stop = null;
    },
  };
}
