import { limits } from '../shared/protocol/limits.ts';
import type { Signal } from '../shared/protocol/signal.ts';
import { jittered, repeatDelays } from './backoff.ts';
import { createRateLimit, setBounded } from './bounded.ts';
import { createChallengeQueue } from './challenge-queue.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import type { Signaling } from './signaling.ts';
import type { Timings } from './timings.ts';

/**
 * Who is here, and alive: a newcomer announces a nonce, a member echoes it with a nonce of its own, the newcomer echoes
 * that. Nobody counts as present, and nothing is connected, before they have echoed a nonce of this very session, so a
 * recorded message brings nobody back.
 */
export interface Presence {
  /** A carrier came up: whoever has it hears of us. */
  onUp(carrier: string): void;
  onDown(): void;
  /** Somebody we do not know speaks to us: perhaps we missed each other, and our announcement mends it. */
  onStranger(): void;
  /** Each returns whether the message was worth its id. */
  onAnnounce(from: string, signal: Extract<Signal, { type: 'announce' }>): boolean;
  onChallenge(from: string, signal: Extract<Signal, { type: 'challenge' }>): boolean;
  onResponse(from: string, signal: Extract<Signal, { type: 'response' }>): boolean;
  /** True if the refusal answers our own announcement. */
  isOurNonce(nonce: string): boolean;
  /** The member has acted upon our response, or left: no need to repeat it. */
  settle(session: string): void;
  close(): void;
}

export interface PresenceOptions {
  /** What this side is called, now. */
  name(): string;
  readonly signaling: Pick<Signaling, 'tell' | 'post'>;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly counters: Counters;
  readonly random: () => number;
  readonly randomId: () => string;
  isLinked(session: string): boolean;
  isAlone(): boolean;
  /** A newcomer who is not a member yet fits in. */
  hasPlaceFor(session: string): boolean;
  /** The session has proven to be alive. `newcomer` where it is the one that came, and this side was here. */
  onProven(session: string, name: string, newcomer: boolean): void;
}

interface Announcement {
  readonly id: string;
  readonly nonce: string;
  readonly heardBy: Set<string>;
}

const pendingChallenges = 64;
const waitingAnnouncements = 64;
/** So often one of those that wait is looked at: as often as challenges may go out on the average. */
const serveMs = 10_000 / limits.challengesPerTenSeconds;
const strangerMs = 20_000;

export function createPresence(options: PresenceOptions): Presence {
  const { name, signaling, clock, timings, counters, random, randomId } = options;
  const admitChallenge = createRateLimit(limits.challengesPerTenSeconds, 10_000, clock);
  const admitStranger = createRateLimit(1, strangerMs, clock);
  /** What we asked newcomers to echo, by session. */
  const asked = new Map<string, { nonce: string; untilMs: number }>();
  /** Our own nonces, and until when they count. */
  const nonces = new Map<string, number>();
  const responses = new Map<string, () => void>();
  const waiting = createChallengeQueue(waitingAnnouncements, random);
  let stopServing: (() => void) | null = null;
  /** Others announce themselves too: ours may have to wait, or be lost among them. */
  // Stryker disable next-line BooleanLiteral: a carrier that comes up says so before it is asked
  let crowded = false;
  let stopRepeats = (): void => undefined;
  let announcement = makeAnnouncement();
  let aloneMs = timings.announceBackoffMs.first;
  let stopAlone = (): void => undefined;

  function makeAnnouncement(): Announcement {
    const nonce = randomId();
    setBounded(nonces, nonce, clock.now() + timings.nonceMs, 4);
    return { id: randomId(), nonce, heardBy: new Set() };
  }

  function announce(carrier?: string): void {
    const { id, nonce } = announcement;
    void signaling.tell({ type: 'announce', nonce, name: name() }, carrier === undefined ? { id } : { id, carrier });
  }

  /** Where others come too and nobody has answered yet, it is said again: who says it most often is next. */
  function armRepeats(): void {
    stopRepeats();
    crowded = false;
    const delays = repeatDelays(timings.repeatsMs, timings.repeatMostMs);
    const again = (left: number): void => {
      if (left === 0) return;
      stopRepeats = clock.after(jittered(delays.next().value, random), () => {
        if (!options.isAlone()) return;
        if (crowded) announce();
        again(left - 1);
      });
    };
    again(timings.repeatsMs.length);
  }

  function challenge(session: string, echo: string): void {
    if (!options.hasPlaceFor(session)) {
      void signaling.tell({ type: 'refuse', to: session, echo, reason: 'room-full' });
      return;
    }
    const earlier = asked.get(session);
    const nonce = earlier && earlier.untilMs > clock.now() ? earlier.nonce : randomId();
    setBounded(asked, session, { nonce, untilMs: clock.now() + timings.nonceMs }, pendingChallenges);
    void signaling.tell({ type: 'challenge', to: session, echo, nonce, name: name() });
  }

  function serve(): void {
    stopServing = null;
    while (!waiting.empty && admitChallenge()) {
      const next = waiting.take();
      if (next && !options.isLinked(next.session)) challenge(next.session, next.nonce);
    }
    if (!waiting.empty) stopServing = clock.after(serveMs, serve);
  }

  /** Somebody alone announces themselves again, ever less often. */
  function armAlone(): void {
    stopAlone();
    stopAlone = clock.after(jittered(aloneMs, random), () => {
      if (options.isAlone()) {
        announcement = makeAnnouncement();
        announce();
        aloneMs = Math.min(timings.announceBackoffMs.most, aloneMs * 2);
      } else aloneMs = timings.announceBackoffMs.first;
      armAlone();
    });
  }

  function isOurNonce(nonce: string): boolean {
    return (nonces.get(nonce) ?? 0) > clock.now();
  }

  function settle(session: string): void {
    responses.get(session)?.();
    responses.delete(session);
  }

  armAlone();

  return {
    onUp(carrier) {
      // The same announcement by a second carrier counts once; by one that was away, somebody new may hear it.
      if (announcement.heardBy.has(carrier) || !isOurNonce(announcement.nonce)) announcement = makeAnnouncement();
      announcement.heardBy.add(carrier);
      announce(carrier);
      aloneMs = timings.announceBackoffMs.first;
      armAlone();
      armRepeats();
    },
    onDown() {
      // Its answer may be lost with the carrier: the next one is told anew.
      announcement = makeAnnouncement();
    },
    onStranger() {
      if (!admitStranger()) return;
      announcement = makeAnnouncement();
      announce();
    },
    onAnnounce(from, signal) {
      if (options.isLinked(from)) return true;
      crowded = true;
      if (waiting.empty && admitChallenge()) {
        challenge(from, signal.nonce);
        return true;
      }
      counters.count('challengeTooFrequent');
      waiting.put(from, signal.nonce);
      stopServing ??= clock.after(serveMs, serve);
      // Said again, it counts again: for its turn.
      return false;
    },
    onChallenge(from, signal) {
      if (!isOurNonce(signal.echo)) {
        counters.count('signalUnproven');
        return false;
      }
      if (options.isLinked(from) || !options.hasPlaceFor(from)) return true;
      settle(from);
      responses.set(from, signaling.post({ type: 'response', to: from, echo: signal.nonce, name: name() }));
      options.onProven(from, signal.name, false);
      return true;
    },
    onResponse(from, signal) {
      const question = asked.get(from);
      if (!question || question.nonce !== signal.echo || question.untilMs <= clock.now()) {
        counters.count('signalUnproven');
        return false;
      }
      asked.delete(from);
      if (options.hasPlaceFor(from)) options.onProven(from, signal.name, true);
      return true;
    },
    isOurNonce,
    settle,
    close() {
      stopAlone();
      stopRepeats();
      stopServing?.();
      for (const stop of responses.values()) stop();
      responses.clear();
    },
  };
}
