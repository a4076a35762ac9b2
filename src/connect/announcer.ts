import { jittered, repeatDelays } from './backoff.ts';
import { setBounded } from './bounded.ts';
import type { Clock } from './clock.ts';
import type { Signaling } from './signaling.ts';
import type { Timings } from './timings.ts';

/** Announces this side: when a carrier comes up, among a crowd until somebody answers, and ever less often while alone. */
export interface Announcer {
  /** A carrier came up: it hears of us. */
  onUp(carrier: string): void;
  onDown(): void;
  /** All carriers hear of us, anew. */
  announceAnew(): void;
  /** Others announce themselves too: ours may have to wait, or be lost among them. */
  onCrowd(): void;
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
}

interface Announcement {
  readonly id: string;
  readonly nonce: string;
  readonly heardBy: Set<string>;
}

export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { clock, timings, random, randomId, isAlone } = options;
  /** Our own nonces, and until when they count. */
  const nonces = new Map<string, number>();
  let announcement = makeAnnouncement();
  // Stryker disable next-line BooleanLiteral: a carrier that comes up says so before it is asked
  let crowded = false;
  let aloneMs = timings.announceBackoffMs.first;
  let stopRepeats = (): void => undefined;
  let stopAlone = (): void => undefined;

  function makeAnnouncement(): Announcement {
    const nonce = randomId();
    setBounded(nonces, nonce, clock.now() + timings.nonceMs, 4);
    return { id: randomId(), nonce, heardBy: new Set() };
  }

  function announce(carrier?: string): void {
    const { id, nonce } = announcement;
    const body = { type: 'announce', nonce, name: options.name() } as const;
    void options.signaling.tell(body, carrier === undefined ? { id } : { id, carrier });
  }

  function announceAnew(): void {
    announcement = makeAnnouncement();
    announce();
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
        announceAnew();
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
    announceAnew,
    onCrowd() {
      crowded = true;
    },
    isOurNonce,
    close() {
      stopAlone();
      stopRepeats();
    },
  };
}
