// simple-peer wants Node's `process`, so this import comes first.
import '../../../src/renderer/process-shim.ts';
import SimplePeer from 'simple-peer';
import { type Attempt, type AttemptOptions, createAttempt } from '../../../src/connect/attempt.ts';
import type { Channel } from '../../../src/connect/channel.ts';
import { type Counters, createCounters } from '../../../src/connect/counters.ts';
import { usualLinkTerms } from '../../../src/connect/link-terms.ts';
import { readAnswered } from '../../../src/connect/path.ts';
import { readSdp } from '../../../src/connect/sdp.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import { createPageWorld } from '../../../src/renderer/page-world.ts';
import type { IceServer } from '../../../src/shared/bridge.ts';
import type { Candidate, SignalBody } from '../../../src/shared/protocol/signal.ts';

/** What becomes of candidates in this very browser: bare, in simple-peer, and in the app's attempt. */
export interface Laboratory {
  /** Given to a connection of the platform's own: "accepted", or the error's name. */
  bare(moment: Moment, ...given: (RTCIceCandidateInit | null)[]): Promise<string>;
  /** Given to simple-peer over the platform's own connection: what it destroyed itself for, or null. */
  simplePeer(given: RTCIceCandidateInit | null): Promise<string | null>;
  /** Given to an attempt of the app. */
  attempt(given: Given): Promise<Outcome>;
  /** Why an attempt that nobody answers ends, which had these servers to help it. */
  failure(iceServers: readonly IceServer[], attemptMs: number): Promise<string>;
}

export type Moment = 'before the remote description' | 'with both descriptions' | 'after close';

export interface Given {
  readonly side: 'answerer' | 'offerer';
  /** Before anything else reaches that side. */
  readonly candidates?: readonly (Candidate | null)[];
  readonly end?: boolean;
  /** A line in the other side's description. */
  readonly sdpLine?: string;
  /** How the answerer makes its link. */
  readonly terms?: AttemptOptions['terms'];
  /** How long both wait once all candidates have been told, and none works; as usual, unless it is said. */
  readonly afterCandidatesMs?: number;
  /** Once the link is up, or the attempt is over. */
  readonly late?: {
    readonly after: 'open' | 'close';
    readonly candidates: readonly (Candidate | null)[];
    /** So many refusals are waited for: the platform takes its time. */
    readonly refused?: number;
  };
}

export interface Outcome {
  /** Text that went each way over the link once all had been given. */
  readonly exchanged: readonly string[];
  readonly counts: Pick<ReturnType<Counters['snapshot']>, 'candidateRefused' | 'candidateStale' | 'signalStale'>;
  readonly receivedEnd: boolean;
  /** How often the platform was told the end. */
  readonly ends: number;
  /** What the answerer has signalled: its description, and its candidates. */
  readonly signalled: readonly string[];
  /** As the offerer finds them once the link is up. */
  readonly answered: readonly string[];
}

declare global {
  interface Window {
    laboratory: Laboratory;
  }
}

const { clock, cryptography } = createPageWorld();
/** As simple-peer's own types want it. */
const platform = { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate };

async function offerTo(answerer: RTCPeerConnection, offerer: RTCPeerConnection): Promise<void> {
  offerer.createDataChannel('link');
  await offerer.setLocalDescription();
  if (offerer.localDescription) await answerer.setRemoteDescription(offerer.localDescription);
  await answerer.setLocalDescription();
}

async function bare(moment: Moment, ...given: (RTCIceCandidateInit | null)[]): Promise<string> {
  const [answerer, offerer] = [new RTCPeerConnection(), new RTCPeerConnection()];
  try {
    if (moment !== 'before the remote description') await offerTo(answerer, offerer);
    if (moment === 'after close') answerer.close();
    const [candidate] = given;
    await (candidate === undefined ? answerer.addIceCandidate() : answerer.addIceCandidate(candidate));
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  } finally {
    answerer.close();
    offerer.close();
  }
}

async function simplePeer(candidate: RTCIceCandidateInit | null): Promise<string | null> {
  const offerer = new SimplePeer({ initiator: true, wrtc: platform, config: { iceServers: [] } });
  const answerer = new SimplePeer({ wrtc: platform, config: { iceServers: [] } });
  try {
    return await new Promise((done) => {
      const destroyed = (error: unknown): void => done(error instanceof Error ? error.message : String(error));
      answerer.on('error', destroyed);
      answerer.on('connect', () => done(null));
      answerer.on('signal', (data) => offerer.signal(data));
      offerer.on('signal', (data) => {
        answerer.signal(data);
        if (data.type !== 'offer') return;
        try {
          answerer.signal(JSON.stringify({ type: 'candidate', candidate }));
        } catch (error) {
          destroyed(error);
        }
      });
    });
  } finally {
    offerer.destroy();
    answerer.destroy();
  }
}

interface Side {
  readonly attempt: Attempt;
  readonly counters: Counters;
  readonly opened: Promise<Channel>;
}

function start(
  offerSdp: string | null,
  post: (body: SignalBody) => void,
  part: Partial<Pick<AttemptOptions, 'iceServers' | 'timings' | 'terms'>> = {},
): Side {
  const counters = createCounters();
  let open: (channel: Channel) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const opened = new Promise<Channel>((done, refuse) => {
    open = done;
    fail = refuse;
  });
  const attempt = createAttempt({
    linkId: cryptography.randomId(),
    peer: cryptography.randomId(),
    offer: offerSdp === null ? null : readSdp(offerSdp),
    iceServers: [],
    terms: usualLinkTerms,
    platform,
    clock,
    counters,
    timings: usualTimings,
    ...part,
    post(body) {
      post(body);
      return () => undefined;
    },
    onOpen: open,
    onEnd: (reason) => fail(new Error(reason)),
  });
  return { attempt, counters, opened };
}

/** Two attempts, each carrying what it posts to the other. */
function connect(given: Given): Promise<{ answerer: Side; offerer: Side; signalled: string[] }> {
  return new Promise((done) => {
    const early: SignalBody[] = [];
    const signalled: string[] = [];
    let answerer: Side | null = null;
    const withLine = (sdp: string, to: Given['side']): string =>
      given.sdpLine !== undefined && given.side === to ? `${sdp}${given.sdpLine}\r\n` : sdp;
    const giveFirst = (side: Side, name: Given['side']): void => {
      if (name === given.side) side.attempt.candidates(given.candidates ?? [], given.end ?? false);
    };
    const toAnswerer = (body: SignalBody): void => {
      if (body.type === 'candidates') answerer?.attempt.candidates(body.candidates, body.end);
    };
    const { afterCandidatesMs = usualTimings.afterCandidatesMs } = given;
    const timings = { ...usualTimings, afterCandidatesMs };
    const sayOfOfferer = (body: SignalBody): void => {
      if (body.type !== 'offer') {
        if (answerer) toAnswerer(body);
        else early.push(body);
        return;
      }
      // simple-peer tells its offer while it is being made.
      queueMicrotask(() => {
        giveFirst(offerer, 'offerer');
        const fromAnswerer = (answer: SignalBody): void => {
          if (answer.type === 'answer') {
            signalled.push(answer.sdp);
            offerer.attempt.answer(withLine(answer.sdp, 'offerer'));
          }
          if (answer.type === 'candidates') {
            signalled.push(...answer.candidates.flatMap((each) => each?.candidate ?? []));
            offerer.attempt.candidates(answer.candidates, answer.end);
          }
        };
        answerer = start(withLine(body.sdp, 'answerer'), fromAnswerer, {
          timings,
          terms: given.terms ?? usualLinkTerms,
        });
        giveFirst(answerer, 'answerer');
        for (const each of early) toAnswerer(each);
        done({ answerer, offerer, signalled });
      });
    };
    const offerer = start(null, sayOfOfferer, { timings });
  });
}

function heard(channel: Channel): Promise<string> {
  return new Promise((done, fail) =>
    channel.listen({
      text: done,
      binary: () => undefined,
      low: () => undefined,
      close: () => fail(new Error('the link is gone')),
    }),
  );
}

async function attempt(given: Given): Promise<Outcome> {
  const sides = await connect(given);
  const [toOfferer, toAnswerer] = await Promise.all([sides.answerer.opened, sides.offerer.opened]);
  const side = sides[given.side];
  const { late } = given;
  if (late?.after === 'open') side.attempt.candidates(late.candidates, false);
  const texts = Promise.all([heard(toOfferer), heard(toAnswerer)]);
  toOfferer.send('from the answerer');
  toAnswerer.send('from the offerer');
  const exchanged = await texts;
  while (side.counters.snapshot().candidateRefused < (late?.refused ?? 0)) await new Promise(requestAnimationFrame);
  if (late?.after === 'close') {
    side.attempt.close();
    side.attempt.candidates(late.candidates, true);
  }
  const { candidateRefused, candidateStale, signalStale } = side.counters.snapshot();
  const { received, receivedEnd } = side.attempt.diagnosis();
  const report = late?.after === 'close' ? null : await toAnswerer.stats();
  sides.answerer.attempt.close();
  sides.offerer.attempt.close();
  return {
    exchanged,
    counts: { candidateRefused, candidateStale, signalStale },
    receivedEnd,
    ends: received.filter(({ candidate }) => candidate === '').length,
    signalled: sides.signalled,
    answered: report ? readAnswered(report) : [],
  };
}

async function failure(iceServers: readonly IceServer[], attemptMs: number): Promise<string> {
  const { opened } = start(null, () => undefined, { iceServers, timings: { ...usualTimings, attemptMs } });
  return opened.then(
    () => 'it opened',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

window.laboratory = { bare, simplePeer, attempt, failure };
