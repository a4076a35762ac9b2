import { afterEach, describe, expect, test } from 'vitest';
import { type Attempt, type AttemptOptions, createAttempt } from '../../../src/connect/attempt.ts';
import type { Channel } from '../../../src/connect/channel.ts';
import { type Counters, createCounters } from '../../../src/connect/counters.ts';
import { usualLinkTerms } from '../../../src/connect/link-terms.ts';
import { readSdp } from '../../../src/connect/sdp.ts';
import { type Timings, usualTimings } from '../../../src/connect/timings.ts';
import type { Candidate, SignalBody } from '../../../src/shared/protocol/signal.ts';
import type { ReasonCode } from '../../../src/shared/reasons.ts';
import { randomId } from '../../support/connect-cryptography.ts';
import { nodePlatform } from '../../support/connect-platform.ts';
import { nodeWorld } from '../../support/connect-world.ts';

/** One side of an attempt with the real simple-peer and a real WebRTC stack; what it posts goes where the test says. */
interface Side {
  readonly attempt: Attempt;
  readonly counters: Counters;
  readonly outstanding: Set<SignalBody>;
  readonly opened: Promise<Channel>;
  readonly ended: Promise<ReasonCode>;
}

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

type Offer = Extract<SignalBody, { type: 'offer' }>;
type Answer = Extract<SignalBody, { type: 'answer' }>;
type Candidates = Extract<SignalBody, { type: 'candidates' }>;

interface SideOptions extends Partial<Pick<AttemptOptions, 'terms'>> {
  readonly timings?: Partial<Timings>;
  readonly offer?: Offer;
  onOffer?(offer: Offer): void;
  onAnswer?(answer: Answer): void;
  onCandidates?(candidates: Candidates): void;
}

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function start({ offer, timings, terms = usualLinkTerms, ...on }: SideOptions): Side {
  const counters = createCounters();
  const outstanding = new Set<SignalBody>();
  const facts = offer ? readSdp(offer.sdp) : null;
  const ended = deferred<ReasonCode>();
  const opened = deferred<Channel>();
  const attempt = createAttempt({
    linkId: offer?.link ?? randomId(),
    peer: randomId(),
    offer: facts,
    iceServers: [],
    terms,
    platform: nodePlatform,
    clock: nodeWorld.clock,
    counters,
    timings: { ...usualTimings, ...timings },
    post(body) {
      outstanding.add(body);
      if (body.type === 'offer') on.onOffer?.(body);
      if (body.type === 'answer') on.onAnswer?.(body);
      if (body.type === 'candidates') on.onCandidates?.(body);
      return () => outstanding.delete(body);
    },
    onOpen: opened.resolve,
    onEnd: ended.resolve,
  });
  cleanups.push(() => attempt.close());
  return { attempt, counters, outstanding, opened: opened.promise, ended: ended.promise };
}

/** Both sides, each carrying what it posts to the other. */
function connect(
  options: {
    /** No address gets across: neither in descriptions nor as candidates. */
    readonly apart?: boolean;
    readonly timings?: Partial<Timings>;
    readonly answererTimings?: Partial<Timings>;
    readonly answererTerms?: AttemptOptions['terms'];
    /** All that the answerer posts. */
    onPosted?(posted: Answer | Candidates): void;
  } = {},
): Promise<{ offerer: Side; answerer: Side }> {
  const { timings = {}, apart = false } = options;
  const carry = (attempt: Attempt, { candidates, end }: Candidates): void =>
    attempt.candidates(apart ? [] : candidates, end);
  const withoutAddresses = (sdp: string): string => sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, '');
  const described = (sdp: string): string => (apart ? withoutAddresses(sdp) : sdp);

  return new Promise((done) => {
    const early: Candidates[] = [];
    let answerer: Side | null = null;
    const offerer: Side = start({
      timings,
      onOffer(offer) {
        // simple-peer tells its offer while it is being made.
        queueMicrotask(() => {
          answerer = start({
            timings: options.answererTimings ?? timings,
            terms: options.answererTerms ?? usualLinkTerms,
            offer: { ...offer, sdp: described(offer.sdp) },
            onAnswer(answer) {
              options.onPosted?.(answer);
              offerer.attempt.answer(described(answer.sdp));
            },
            onCandidates(message) {
              options.onPosted?.(message);
              carry(offerer.attempt, message);
            },
          });
          const { attempt } = answerer;
          for (const message of early) carry(attempt, message);
          done({ offerer, answerer });
        });
      },
      onCandidates(message) {
        if (answerer) carry(answerer.attempt, message);
        else early.push(message);
      },
    });
  });
}

const late: Candidate = {
  candidate: 'candidate:1 1 udp 2122260223 192.0.2.77 9999 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: null,
};

test('whose checks have opened the channel has told its candidates all the same, once', async () => {
  const posted: (Answer | Candidates)[] = [];
  const { offerer, answerer } = await connect({
    answererTimings: { candidateBatchMs: 60_000 },
    onPosted: (each) => posted.push(each),
  });
  await Promise.all([answerer.opened, offerer.opened]);
  const told = posted.flatMap((each) => (each.type === 'candidates' ? each.candidates : []));
  expect(told).toHaveLength(answerer.attempt.diagnosis().gathered);
  expect(told.length).toBeGreaterThan(0);
  expect(answerer.outstanding.size).toBe(0);
  expect(offerer.attempt.diagnosis().received.length).toBeGreaterThan(0);
});

// What becomes of candidates that the platform refuses is shown in a real browser: test/e2e/candidates.test.ts.

test('candidates of an attempt that is over are dropped', async () => {
  const { offerer, answerer } = await connect({});
  await Promise.all([answerer.opened, offerer.opened]);
  answerer.attempt.close();
  const before = answerer.attempt.diagnosis().received.length;
  answerer.attempt.candidates([late], true);
  expect(answerer.attempt.diagnosis().received).toHaveLength(before);
});

test.each(['hideLocalAddresses', 'relayOnly'] as const)(
  'with %s a side signals no address of its own, and has no other without a server',
  async (term) => {
    const posted: (Answer | Candidates)[] = [];
    const { answerer } = await connect({
      timings: { afterCandidatesMs: 200 },
      answererTerms: { ...usualLinkTerms, [term]: true },
      onPosted: (each) => posted.push(each),
    });
    // Its own checks may reach the other side all the same (in Node also by relays only): packets tell where they come from.
    const reached = await Promise.race([answerer.opened.then(() => 'open'), answerer.ended]);
    expect(['open', 'link-no-candidates']).toContain(reached);
    expect(posted.flatMap((each) => (each.type === 'candidates' ? each.candidates : []))).toEqual([]);
    expect(posted.some((each) => each.type === 'candidates' && each.end)).toBe(true);
    const sdp = posted.flatMap((each) => (each.type === 'answer' ? each.sdp : [])).join();
    expect(sdp).toContain('a=fingerprint:');
    expect(sdp.match(/ IN IP[46] (\S+)/g)?.every((each) => each === ' IN IP4 0.0.0.0')).toBe(true);
  },
);

describe('an attempt that comes to nothing', () => {
  test('ends soon after both sides have told all their candidates, and says so when there were none', async () => {
    const { offerer, answerer } = await connect({
      apart: true,
      answererTerms: { ...usualLinkTerms, relayOnly: true },
      timings: { attemptMs: 60_000, afterCandidatesMs: 300 },
    });
    expect(await offerer.ended).toBe('link-timeout');
    expect(await answerer.ended).toBe('link-no-candidates');
    for (const side of [offerer, answerer]) {
      expect(side.outstanding.size).toBe(0);
      expect(side.attempt.diagnosis()).toMatchObject({ gatheringEnded: true, receivedEnd: true });
    }
    expect(offerer.attempt.diagnosis().gathered).toBeGreaterThan(0);
    expect(answerer.attempt.diagnosis().gathered).toBe(0);
  });

  test('ends at last when nobody answers, and stops repeating itself', async () => {
    const offers: Offer[] = [];
    const side = start({ timings: { attemptMs: 300 }, onOffer: (offer) => offers.push(offer) });
    expect(await side.ended).toBe('link-timeout');
    expect(offers).toHaveLength(1);
    expect(side.outstanding.size).toBe(0);
  });
});

test('an answer that describes no data channel is refused, and the right one still counts', async () => {
  const answered = deferred<void>();
  const offerer: Side = start({
    onOffer: (offer) =>
      queueMicrotask(() => {
        start({
          offer,
          onAnswer(answer) {
            offerer.attempt.answer(answer.sdp.replace('m=application', 'm=audio'));
            offerer.attempt.answer(`${answer.sdp}a=fingerprint:sha-256 ${'00:'.repeat(31)}00\r\n`);
            offerer.attempt.answer(answer.sdp);
            offerer.attempt.answer('v=0');
            answered.resolve();
          },
          onCandidates: (message) => offerer.attempt.candidates(message.candidates, message.end),
        });
      }),
  });
  await answered.promise;
  const { maxMessageBytes } = await offerer.opened;
  expect(maxMessageBytes).toBe(65_536);
  expect(offerer.counters.snapshot().offerRefused).toBe(2);
});
