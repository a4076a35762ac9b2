import { limits } from '../shared/protocol/limits.ts';
import type { Candidate } from '../shared/protocol/signal.ts';
import type { Counters } from './counters.ts';

/**
 * How the end of candidates is given to the platform: `addIceCandidate(null)` is the end too, but simple-peer destroys
 * itself on `{candidate: null}` and `{candidate: ''}`, and `new RTCIceCandidate({candidate: ''})` throws without a mid.
 */
export const endOfCandidates: Candidate = { candidate: '', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null };

/** Null, empty and missing all mean the end (MDN, "RTCPeerConnection: addIceCandidate()"). */
export function isEnd(candidate: Candidate | null): candidate is null | (Candidate & { candidate: '' }) {
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

/** Remote candidates that cannot be applied yet: each kept once, up to `limits.waitingCandidates`, and their end always. */
export interface WaitingCandidates {
  readonly candidates: readonly Candidate[];
  /** The peer's end of candidates has come. */
  readonly ended: boolean;
  add(candidates: readonly (Candidate | null)[], end: boolean): void;
}

export function createWaitingCandidates(counters: Counters): WaitingCandidates {
  const kept = new Map<string, Candidate>();
  let ended = false;
  return {
    get candidates() {
      return [...kept.values()];
    },
    get ended() {
      return ended;
    },
    add(candidates, end) {
      ended ||= end;
      for (const candidate of candidates) {
        if (isEnd(candidate)) ended = true;
        // A hostile peer is not to fill the memory.
        else if (kept.size < limits.waitingCandidates) kept.set(keyOf(candidate), candidate);
        else if (!kept.has(keyOf(candidate))) counters.count('candidateOverflow');
      }
    },
  };
}

/** The remote candidates of one attempt: kept until both descriptions stand, then given to the platform, each once. */
export interface RemoteCandidates {
  /** True once the peer's end of candidates has come. */
  readonly ended: boolean;
  /** All that the platform was given, the end included, for diagnosis. */
  readonly received: readonly Candidate[];
  add(candidates: readonly (Candidate | null)[], end: boolean): void;
  /** Both descriptions stand: what was kept is applied, and what comes from now on at once. */
  open(remoteUfrag: string): void;
}

export function createRemoteCandidates(apply: (candidate: Candidate) => void, counters: Counters): RemoteCandidates {
  let waiting: WaitingCandidates | null = createWaitingCandidates(counters);
  const received: Candidate[] = [];
  const applied = new Set<string>();
  // Stryker disable next-line StringLiteral: it is set before anything is passed by it
  let ufrag = '';
  let ended = false;

  function give(candidate: Candidate): void {
    received.push(candidate);
    apply(candidate);
  }

  function pass(candidate: Candidate): void {
    const key = keyOf(candidate);
    if (applied.has(key)) return;
    // What is of no use must not use up the bound: the best may come last.
    if (isStale(candidate, ufrag)) counters.count('candidateStale');
    else if (applied.size >= limits.attemptCandidates) counters.count('candidateOverflow');
    else {
      applied.add(key);
      give(candidate);
    }
  }

  function end(): void {
    if (ended) return;
    ended = true;
    give(endOfCandidates);
  }

  return {
    get ended() {
      return ended || waiting?.ended === true;
    },
    received,
    add(candidates, endToo) {
      if (waiting) return waiting.add(candidates, endToo);
      for (const candidate of candidates) {
        if (isEnd(candidate)) end();
        else pass(candidate);
      }
      if (endToo) end();
    },
    open(remoteUfrag) {
      if (!waiting) return;
      const kept = waiting;
      waiting = null;
      ufrag = remoteUfrag;
      for (const candidate of kept.candidates) pass(candidate);
      if (kept.ended) end();
    },
  };
}

function keyOf({ candidate, sdpMid, sdpMLineIndex, usernameFragment }: Candidate): string {
  return JSON.stringify([candidate, sdpMid, sdpMLineIndex, usernameFragment]);
}
