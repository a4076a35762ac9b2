import type { Role } from '../../../shared/protocol/hello-proof.ts';
import type { LaneCandidate } from '../../../shared/protocol/lane-messages.ts';
import type { Endpoint } from './datagrams.ts';
import type { Probe, ProbeType } from './probe.ts';

/** What the checks of one attempt are, what can happen to them and what can come of that, all as plain data. */

export interface ChecksStatus {
  readonly role: Role;
  /** `choosing`: the offerer has said which pair is to be used, and waits for the answer. */
  readonly phase: 'checking' | 'choosing' | 'running' | 'over';
  /** When the phase began. */
  readonly sinceMs: number;
  readonly ways: readonly Way[];
  /** Our probes that have not been answered, in the order in which they went. */
  readonly asked: readonly Asked[];
  /** How many have gone; each has its number in its transaction. */
  readonly sent: number;
  /** When the last one went. */
  readonly sentMs: number;
  /** When the first answer came, and the last one. */
  readonly answeredMs: { readonly first: number; readonly last: number } | null;
  /** Of the peer's probes: each counts once. */
  readonly heard: Heard;
  /** What has been chosen. */
  readonly pair: Endpoint | null;
  /** Of the pair, when it was last measured. */
  readonly roundTripMs: number | null;
}

/** An endpoint of the peer's that may lead there. */
export interface Way {
  readonly to: Endpoint;
  /** `learned`: not named by the peer, but its probe came from there. */
  readonly kind: LaneCandidate['kind'] | 'learned';
  readonly tries: number;
  /** When the next try may go. */
  readonly dueMs: number;
  /** Null while it has not answered. */
  readonly roundTripMs: number | null;
}

export interface Asked {
  readonly type: ProbeType;
  readonly transaction: string;
  readonly to: Endpoint;
  readonly sentMs: number;
}

export interface Heard {
  readonly highest: number;
  /** Those not far below the highest; older ones count as heard. */
  readonly recent: readonly number[];
}

export type ChecksHappening =
  /** The time that `dueAtMs` says has come; `random` is new, 16 hexadecimal digits. */
  | { type: 'due'; random: string }
  /** A datagram of the peer's, from where one may come. */
  | { type: 'heard'; probe: Probe; from: Endpoint };

export type ChecksAct =
  | { do: 'send'; probe: Probe; to: Endpoint }
  /** Both sides know of this pair, or will by what is sent next: the stream is to use it. */
  | { do: 'use'; pair: Endpoint }
  /** No pair was found; or the one in use does not answer any more. */
  | { do: 'end'; why: 'no-path' | 'lost' };

export function initialChecks(role: Role, candidates: readonly LaneCandidate[], nowMs: number): ChecksStatus {
  return {
    role,
    phase: 'checking',
    sinceMs: nowMs,
    ways: candidates.map(({ kind, address, port }) => ({
      to: { address, port },
      kind,
      tries: 0,
      dueMs: nowMs,
      roundTripMs: null,
    })),
    asked: [],
    sent: 0,
    sentMs: Number.NEGATIVE_INFINITY,
    answeredMs: null,
    heard: { highest: -1, recent: [] },
    pair: null,
    roundTripMs: null,
  };
}
