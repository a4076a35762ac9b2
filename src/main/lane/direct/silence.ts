import type { LaneWorld } from './lane-world.ts';

/** Notices that nobody begins what is to begin. */
export interface Silence {
  /** Anew: within so many ms. */
  expect(ms: number): void;
  stop(): void;
}

export function createSilence({ after }: Pick<LaneWorld, 'after'>, onSilent: () => void): Silence {
  let stop = (): void => undefined;
  return {
    expect(ms) {
      stop();
      stop = after(ms, onSilent);
    },
    stop: () => stop(),
  };
}
