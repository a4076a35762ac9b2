import { limits } from '../shared/protocol/limits.ts';
import type { MemberView } from '../shared/views.ts';
import { setBounded } from './bounded.ts';
import type { Clock } from './clock.ts';
import { closedView } from './closed-view.ts';

/** Those with whom there was a link, and who are not here any more: shown for a while. */
export interface Departed {
  /** Somebody without a key was never met, and is not missed. */
  add(who: Pick<MemberView, 'key' | 'session' | 'name'>, reason: DepartureReason): void;
  /** They are here again, under whichever session. */
  delete(key: string): void;
  /** Lets go of those who left long ago; true when there were any. */
  sweep(): boolean;
  views(): readonly MemberView[];
}

export type DepartureReason = 'peer-left' | 'peer-away';

interface Departure {
  readonly session: string;
  readonly name: string;
  readonly reason: DepartureReason;
  readonly untilMs: number;
}

export function createDeparted(clock: Pick<Clock, 'now'>, shownMs: number): Departed {
  /** By key: whoever comes back does so under another session. */
  const departures = new Map<string, Departure>();

  return {
    add({ key, session, name }, reason) {
      if (key === null) return;
      setBounded(departures, key, { session, name, reason, untilMs: clock.now() + shownMs }, limits.roomMembers);
    },
    delete: (key) => void departures.delete(key),
    sweep() {
      let any = false;
      for (const [key, { untilMs }] of departures) {
        if (untilMs <= clock.now()) any = departures.delete(key) || any;
      }
      return any;
    },
    views: () => [...departures].map(([key, departure]) => closedView({ key, ...departure }, departure.reason)),
  };
}
