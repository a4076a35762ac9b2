import type { IceServer } from '../shared/bridge.ts';
import type { Role } from '../shared/protocol/hello-proof.ts';
import { limits } from '../shared/protocol/limits.ts';
import type { Candidate, SignalBody } from '../shared/protocol/signal.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import { createCandidateBatch } from './candidate-batch.ts';
import { createRemoteCandidates, type GatheredCandidate } from './candidates.ts';
import { type Channel, createChannel } from './channel.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import type { LinkTerms } from './link-terms.ts';
import { withoutLocalAddress, withoutLocalAddresses } from './local-addresses.ts';
import { observe } from './observed-connection.ts';
import { createPostings } from './postings.ts';
import { readSdp, type SdpFacts } from './sdp.ts';
import { createPeer } from './simple-peer.ts';
import type { Timings } from './timings.ts';
import type { Platform } from './webrtc.ts';

/** One try to connect with one member: a new simple-peer under a new link id. It ends, or its channel opens. */
export interface Attempt {
  readonly linkId: string;
  readonly startedMs: number;
  /** The peer's answer. */
  answer(sdp: string): void;
  candidates(candidates: readonly (Candidate | null)[], end: boolean): void;
  close(): void;
  diagnosis(): AttemptDiagnosis;
}

export interface AttemptDiagnosis {
  readonly linkId: string;
  readonly role: Role;
  readonly gathered: number;
  readonly gatheringEnded: boolean;
  readonly received: readonly Candidate[];
  readonly receivedEnd: boolean;
  readonly iceState: string;
  /** simple-peer's last words. */
  readonly error: string | null;
}

export interface AttemptOptions {
  readonly linkId: string;
  readonly peer: string;
  /** The peer's offer; null when the offer is ours. */
  readonly offer: SdpFacts | null;
  readonly iceServers: readonly IceServer[];
  readonly terms: Pick<LinkTerms, 'relayOnly' | 'hideLocalAddresses'>;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly counters: Counters;
  /** Sends until the returned function is called. */
  post(body: SignalBody): () => void;
  onOpen(channel: Channel): void;
  /** The attempt failed before its channel was open. */
  onEnd(reason: ReasonCode): void;
}

export function createAttempt(options: AttemptOptions): Attempt {
  const { linkId, clock, timings, counters, offer } = options;
  const { relayOnly } = options.terms;
  const hidesLocal = relayOnly || options.terms.hideLocalAddresses;
  const role: Role = offer ? 'answerer' : 'offerer';
  const to = options.peer;
  const observed = observe(options.platform, counters);
  let local: SdpFacts | null = null;
  let remote = offer;
  let iceState = 'new';
  let error: string | null = null;
  let state: 'trying' | 'open' | 'ended' = 'trying';
  let stopAfterEnds: (() => void) | null = null;
  const postings = createPostings(options.post);
  let stopOffer = (): void => undefined;

  const peer = createPeer({
    initiator: role === 'offerer',
    iceServers: options.iceServers,
    relayOnly,
    wrtc: observed.wrtc,
  });

  /** simple-peer throws when it has just been destroyed; the end is reported by its own event. */
  function signal(data: object): void {
    try {
      peer.signal(JSON.stringify(data));
    } catch {
      counters.count('signalStale');
    }
  }

  const remoteCandidates = createRemoteCandidates((candidate) => signal({ type: 'candidate', candidate }), counters);

  const batch = createCandidateBatch({
    clock,
    waitMs: timings.candidateBatchMs,
    send(candidates, end) {
      const stop = postings.post({ type: 'candidates', to, link: linkId, candidates, end });
      if (state === 'open') stop();
    },
  });

  const stopOverall = clock.after(timings.attemptMs, fail);

  /** Both sides have told all they have: what does not work soon will not work. */
  function watchEnds(): void {
    if (state !== 'trying' || stopAfterEnds || !batch.ended || !remoteCandidates.ended) return;
    stopAfterEnds = clock.after(timings.afterCandidatesMs, () => {
      if (iceState !== 'connected' && iceState !== 'completed') fail();
    });
  }

  function settle(): void {
    stopOverall();
    stopAfterEnds?.();
    postings.stopAll();
  }

  function end(): void {
    state = 'ended';
    settle();
    batch.close();
  }

  function fail(): void {
    if (state !== 'trying') return;
    end();
    peer.destroy();
    options.onEnd(whyNot());
  }

  function whyNot(): ReasonCode {
    if (observed.turnRefused) return 'turn-refused';
    return batch.ended && batch.count === 0 ? 'link-no-candidates' : 'link-timeout';
  }

  const channel = createChannel(peer, {
    linkId,
    role,
    stats: () => observed.stats(),
    maxMessageBytes: () => Math.min(limits.linkMessageBytes, remote?.maxMessageBytes ?? limits.linkMessageBytes),
    dataChannel: () => observed.dataChannel,
    binding: () => ({ kind: 'dtls', own: local?.fingerprint ?? '', peer: remote?.fingerprint ?? '' }),
    onTooLarge: () => counters.count('linkMessageTooLarge'),
  });

  function tell(gathered: GatheredCandidate): void {
    const candidate = hidesLocal ? withoutLocalAddress(gathered.candidate) : gathered.candidate;
    if (candidate !== null) batch.add({ ...gathered, candidate });
  }

  peer.on('signal', (data) => {
    if (state === 'ended') return;
    if (data.type === 'candidate') {
      tell(data.candidate);
      return;
    }
    const sdp = hidesLocal ? withoutLocalAddresses(data.sdp ?? '') : (data.sdp ?? '');
    local = readSdp(sdp);
    if (!local || sdp.length > limits.sdpCharacters) return fail();
    const stop = postings.post({ type: data.type, to, link: linkId, sdp });
    if (data.type === 'offer') stopOffer = stop;
    batch.release(local.ufrag);
    // The answer stands, and with it both descriptions.
    openCandidates();
  });
  peer.on('iceStateChange', (connection, gathering) => {
    iceState = connection;
    if (gathering === 'complete') batch.end();
    watchEnds();
  });
  peer.on('connect', () => {
    if (state !== 'trying') return;
    state = 'open';
    settle();
    // The peer's checks may have come first, and then it knows none of our addresses: the platform shows only what was told.
    batch.opened();
    options.onOpen(channel);
  });
  // The close that follows it ends the attempt.
  peer.on('error', (why) => {
    error = why.message;
  });
  peer.on('close', fail);

  /** From now on, simple-peer and the platform have a place for the peer's candidates. */
  function openCandidates(): void {
    if (!remote) return;
    remoteCandidates.add(remote.candidates, remote.endOfCandidates);
    remoteCandidates.open(remote.ufrag);
    watchEnds();
  }

  if (offer) signal({ type: 'offer', sdp: offer.description });

  return {
    linkId,
    startedMs: clock.now(),
    answer(sdp) {
      if (role !== 'offerer' || remote) return;
      const facts = readSdp(sdp);
      if (!facts) return counters.count('offerRefused');
      remote = facts;
      stopOffer();
      signal({ type: 'answer', sdp: facts.description });
      openCandidates();
    },
    candidates(candidates, end) {
      if (state === 'ended') return;
      remoteCandidates.add(candidates, end);
      watchEnds();
    },
    close() {
      if (state === 'ended') return;
      end();
      channel.close();
    },
    diagnosis: () => ({
      linkId,
      role,
      gathered: batch.count,
      gatheringEnded: batch.ended,
      received: remoteCandidates.received,
      receivedEnd: remoteCandidates.ended,
      iceState,
      error,
    }),
  };
}
