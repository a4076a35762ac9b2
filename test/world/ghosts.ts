import { usualTimings } from '../../src/connect/timings.ts';
import type { WorldBroker } from './broker.ts';
import type { WorldPerson } from './person.ts';

/** Who is gone for so long is not shown. */
const ghostMs = 60_000;
/**
 * From when on nothing says any more that somebody is here, to when the list of members is swept: 20 s later, and within
 * 10 s then. Looser than the minute where a broker gives no will, or gives it late: 45 s of silence are one and a half times
 * the keep-alive, and what a broker does not tell is known after ten minutes.
 */
const sweptMs = 1.5 * usualTimings.attemptMs;

/** Of those that somebody shows: whose session is over for longer than they could take for being here. */
export function ghosts(
  person: WorldPerson,
  people: readonly WorldPerson[],
  brokers: readonly WorldBroker[],
  nowMs: number,
): string[] {
  const { stay } = person;
  if (!stay) return [];
  return person.view.members.flatMap(({ session, name, state }) => {
    const goneMs = state === 'closed' ? null : overSince(people, session);
    if (goneMs === null) return [];
    const hearsay = brokers.flatMap((broker) => broker.hearsayOf(stay.computer) ?? []);
    const uncountedMs = Math.max(goneMs, ...hearsay.map((one) => one.uncountedMs(session, goneMs)));
    const farewellMs = Math.min(...hearsay.map((one) => one.farewellMs(session)));
    const knownMs = Math.min(uncountedMs, farewellMs, goneMs + usualTimings.forgetMs);
    const isGhost = nowMs > Math.max(goneMs + ghostMs, knownMs + sweptMs);
    return isGhost ? [`${person.name} shows ${name} as ${state}, who is gone for a minute`] : [];
  });
}

function overSince(people: readonly WorldPerson[], session: string): number | null {
  for (const { over } of people) {
    const sinceMs = over.get(session);
    if (sinceMs !== undefined) return sinceMs;
  }
  return null;
}
