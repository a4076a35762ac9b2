import { limits } from '../../shared/protocol/limits.ts';
import type { Candidate } from '../../shared/protocol/signal.ts';
import type { Counters } from './counters.ts';

/**
 * How the end of candidates is given to the platform: `addIceCandidate(null)` is the end too, but simple-peer destroys
 * itself on `{candidate: null}` and `{candidate: ''}`, and `new RTCIceCandidate({candidate: ''})` throws without a mid.
 */
export const endOfCandidates: Candidate = { candidate: '', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null };

/** Null, empty and missing all mean the end (MDN, "RTCPeerConnection: addIceCandidate()"). */
export function isEnd(candidate: Candidate | null): boolean {
  return candidate === null || candidate.candidate === '';
}

/** What simple-peer tells of a candidate that the platform gathered. */
export interface GatheredCandidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

/**
 * A candidate as the platform reported it, with the ufrag of its description: simple-peer leaves it out, and some
 * platforms never had it.
 */
export function withUfrag({ candidate, sdpMid, sdpMLineIndex }: GatheredCandidate, ufrag: string): Candidate {
  return { candidate, sdpMid, sdpMLineIndex, usernameFragment: ufrag };
}

/** Of another ICE session than the remote description's. Without a ufrag nobody can tell, and the link id has to do. */
export function isStale(candidate: Candidate, remoteUfrag: string): boolean {
  return candidate.usernameFragment !== null && candidate.usernameFragment !== remoteUfrag;
}

/** The remote candidates of one attempt: kept until the remote description is there, then passed on. */
export interface RemoteCandidates {
  /** True once the peer's end of candidates has come. */
  readonly ended: boolean;
  /** All that came, the end included, for diagnosis. */
  readonly received: readonly Candidate[];
  add(candidates: readonly (Candidate | null)[], end: boolean): void;
  /** The remote description is known: what was kept is applied, and what comes from now on at once. */
  open(remoteUfrag: string, endKnown: boolean): void;
}

export function createRemoteCandidates(apply: (candidate: Candidate) => void, counters: Counters): RemoteCandidates {
  const waiting: Candidate[] = [];
  const received: Candidate[] = [];
  let ufrag: string | null = null;
  let ended = false;

  function pass(candidate: Candidate, remoteUfrag: string): void {
    if (isEnd(candidate)) {
      ended = true;
      apply(endOfCandidates);
    } else if (isStale(candidate, remoteUfrag)) counters.count('candidateStale');
    else apply(candidate);
  }

  return {
    get ended() {
      return ended;
    },
    received,
    add(candidates, end) {
      const all = candidates.map((candidate) => (isEnd(candidate) ? null : candidate));
      if (end) all.push(null);
      for (const candidate of all) {
        const known = candidate ?? endOfCandidates;
        // An attempt has no use for more, and a hostile peer is not to fill the memory.
        if (received.length >= limits.queuedCandidates) {
          counters.count('candidateOverflow');
          continue;
        }
        received.push(known);
        if (ufrag === null) waiting.push(known);
        else pass(known, ufrag);
      }
    },
    open(remoteUfrag, endKnown) {
      if (ufrag !== null) return;
      ufrag = remoteUfrag;
      for (const candidate of waiting.splice(0)) pass(candidate, remoteUfrag);
      if (endKnown) ended = true;
    },
  };
}
