import type { IceServer } from '../shared/bridge.ts';
import type { LinkTranscript } from '../shared/protocol/handshake.ts';
import type { Candidate, SignalBody } from '../shared/protocol/signal.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import type { MemberView } from '../shared/views.ts';
import { type Attempt, type AttemptDiagnosis, createAttempt } from './attempt.ts';
import { createBackoff } from './backoff.ts';
import { createBoundedSet, createRateLimit, setBounded } from './bounded.ts';
import { createWaitingCandidates, type WaitingCandidates } from './candidates.ts';
import type { Channel } from './channel.ts';
import type { Counters } from './counters.ts';
import type { Gate, RoomWord } from './guard.ts';
import { type Proven, shakeHands } from './handshake.ts';
import { createLink, type Link, type LinkEnd, type RunningLink } from './link.ts';
import type { PathFacts } from './path.ts';
import { readSdp } from './sdp.ts';
import type { Timings } from './timings.ts';
import type { World } from './world.ts';

/**
 * The connection with one member, over as many attempts as it takes. Of the two sessions the one with the higher id
 * offers; the other asks for an offer. An old link stays until a new one has said hello.
 */
export interface Pair {
  readonly view: PairView;
  /** A link's hello has verified and it has not ended. */
  readonly linked: boolean;
  /** The member is live now: an attempt begins, unless there is a link or a fresh attempt. */
  begin(): void;
  onOffer(link: string, sdp: string): void;
  onAnswer(link: string, sdp: string): void;
  onCandidates(link: string, candidates: readonly (Candidate | null)[], end: boolean): void;
  onRetry(last: string | null): void;
  /** Tells the member how this side is called now; `RoomFacts.name` has changed already. */
  rename(): void;
  /** On the link, if there is one. */
  say(word: RoomWord): void;
  /** Ends the link, as of somebody who is removed, and begins no other until they are let in. */
  expel(): void;
  /** Tries anew, at once, with somebody who was refused or expelled. */
  letIn(): void;
  /** Says goodbye on the link, if there is one, and begins no other. */
  bye(): Promise<void>;
  close(): void;
  diagnosis(): PairDiagnosis;
}

export type PairView = Pick<MemberView, 'state' | 'key' | 'path' | 'roundTripMs'> & {
  readonly name: string | null;
  readonly reason: ReasonCode | null;
};

export interface PairDiagnosis {
  readonly attempts: readonly AttemptDiagnosis[];
  readonly path: PathFacts | null;
}

export interface RoomFacts {
  readonly topic: string;
  readonly session: string;
  /** What this side is called, now. */
  readonly name: string;
  readonly iceServers: readonly IceServer[];
  readonly world: World;
  readonly timings: Timings;
  readonly counters: Counters;
  readonly gate: Gate;
  sign(transcript: LinkTranscript): Promise<{ key: string; signature: string }>;
  post(body: SignalBody): () => void;
}

export interface PairOptions {
  readonly room: RoomFacts;
  /** The member's session id. */
  readonly session: string;
  onView(): void;
  /** The hello has verified; called before the link that it replaces is closed. */
  onLink(link: Link): void;
  onWord(word: RoomWord, from: Proven): void;
  /** This side will not have the installation that the member has proven to be: it is the member who tries again. */
  onUnwanted(key: string, reason: ReasonCode): void;
  /** The member said goodbye on the link. */
  onBye(): void;
  /** An attempt or link has ended without a link to take its place. */
  onLoss(): void;
}

/** What the peer can make us start, in attempts per minute. */
const attemptsPerMinute = 20;
/** Candidates that came before their offer are kept for so many link ids. */
const keptLinks = 4;
/** A link that lives shorter is followed by a wait, as a failed attempt is. */
const shortLifeMs = 10_000;
/** What the other side may take to offer by itself before it is asked to. */
const offerGraceMs = 3000;
/** A refusal on its way out; then the connection is closed. */
const refusalMs = 1000;
const diagnosedAttempts = 8;

export function createPair(options: PairOptions): Pair {
  const { room, session, onView, onLink, onBye, onLoss } = options;
  const { timings, counters } = room;
  const { clock, cryptography, platform, random } = room.world;
  const { randomId } = cryptography;
  const offers = room.session > session;
  const backoff = createBackoff(timings.attemptBackoffMs.first, timings.attemptBackoffMs.most, random);
  const admit = createRateLimit(attemptsPerMinute, 60_000, clock);
  const known = createBoundedSet(64);
  const early = new Map<string, WaitingCandidates>();
  const recent: Attempt[] = [];

  /** The newest try, while it has no verified link. */
  let attempt: Attempt | null = null;
  /** The attempt that carries the link: late candidates are still applied. */
  let carrier: Attempt | null = null;
  let running: RunningLink | null = null;
  let linkedSinceMs = 0;
  let lastLinkId: string | null = null;
  let proven: Proven | null = null;
  let reason: ReasonCode | null = null;
  let everLinked = false;
  let final = false;
  /** Who would have no link for now; the next try is theirs. */
  let expelledBy: 'us' | 'member' | null = null;
  let stopWaiting = (): void => undefined;
  let stopRetry: (() => void) | null = null;

  function settle(): void {
    stopWaiting();
    stopRetry?.();
    stopRetry = null;
  }

  function ask(): void {
    stopRetry?.();
    stopRetry = room.post({ type: 'retry', to: session, last: lastLinkId });
  }

  /** Begins again: this side by an offer, the other by being asked for one. */
  function begin(delayMs: number): void {
    settle();
    if (final || expelledBy) return;
    if (offers) stopWaiting = clock.after(delayMs, () => tryWith(randomId(), null));
    else stopWaiting = clock.after(delayMs, ask);
  }

  function beginLater(): void {
    begin(backoff.next() + (offers ? 0 : offerGraceMs));
  }

  function tryWith(linkId: string, sdp: string | null): void {
    const facts = sdp === null ? null : readSdp(sdp);
    if (sdp !== null && !facts) {
      counters.count('offerRefused');
      return;
    }
    settle();
    attempt?.close();
    if (expelledBy === 'member') expelledBy = null;
    lastLinkId = linkId;
    known.add(linkId);
    const mine = createAttempt({
      linkId,
      peer: session,
      offer: facts,
      iceServers: room.iceServers,
      platform,
      clock,
      timings,
      counters,
      post: room.post,
      onOpen: (channel) => greet(mine, channel),
      onEnd: (why) => failed(mine, why),
    });
    attempt = mine;
    recent.push(mine);
    if (recent.length > diagnosedAttempts) recent.shift();
    const kept = early.get(linkId);
    if (kept) mine.candidates(kept.candidates, kept.ended);
    early.delete(linkId);
    onView();
  }

  function failed(mine: Attempt, why: ReasonCode): void {
    if (attempt !== mine) return;
    attempt = null;
    // The old link may still work; if not for the peer, it asks again.
    if (running) return;
    reason = why;
    if (isFinal(why)) giveUp();
    else if (why === 'removed') expelledBy = 'member';
    else beginLater();
    onView();
    onLoss();
  }

  function greet(mine: Attempt, channel: Channel): void {
    const { name, gate } = room;
    shakeHands({
      channel,
      topic: room.topic,
      ownSession: room.session,
      peerSession: session,
      name,
      clock,
      helloMs: timings.helloMs,
      sign: room.sign,
      verify: cryptography.verify,
      gate,
      onProven(person, early, welcome) {
        if (attempt !== mine) return mine.close();
        adopt(mine, channel, person, early);
        // Changed since the hello was on its way.
        if (room.name !== name) running?.control.say({ type: 'rename', name: room.name });
        const now = gate.welcome;
        if (now && JSON.stringify(now) !== JSON.stringify(welcome)) running?.control.say(now);
      },
      onRefused(why, told, unwanted) {
        // Superseded by a newer attempt.
        if (attempt !== mine) return mine.close();
        counters.count('helloRefused');
        if (told) clock.after(refusalMs, () => mine.close());
        else mine.close();
        if (unwanted === null) return failed(mine, why);
        attempt = null;
        options.onUnwanted(unwanted, why);
      },
    });
  }

  function adopt(
    mine: Attempt,
    channel: Channel,
    person: Proven,
    early: readonly (string | Uint8Array<ArrayBuffer>)[],
  ): void {
    settle();
    const [oldLink, oldCarrier] = [running, carrier];
    attempt = null;
    carrier = mine;
    proven = person;
    reason = null;
    everLinked = true;
    linkedSinceMs = clock.now();
    const created = createLink({
      channel,
      session,
      proven: person,
      clock,
      timings,
      counters,
      onPath: onView,
      onEnd: (end) => lost(created, end),
    });
    created.control.on('rename', ({ name }) => {
      if (proven?.name === name) return;
      proven = { ...person, name };
      onView();
    });
    created.control.on('lock', (word) => options.onWord(word, proven ?? person));
    created.control.on('renew', (word) => options.onWord(word, proven ?? person));
    running = created;
    onLink(created.link);
    oldLink?.close();
    oldCarrier?.close();
    created.start(early);
    onView();
  }

  function lost(link: RunningLink, end: LinkEnd): void {
    if (running !== link) return;
    running = null;
    carrier?.close();
    carrier = null;
    if (end.why === 'bye') {
      onBye();
      return;
    }
    if (end.why === 'room-closed') return;
    reason = lossReason(end);
    if (final || isFinal(reason)) giveUp();
    else if (reason === 'removed') {
      settle();
      attempt?.close();
      attempt = null;
      expelledBy = 'member';
    } else if (attempt) {
      // The next link is on its way.
    } else if (end.why === 'flooded' || clock.now() - linkedSinceMs < shortLifeMs) beginLater();
    else {
      backoff.reset();
      begin(0);
    }
    onView();
    onLoss();
  }

  /** No more attempts. */
  function giveUp(): void {
    final = true;
    settle();
    attempt?.close();
    attempt = null;
  }

  function state(): PairView['state'] {
    if (final || expelledBy) return 'closed';
    if (running) return 'connected';
    return everLinked ? 'reconnecting' : 'connecting';
  }

  return {
    get view() {
      const path = running?.path ?? null;
      return {
        state: state(),
        key: proven?.key ?? null,
        name: proven?.name ?? null,
        path: path?.path ?? null,
        roundTripMs: path?.roundTripMs ?? null,
        reason,
      };
    },
    get linked() {
      return running !== null;
    },
    begin() {
      if (running || final || expelledBy) return;
      if (attempt && clock.now() - attempt.startedMs < timings.attemptMs / 4) return;
      if (offers) tryWith(randomId(), null);
      // The offer is on its way by itself.
      else if (!attempt) begin(timings.attemptMs);
    },
    onOffer(link, sdp) {
      if (offers || final) return counters.count('signalStale');
      if (known.has(link)) return;
      if (!admit()) return counters.count('offersTooFrequent');
      tryWith(link, sdp);
    },
    onAnswer(link, sdp) {
      if (attempt?.linkId === link) attempt.answer(sdp);
      else counters.count('signalStale');
    },
    onCandidates(link, candidates, end) {
      const target = [attempt, carrier].find((candidate) => candidate?.linkId === link);
      if (target) return target.candidates(candidates, end);
      if (known.has(link) || offers) return counters.count('candidateStale', candidates.length);
      const kept = early.get(link) ?? createWaitingCandidates(counters);
      kept.add(candidates, end);
      setBounded(early, link, kept, keptLinks);
    },
    onRetry(last) {
      if (!offers || final) return counters.count('signalStale');
      // It asks about an attempt that is over: a newer one is under way, or has led to a link.
      if ((attempt || running) && last !== lastLinkId) return;
      if (!admit()) return counters.count('offersTooFrequent');
      tryWith(randomId(), null);
    },
    rename: () => running?.control.say({ type: 'rename', name: room.name }),
    say: (word) => running?.control.say(word),
    expel() {
      if (final) return;
      const [link, itsCarrier] = [running, carrier];
      running = null;
      carrier = null;
      settle();
      attempt?.close();
      attempt = null;
      expelledBy = 'us';
      reason = 'removed-by-me';
      void link?.refuse('removed').then(() => itsCarrier?.close());
      onView();
      onLoss();
    },
    letIn() {
      if (running || final) return;
      expelledBy = null;
      reason = null;
      backoff.reset();
      begin(0);
      onView();
    },
    async bye() {
      giveUp();
      await running?.bye();
    },
    close() {
      giveUp();
      running?.close();
      carrier?.close();
    },
    diagnosis: () => ({ attempts: recent.map((one) => one.diagnosis()), path: running?.path ?? null }),
  };
}

function lossReason(end: LinkEnd): ReasonCode {
  if (end.why === 'refused') return end.reason;
  if (end.why === 'flooded') return 'link-flooded';
  return end.why === 'silent' ? 'link-timeout' : 'link-closed';
}

/** These do not change by trying again. */
function isFinal(reason: ReasonCode): boolean {
  return reason === 'own-key' || reason === 'version-unknown';
}
