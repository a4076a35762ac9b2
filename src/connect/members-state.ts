import { limits } from '../shared/protocol/limits.ts';
import type { Reason, ReasonCode } from '../shared/reasons.ts';
import type { Timings } from './timings.ts';

/** Who is in a room, what can happen to them, and what can come of that, as plain data; `members-machine.ts` joins them. */

export interface MembersStatus {
  readonly timings: MembersTimings;
  /** In the order in which they came. */
  readonly members: readonly Member[];
  /** Sessions that have said goodbye or whose person came back under another, the newest last. */
  readonly retired: readonly string[];
  /** Those with whom there was a link, and who are not here any more: shown for a while. By key, the newest last. */
  readonly departed: readonly Departure[];
  /** Somebody here says that the room is full. */
  readonly full: boolean;
  /** Until then somebody with another version counts as trouble. */
  readonly otherVersionUntilMs: number | null;
  /** Sessions of another version that have been told so. */
  readonly toldVersion: readonly string[];
}

export type MembersTimings = Pick<Timings, 'attemptMs' | 'forgetMs'>;

/** A session in the room that has proven to be alive. */
export interface Member {
  readonly session: string;
  /** As it called itself over carriers. */
  readonly name: string;
  /** They came when this side was here. */
  readonly newcomer: boolean;
  /** Ids of the carriers it was heard on, and not reported gone from. */
  readonly carriers: readonly string[];
  /** When this side lost a carrier itself last: nobody tells it any more who goes there meanwhile. */
  readonly carrierLostMs: number;
  readonly heardMs: number;
  readonly unlinkedMs: number;
  /** The key they have proven and were refused for, and why. */
  readonly unwanted: { readonly key: string; readonly why: ReasonCode } | null;
  readonly pair: PairFacts;
}

/** How the pair stands. */
export interface PairFacts {
  readonly linked: boolean;
  /** Who the member has proven to be. */
  readonly key: string | null;
  readonly name: string | null;
  readonly reason: ReasonCode | null;
}

export interface Departure {
  readonly key: string;
  readonly session: string;
  readonly name: string;
  readonly why: 'peer-left' | 'peer-away';
  readonly untilMs: number;
}

export type MembersHappening =
  /** The session has proven to be alive; `newcomer` where it is the one that came. */
  | { type: 'proven'; session: string; name: string; newcomer: boolean }
  | { type: 'pair'; session: string; facts: PairFacts }
  | { type: 'linked'; session: string; key: string }
  /** An attempt, or the link, has ended without a link to take its place. */
  | { type: 'loss'; session: string }
  /** The session has proven to be an installation that is not let in. */
  | { type: 'unwanted'; session: string; key: string; why: ReasonCode }
  /** These keys are let in again. */
  | { type: 'admitted'; keys: readonly string[] }
  /** This person will have no link with the member. */
  | { type: 'expel'; session: string }
  /** A signal of theirs has come. */
  | { type: 'heard'; session: string; carrier: string }
  /** A carrier says that they are not on it any more. */
  | { type: 'gone'; session: string; carrier: string }
  | { type: 'bye'; session: string }
  /** This side is not on the carrier any more. */
  | { type: 'carrier-lost'; carrier: string }
  /** Somebody here has no place for us. */
  | { type: 'full' }
  /** Somebody here cannot read us. */
  | { type: 'unreadable' }
  /** Somebody speaks a version that we cannot read; `to` is whom they said it to. */
  | { type: 'other-version'; session: string; to: string | null }
  /** From time to time. */
  | { type: 'sweep' };

export type MembersAct =
  /** Make a pair with the member. */
  | { do: 'open'; session: string }
  | { do: 'begin'; session: string }
  | { do: 'let-in'; session: string }
  | { do: 'expel'; session: string }
  /** Close the pair: they are no member any more. */
  | { do: 'close'; session: string }
  /** Have no link with this person, whichever session they come under. */
  | { do: 'bar'; key: string; session: string; name: string }
  /** Somebody was refused because the room is locked. */
  | { do: 'count-kept-out'; key: string }
  /** Somebody is here who may be again. */
  | { do: 'saw'; key: string }
  | { do: 'refuse-version'; session: string }
  /** What a person sees has changed. */
  | { do: 'show' };

export function initialMembers(timings: MembersTimings): MembersStatus {
  return { timings, members: [], retired: [], departed: [], full: false, otherVersionUntilMs: null, toldVersion: [] };
}

export function memberOf({ members }: MembersStatus, session: string): Member | undefined {
  return members.find((member) => member.session === session);
}

export function isRetired({ retired }: MembersStatus, session: string): boolean {
  return retired.includes(session);
}

/** No place is free, this side counted. */
export function isCrowded({ members }: MembersStatus): boolean {
  return members.length + 1 >= limits.roomMembers;
}

/** Somebody without a link of whom nothing was heard for so many attempts may be gone. */
const silentAttempts = 3;

/** Whoever is not let in makes way for somebody who may be; then whoever may be gone. */
export function spareMember({ members, timings }: MembersStatus, nowMs: number): Member | undefined {
  const isSilent = ({ pair, heardMs, unlinkedMs }: Member): boolean =>
    !pair.linked && nowMs - Math.max(heardMs, unlinkedMs) >= silentAttempts * timings.attemptMs;
  return members.find(({ unwanted }) => unwanted !== null) ?? members.find(isSilent);
}

export function hasPlaceFor(status: MembersStatus, session: string, nowMs: number): boolean {
  return memberOf(status, session) !== undefined || !isCrowded(status) || spareMember(status, nowMs) !== undefined;
}

/** Why nobody may be seen here. */
export function troubleOf(status: MembersStatus, nowMs: number): Reason | null {
  if (status.full && status.members.length === 0) return { code: 'room-full', detail: { members: limits.roomMembers } };
  return nowMs < (status.otherVersionUntilMs ?? nowMs) ? { code: 'version-unknown' } : null;
}
