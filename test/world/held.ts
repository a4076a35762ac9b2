import { usualTimings } from '../../src/connect/timings.ts';
import { hasEnded } from '../../src/shared/views.ts';
import type { Cast } from './cast.ts';
import type { WorldPerson } from './person.ts';

/** An offer that comes late is answered beside a link that works, until the attempt has had its time; strands fold sooner. */
const attemptsMs = usualTimings.attemptMs + usualTimings.strandIdleMs;
/** A link that is let go has so long to say its last words, and some more. */
const lastWordsMs = 2 * usualTimings.goodbyeMs;

/** Sees what somebody holds that leads to nobody any more. */
export interface Held {
  /** What has been held for too long, as sentences. */
  look(): string[];
}

interface Holding {
  readonly what: string;
  readonly mostMs: number;
}

export function createHeld({ people, hostile, ether, timeline }: Cast): Held {
  /** Since when each has been so, by the sentence. */
  const sinceMs = new Map<string, number>();

  /** One for each in the room who has a link, or an attempt to get one. Strands come with transfers, and go after them. */
  function connections({ name, address, view, engine }: WorldPerson): Holding[] {
    if (engine?.list().some((transfer) => !hasEnded(transfer)) || isRemaking()) return [];
    const members = view.members.filter(({ state }) => state !== 'closed').length;
    if (ether.connectionsAt(address) <= members) return [];
    return [{ what: `${name} holds more connections than there are members`, mostMs: attemptsMs }];
  }

  /** Then there may be an attempt beside each link, and another one when it has come to nothing. */
  function isRemaking(): boolean {
    return people.some(({ stay }) => stay?.isRemaking);
  }

  function lanes(person: WorldPerson): Holding[] {
    const linked = person.view.members.filter(({ state }) => state === 'connected').map(({ key }) => key);
    return [...people, hostile]
      .filter(({ key }) => person.lanesTo(key).includes('channel') && !linked.includes(key))
      .map(({ name }) => ({ what: `${person.name} has a lane to ${name}, and no link`, mostMs: lastWordsMs }));
  }

  return {
    look() {
      const holdings = people.flatMap((person) => [...connections(person), ...lanes(person)]);
      for (const known of [...sinceMs.keys()]) {
        if (!holdings.some(({ what }) => what === known)) sinceMs.delete(known);
      }
      for (const { what } of holdings) if (!sinceMs.has(what)) sinceMs.set(what, timeline.now());
      return holdings
        .filter(({ what, mostMs }) => timeline.now() - (sinceMs.get(what) ?? 0) > mostMs)
        .map(({ what }) => what);
    },
  };
}
