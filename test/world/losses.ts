import { usualTimings } from '../../src/connect/timings.ts';
import type { Network } from './network.ts';
import type { WorldPerson } from './person.ts';

/** Sees who has lost the link to somebody who is there, and is reached. */
export interface Losses {
  /** Whoever has this address shows the session as connected from now on, or does not any more. */
  gained(address: string, session: string): void;
  lost(address: string, session: string): void;
  /** Each since the last look that should not have been, as a sentence. */
  look(): string[];
}

/** What was in the way before may show so late: both sides have noticed the silence, and one has told the other. */
const afterMs = 2 * usualTimings.silenceMs + usualTimings.heartbeatMs;
/** Of two links that take the place of one, each side may see its own first. */
const flickerMs = 200;

/**
 * What is on its way arrives: a link that came up so soon after a change of the path was made on the one before, and one that
 * ends so soon was none for the other side, which had begun another one.
 */
const onItsWayMs = 100;

interface Loss {
  readonly address: string;
  readonly session: string;
  readonly atMs: number;
}

export function createLosses(network: Network, now: () => number, people: () => readonly WorldPerson[]): Losses {
  const gainedMs = new Map<string, number>();
  let losses: Loss[] = [];

  function isThere(session: string): WorldPerson | undefined {
    return people().find(({ stay }) => stay?.session === session);
  }

  return {
    gained(address, session) {
      const isBack = (loss: Loss): boolean => loss.address === address && loss.session === session;
      losses = losses.filter((loss) => !isBack(loss) || now() - loss.atMs >= flickerMs);
      gainedMs.set(`${address} ${session}`, now());
    },
    lost(address, session) {
      const other = isThere(session);
      const pathMs = other ? network.reachableSinceMs(address, other.address) : null;
      if (pathMs === null) return;
      const upMs = gainedMs.get(`${address} ${session}`) ?? 0;
      const isOfThisPath = upMs - pathMs > onItsWayMs || now() - pathMs >= afterMs;
      if (isOfThisPath && now() - upMs > onItsWayMs) losses.push({ address, session, atMs: now() });
    },
    look() {
      const late = losses.filter(({ atMs }) => now() - atMs >= flickerMs);
      losses = losses.filter((loss) => !late.includes(loss));
      return late.flatMap(({ address, session, atMs }) => {
        const person = people().find((one) => one.address === address);
        const other = isThere(session);
        // Who has gone meanwhile may have been about to.
        if (!person?.stay || !other || person.stay.sinceMs > atMs) return [];
        return [`${person.name} has lost the link to ${other.name}, who is there and is reached`];
      });
    },
  };
}
