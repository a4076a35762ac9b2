import { limits } from '../shared/protocol/limits.ts';
import { backoffBoundMs, jittered, repeatDelays } from './backoff.ts';
import { setBounded } from './bounded.ts';
import type { Clock } from './clock.ts';
import type { Signaling } from './signaling.ts';
import type { Timings } from './timings.ts';

/**
 * Announces this side: when a carrier comes up, among a crowd until somebody answers, and ever less often while alone or
 * while somebody has no place.
 */
export interface Announcer {
  /** A carrier came up: it hears of us. */
  onUp(carrier: string): void;
  onDown(): void;
  /** All carriers hear of us, anew. */
  announceAnew(): void;
  /** Others announce themselves too: ours may have to wait, or be lost among them. */
  onCrowd(): void;
  /** There was no place for one of the two: rooms seem full while sessions are counted that nobody is in any more. */
  onNoPlace(session: string): void;
  /** One of our announcements, which still counts, has this nonce. */
  isOurNonce(nonce: string): boolean;
  close(): void;
}

export interface AnnouncerOptions {
  /** What this side is called, now. */
  name(): string;
  readonly signaling: Pick<Signaling, 'tell'>;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly random: () => number;
  readonly randomId: () => string;
  isAlone(): boolean;
  isLinked(session: string): boolean;
}

interface Announcement {
  readonly id: string;
  readonly nonce: string;
  readonly heardBy: Set<string>;
  /** So many before it, one after the other, found no place. */
  readonly inVain: number;
}

export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { clock, timings, random, randomId, isAlone, isLinked } = options;
  /** Our own nonces, and until when they count. */
  const nonces = new Map<string, number>();
  let announcement = makeAnnouncement();
  // Stryker disable next-line BooleanLiteral: a carrier that comes up says so before it is asked
  let crowded = false;
  let aloneMs = timings.announceBackoffMs.first;
  let stopRepeats = (): void => undefined;
  let stopAlone = (): void => undefined;
  /** Those who had no place for us, or we for them, since the last announcement that was made for it. */
  const without = new Set<string>();
  let stopWithout = (): void => undefined;

  function makeAnnouncement(inVain = 0): Announcement {
    const nonce = randomId();
    setBounded(nonces, nonce, clock.now() + timings.nonceMs, 4);
    return { id: randomId(), nonce, heardBy: new Set(), inVain };
  }

  function announce(carrier?: string): void {
    const { id, nonce } = announcement;
    const body = { type: 'announce', nonce, name: options.name() } as const;
    void options.signaling.tell(body, carrier === undefined ? { id } : { id, carrier });
  }

  function announceAnew(inVain = 0): void {
    announcement = makeAnnouncement(inVain);
    announce();
  }

  /** Who has no place now may have one later. */
  function armWithout(): void {
    const { inVain } = announcement;
    stopWithout = clock.after(jittered(backoffBoundMs(timings.announceBackoffMs, inVain), random), () => {
      const still = [...without].some((session) => !isLinked(session));
      without.clear();
      if (still) announceAnew(inVain + 1);
    });
  }

  /** Where others come too and nobody has answered yet, it is said again: who says it most often is next. */
  function armRepeats(): void {
    stopRepeats();
    crowded = false;
    const delays = repeatDelays(timings.repeatsMs, timings.repeatMostMs);
    const again = (left: number): void => {
      if (left === 0) return;
      stopRepeats = clock.after(jittered(delays.next().value, random), () => {
        if (!isAlone()) return;
        if (crowded) announce();
        again(left - 1);
      });
    };
    again(timings.repeatsMs.length);
  }

  /** Somebody alone announces themselves again, ever less often. */
  function armAlone(): void {
    stopAlone();
    stopAlone = clock.after(jittered(aloneMs, random), () => {
      if (isAlone()) {
        if (without.size === 0) announceAnew();
        aloneMs = Math.min(timings.announceBackoffMs.most, aloneMs * 2);
      } else aloneMs = timings.announceBackoffMs.first;
      armAlone();
    });
  }

  function isOurNonce(nonce: string): boolean {
    return (nonces.get(nonce) ?? 0) > clock.now();
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
    announceAnew: () => announceAnew(),
    onCrowd() {
      crowded = true;
    },
    onNoPlace(session) {
      if (without.size === 0) armWithout();
      if (without.size < limits.roomMembers) without.add(session);
    },
    isOurNonce,
    close() {
      stopAlone();
      stopRepeats();
      stopWithout();
    },
  };
}
