import type { Clock } from './clock.ts';
import type { Timings } from './timings.ts';

/** Whether the far side lives: this side beats so that it is heard, and listens for silence. */
export interface Liveness {
  start(): void;
  /** Something has come, or was acknowledged. */
  heard(): void;
  stop(): void;
}

export interface LivenessOptions {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly timings: Pick<Timings, 'heartbeatMs' | 'silenceMs'>;
  beat(): void;
  /** Nothing at all has come for `silenceMs`. */
  onSilent(): void;
}

export function createLiveness({ clock, timings, beat, onSilent }: LivenessOptions): Liveness {
  const { heartbeatMs, silenceMs } = timings;
  const graceMs = silenceMs / 12;
  let heardMs = clock.now();
  let stopBeat = (): void => undefined;
  let stopSilence = (): void => undefined;

  function keepBeating(): void {
    stopBeat = clock.after(heartbeatMs, () => {
      beat();
      keepBeating();
    });
  }

  /**
   * Death is declared in two steps: what has arrived meanwhile, on a page that was too busy to read it, is read between
   * them.
   */
  function watchSilence(): void {
    const leftMs = heardMs + silenceMs - graceMs - clock.now();
    stopSilence = clock.after(Math.max(0, leftMs), () => {
      if (clock.now() < heardMs + silenceMs - graceMs) return watchSilence();
      const lastMs = heardMs;
      stopSilence = clock.after(graceMs, () => (heardMs === lastMs ? onSilent() : watchSilence()));
    });
  }

  return {
    start() {
      keepBeating();
      watchSilence();
    },
    heard() {
      heardMs = clock.now();
    },
    stop() {
      stopBeat();
      stopSilence();
    },
  };
}
