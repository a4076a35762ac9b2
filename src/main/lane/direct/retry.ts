import type { LaneEnd } from '../../../shared/protocol/lane-messages.ts';

/** How attempts to make a lane to one person went. */
export interface LaneHistory {
  /** There was one, on this link or an earlier one. */
  readonly worked: boolean;
  /** Attempts since there was one that lasted. */
  readonly failures: number;
  /** The last so many of them ended because a side did not want one then: nothing is known of the way. */
  readonly declined: number;
}

export const noHistory: LaneHistory = { worked: false, failures: 0, declined: 0 };

/** Over another link: it may go another way, which is to be found out as soon. */
export function anew({ worked }: Pick<LaneHistory, 'worked'>): LaneHistory {
  return { ...noHistory, worked };
}

/** A lane that was lost sooner has not lasted. */
const lastingMs = 10_000;
/** After so many failures, and all that follow. */
export const againMostMs = 60_000;
const againMs = [0, 2000, 5000, 15_000, againMostMs] as const;
/** What was lost or late once is no proof that there is no way. */
const secondMs = 10_000;
/** Where none came up by then there is probably none, until something changes. */
const rarelyMs = 5 * 60_000;

export function failed({ worked, failures, declined }: LaneHistory, why: LaneEnd): LaneHistory {
  return { worked, failures: failures + 1, declined: why === 'declined' ? declined + 1 : 0 };
}

/** @param upMs how long there was one */
export function lost({ failures }: LaneHistory, upMs: number): LaneHistory {
  return { worked: true, failures: upMs < lastingMs ? failures + 1 : 0, declined: 0 };
}

/** When to try again, ms from now. */
export function retryAfterMs({ worked, failures, declined }: LaneHistory): number {
  if (!worked && declined === 0) return failures === 1 ? secondMs : rarelyMs;
  return againMs[Math.min(declined || failures, againMs.length - 1)] ?? rarelyMs;
}
