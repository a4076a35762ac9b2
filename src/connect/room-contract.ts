import type { IceServer } from '../shared/bridge.ts';
import type { LinkTranscript } from '../shared/protocol/hello-proof.ts';
import type { GuardView, RoomGuard } from '../shared/room-guard.ts';
import type { NetworkView } from '../shared/views.ts';
import type { CarrierPlan } from './carrier.ts';
import type { CounterName } from './counters.ts';
import type { Link } from './link.ts';
import type { LinkTerms } from './link-terms.ts';
import type { PairDiagnosis } from './pair.ts';
import type { RoomWorld } from './room-world.ts';
import type { Timings } from './timings.ts';

/** What a room is given, and what can be done with it; `room.ts` joins it. */
export interface RoomOptions {
  /** As main derives it from the room's code. */
  readonly topic: string;
  /** 32 bytes, from main too. */
  readonly sealingKey: Uint8Array<ArrayBuffer>;
  readonly name: string;
  /** What carries signals; at least one has to be the others' too. */
  readonly carriers: readonly CarrierPlan[];
  /** Empty: neither STUN nor TURN. */
  readonly iceServers: readonly IceServer[];
  /** `usualLinkTerms` if not given. */
  readonly linkTerms?: LinkTerms;
  /** Main's signature with the installation's key. */
  sign(transcript: LinkTranscript): Promise<{ key: string; signature: string }>;
  /** The whole view, after each change, at most once per turn of the event loop. */
  onNetwork(view: NetworkView): void;
  /** A link whose hello has verified. A second one for the same session takes the first one's place. */
  onLink(link: Link): void;
  /** As an earlier page of this app left it in this room. */
  readonly guard?: RoomGuard;
  /** What the next page is to be given. */
  onGuard?(guard: RoomGuard): void;
  onGuardView?(view: GuardView): void;
  readonly world: RoomWorld;
  readonly timings?: Partial<Timings>;
}

export interface Room {
  /** Says goodbye and closes everything; resolves when carriers have heard it, or after twice `goodbyeMs`. */
  leave(): Promise<void>;
  /** Tells everyone here, and whoever comes, that this person is called so from now on. */
  rename(name: string): void;
  /** Links that are up stay as they are, but for those whose hello has not named one of the capabilities: these are made anew. */
  setLinkTerms(terms: LinkTerms): void;
  /** For everybody in it: newcomers are kept out, or let in again. */
  lock(locked: boolean): void;
  /** No link with this person any more, under whichever session, until they are let back in. Others are not concerned. */
  remove(session: string): void;
  letBack(key: string): void;
  /** Asks these people along to a room with another code. */
  renew(code: string, sessions: readonly string[]): void;
  /** What somebody asked by `renew` has been answered, one way or the other. */
  answered(key: string): void;
  diagnostics(): RoomDiagnosis;
}

/** For a person who looks for the reason; nothing depends on it. */
export interface RoomDiagnosis {
  readonly session: string | null;
  readonly counters: Record<CounterName, number>;
  /** What was thrown when `counters.failed` last grew. */
  readonly lastFailure: string | null;
  readonly members: readonly ({ readonly session: string } & PairDiagnosis)[];
}
