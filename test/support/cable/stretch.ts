import type { Namespace } from './laboratory.ts';

/** What a cable does to what goes one way through it. */
export interface CableTerms {
  readonly delayMs: number;
  /** 0: no limit. */
  readonly mbit: number;
  readonly queueMs: number;
  readonly lossPercent: number;
  readonly seed: number;
}

/** The place in the middle, with the two devices that are to be joined. */
export interface CableEnds {
  readonly middle: Namespace;
  readonly ports: readonly [string, string];
}

export interface Stretch {
  /** From now on nothing gets through, and nobody is told. */
  cut(): void;
  mend(): void;
}
