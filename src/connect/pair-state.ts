import type { ReasonCode } from '../shared/reasons.ts';
import type { MemberView } from '../shared/views.ts';
import type { CounterName } from './counters.ts';
import type { Proven } from './handshake.ts';
import type { LinkEnd } from './link.ts';
import type { SdpFacts } from './sdp.ts';
import type { Timings } from './timings.ts';

/** What a pair is, what can happen to it, and what can come of that, all as plain data; `pair-machine.ts` joins them. */

export interface PairStatus {
  /** Which of the two this side is. */
  readonly offers: boolean;
  readonly timings: PairTimings;
  /** The newest try, while it has no verified link. */
  readonly attempt: Since | null;
  /** A link whose hello has verified and that has not ended; the attempt that carries it takes late candidates. */
  readonly link: Since | null;
  /** That link is to be made anew, and stays until then. */
  readonly isOutdated: boolean;
  /** What the next attempt waits for: its time, or the offer that has been asked for. */
  readonly awaits: 'time' | 'offer' | null;
  /** No more attempts: `final` whatever happens, or somebody would have no link for now, and the next try is theirs. */
  readonly shut: 'final' | 'by-us' | 'by-member' | null;
  /** Who the member proved to be last, under its latest name. */
  readonly proven: Proven | null;
  readonly reason: ReasonCode | null;
  /** Since the last link that lived. */
  readonly failures: number;
  /** Link ids that have been tried, the newest last. */
  readonly known: readonly string[];
  /** When the member made us start attempts, within the last minute. */
  readonly madeMs: readonly number[];
}

export type PairTimings = Pick<Timings, 'attemptMs' | 'attemptBackoffMs'>;

interface Since {
  readonly linkId: string;
  readonly sinceMs: number;
}

/** Where an attempt of ours may follow, `linkId` is a new one for it. */
export type PairHappening =
  /** The member is live now. */
  | { type: 'alive'; linkId: string }
  /** The time that was waited for has come. */
  | { type: 'due'; linkId: string }
  /** The member offers; null is an offer that cannot be read. */
  | { type: 'offer'; linkId: string; offer: SdpFacts | null }
  /** The member asks for an offer; `last` is the newest link id that it knows of. */
  | { type: 'retry'; last: string | null; linkId: string }
  /** The attempt came to nothing before its channel was open. */
  | { type: 'failed'; linkId: string; why: ReasonCode }
  /** The member's hello has verified. */
  | { type: 'proven'; linkId: string; person: Proven }
  /** No link comes of the hellos; see `HandshakeOptions.onRefused`. */
  | { type: 'refused'; linkId: string; why: ReasonCode; told: boolean; unwanted: string | null }
  | { type: 'renamed'; name: string }
  | { type: 'lost'; linkId: string; end: LinkEnd }
  /** The link cannot do what one that is made now could: it is made anew, and stays until then. */
  | { type: 'outdated'; linkId: string }
  /** This side will have no link with the member. */
  | { type: 'expel' }
  /** It will again. */
  | { type: 'let-in' }
  /** No attempt any more; what link there is has a last word to say. */
  | { type: 'give-up' }
  | { type: 'close' };

export type PairAct =
  /** Begin an attempt: with this offer of the member's, or with one of ours. */
  | { do: 'attempt'; linkId: string; offer: SdpFacts | null }
  /** Close the attempt and what it carries. */
  | { do: 'end'; linkId: string; afterMs: number }
  /** Make a link of the attempt, and hand it on. */
  | { do: 'adopt'; linkId: string }
  /** Let the link hear and speak. */
  | { do: 'start'; linkId: string }
  /** End the link with the refusal of somebody who is removed. */
  | { do: 'expel'; linkId: string }
  /** `due` is to happen after so long, and anything up to so much longer. */
  | { do: 'wait'; leastMs: number; spreadMs: number }
  /** Ask the member for an offer, again and again. */
  | { do: 'ask'; last: string | null }
  /** Neither wait nor ask any longer. */
  | { do: 'settle' }
  /** An attempt or link has ended without a link to take its place. */
  | { do: 'tell-loss' }
  /** The member said goodbye. */
  | { do: 'tell-bye' }
  /** The member is an installation that this side will not have. */
  | { do: 'tell-unwanted'; key: string; why: ReasonCode }
  | { do: 'count'; counter: CounterName };

export function initialPair(offers: boolean, timings: PairTimings): PairStatus {
  return {
    offers,
    timings,
    attempt: null,
    link: null,
    isOutdated: false,
    awaits: null,
    shut: null,
    proven: null,
    reason: null,
    failures: 0,
    known: [],
    madeMs: [],
  };
}

/** The word that a person sees. */
export function pairState({ shut, link, proven }: PairStatus): MemberView['state'] {
  if (shut) return 'closed';
  if (link) return 'connected';
  return proven ? 'reconnecting' : 'connecting';
}

/** Candidates for a link id: for an attempt that is there, for an offer that may still come, or for nothing any more. */
export function placeFor(status: PairStatus, linkId: string): 'attempt' | 'early' | 'stale' {
  if (status.attempt?.linkId === linkId || status.link?.linkId === linkId) return 'attempt';
  return status.known.includes(linkId) || status.offers ? 'stale' : 'early';
}
