import { limits } from '../shared/protocol/limits.ts';
import type { Signal } from '../shared/protocol/signal.ts';
import { createAnnouncer } from './announcer.ts';
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
  /** Somebody we do not know speaks to us: our announcement mends it. Who is not answered says it again. */
  onStranger(): void;
  /** All with a carrier have heard that we are gone. Who believes it says nothing more to us. */
  onGivenUp(): void;
  /** Each returns whether the message was worth its id. */
  onAnnounce(from: string, signal: Extract<Signal, { type: 'announce' }>): boolean;
  onChallenge(from: string, signal: Extract<Signal, { type: 'challenge' }>): boolean;
  onResponse(from: string, signal: Extract<Signal, { type: 'response' }>): boolean;
  /** Somebody has no place for us. True if that answers our own announcement. */
  onRoomFull(from: string, nonce: string): boolean;
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
  /** There is somebody, and we are linked with all of them. */
  isComplete(): boolean;
  /** A newcomer who is not a member yet fits in. */
  hasPlaceFor(session: string): boolean;
  /** The session has proven to be alive. `newcomer` where it is the one that came, and this side was here. */
  onProven(session: string, name: string, newcomer: boolean): void;
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
  const responses = new Map<string, () => void>();
  const waiting = createChallengeQueue(waitingAnnouncements, random);
  const announcer = createAnnouncer(options);
  let stopServing: (() => void) | null = null;
  let stopGivenUp: (() => void) | null = null;

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

  function settle(session: string): void {
    responses.get(session)?.();
    responses.delete(session);
  }

  function mend(): boolean {
    const may = admitStranger();
    if (may) announcer.announceAnew();
    return may;
  }

  return {
    onUp: announcer.onUp,
    onDown: announcer.onDown,
    onStranger: mend,
    onGivenUp() {
      if (mend()) return;
      stopGivenUp ??= clock.after(strangerMs, () => {
        stopGivenUp = null;
        // Whoever has no link with us may have believed it.
        if (!options.isComplete()) mend();
      });
    },
    onAnnounce(from, signal) {
      if (options.isLinked(from)) return true;
      announcer.onCrowd();
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
      if (!announcer.isOurNonce(signal.echo)) {
        counters.count('signalUnproven');
        return false;
      }
      if (options.isLinked(from)) return true;
      if (!options.hasPlaceFor(from)) {
        announcer.onNoPlace(from);
        return true;
      }
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
    onRoomFull(from, nonce) {
      const isOurs = announcer.isOurNonce(nonce);
      if (isOurs) announcer.onNoPlace(from);
      return isOurs;
    },
    settle,
    close() {
      announcer.close();
      stopServing?.();
      stopGivenUp?.();
      for (const stop of responses.values()) stop();
      responses.clear();
    },
  };
}
