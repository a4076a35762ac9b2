import type { WorldBroker } from './broker.ts';
import type { Cast } from './cast.ts';
import type { WorldPerson } from './person.ts';

/** Holds people to what may be published: 24 messages for a meeting, and none while everybody is linked. */
export interface Budget {
  /** With whether everybody is linked and nobody is up to anything: what is said all the same, as a sentence. */
  idle(isCalm: boolean): string[];
  /** Something has happened to somebody: what is said because of it is not idle. */
  disturbed(): void;
  /** Of two who are linked for the first time, and had nothing in their way since the later one came. */
  met(one: Met, other: Met, sinceMs: number): string[];
}

export interface Met {
  readonly person: Pick<WorldPerson, 'name'>;
  readonly session: string;
}

/** After so long with everybody linked, nothing is left to be said. */
const settledMs = 30_000;
/** Of two who meet, to each broker. */
const meetingMessages = 24;

export function createBudget({ brokers, timeline, tally }: Pick<Cast, 'brokers' | 'timeline' | 'tally'>): Budget {
  const { now } = timeline;
  let sinceMs: number | null = null;
  let before = { published: 0, excused: 0 };
  /** What was excused at the last look and not said yet. */
  let spare = 0;
  const sums = (): typeof before => ({
    published: brokers.reduce((sum, { published }) => sum + published, 0),
    // Who comes to a broker again says so there, once; who was lost has a will, and says everywhere that they are here if so.
    excused: brokers.reduce((sum, { connected, given }) => sum + connected + given * (1 + brokers.length), 0),
  });

  return {
    idle(isCalm) {
      if (!isCalm) {
        sinceMs = null;
        return [];
      }
      const after = sums();
      sinceMs ??= now();
      if (now() - sinceMs <= settledMs) {
        before = after;
        spare = 0;
        return [];
      }
      const excused = after.excused - before.excused;
      const idle = after.published - before.published - excused - spare;
      spare = Math.min(excused, Math.max(0, -idle));
      before = after;
      return idle > 0 ? [`${idle} messages are published while everybody is linked`] : [];
    },
    disturbed() {
      sinceMs = null;
    },
    met(one, other, sinceMs) {
      const count = tally.meetingOf(one.session, other.session, sinceMs);
      if (count <= meetingMessages) return [];
      return [
        `${one.person.name} and ${other.person.name} publish ${count} messages to one broker until they have met`,
      ];
    },
  };
}

/** What two who are the first in a room may say until they are linked. */
export function meetingTooLong(brokers: readonly WorldBroker[]): string[] {
  return brokers
    .filter(({ published }) => published > meetingMessages)
    .map(({ id, published }) => `two who meet publish ${published} messages to ${id}`);
}
