import { limits } from '../../src/shared/protocol/limits.ts';
import { hasEnded, type MemberView } from '../../src/shared/views.ts';
import type { WorldBroker } from './broker.ts';
import type { Cast } from './cast.ts';
import type { Stay } from './page.ts';
import type { WorldPerson } from './person.ts';

/** What must hold at all times; looked at every few seconds. */
export interface Watch {
  /** Each rule that does not hold now, as a sentence. */
  look(): string[];
  /** Something has happened to somebody: what is said because of it is not idle. */
  disturbed(): void;
}

/** Whoever has a path and a carrier in common for so long is connected. */
const meetMs = 30_000;
/**
 * A cut that is mended tells nobody: who tried in vain waits for the longest time between two tries, and then for the try.
 * A room that seems full is asked again later, too.
 */
const lateMs = 150_000;
/** Who is gone for so long is not shown. */
const ghostMs = 60_000;
/** After so long with everybody linked, nothing is left to be said. */
const settledMs = 30_000;
/** Of two who meet, to each broker. */
const meetingMessages = 24;
/** Each with an attempt, a link, what is said again and again, and transfers. */
const timersOfOneLink = 32;

interface Present {
  readonly person: WorldPerson;
  readonly stay: Stay;
  readonly session: string;
}

export function createWatch({ timeline, network, brokers, people, broken, counts }: Cast): Watch {
  const quiet = createQuiet(brokers, timeline.now);

  function present(): Present[] {
    return people.flatMap((person) => {
      const { stay } = person;
      const session = stay?.session;
      return stay && session ? [{ person, stay, session }] : [];
    });
  }

  /** Since when the two have had all that it takes to meet. */
  function couldMeetSinceMs(one: Present, other: Present): number | null {
    const pathMs = network.reachableSinceMs(one.person.address, other.person.address);
    const carriers = brokers.flatMap((broker) => {
      const sinceMs = [one, other].map(({ stay }) => broker.servesSinceMs(stay.computer));
      return sinceMs.some((each) => each === null) ? [] : [Math.max(...sinceMs.map((each) => each ?? 0))];
    });
    if (pathMs === null || carriers.length === 0) return null;
    return Math.max(pathMs, Math.min(...carriers), one.stay.sinceMs, other.stay.sinceMs);
  }

  function unmet(one: Present, other: Present): string[] {
    const sinceMs = couldMeetSinceMs(one, other);
    if (sinceMs === null || timeline.now() - sinceMs < patienceMs(one, other)) return [];
    return [
      ...(shows(one, other) ? [] : [`${one.person.name} does not show ${other.person.name}${told(one, other)}`]),
      ...(shows(other, one) ? [] : [`${other.person.name} does not show ${one.person.name}${told(other, one)}`]),
    ].map((what) => `${what} as connected, though the two could have met since ${(sinceMs / 1000).toFixed(1)} s`);
  }

  function patienceMs(one: Present, other: Present): number {
    const mendedMs = network.mendedMs(one.person.address, other.person.address);
    const isLate = mendedMs !== null && timeline.now() - mendedMs < lateMs;
    return isLate || isCrowded() ? lateMs : meetMs;
  }

  /** With the sessions that are over and counted still, nobody else has a place. */
  function isCrowded(): boolean {
    const recent = people.flatMap(({ over }) => [...over.values()].filter((atMs) => timeline.now() - atMs < lateMs));
    return people.length + recent.length >= limits.roomMembers;
  }

  /** Sessions that are over for a while, and could have been told to be. */
  function ghosts({ person, stay }: Present): string[] {
    return person.view.members.flatMap((member) => {
      if (member.state === 'closed') return [];
      const goneMs = overSince(people, member.session);
      if (goneMs === null) return [];
      const knownMs = Math.max(goneMs, ...brokers.map((broker) => hearsSinceMs(broker, stay, goneMs)));
      const isGhost = timeline.now() - knownMs > ghostMs;
      return isGhost ? [`${person.name} shows ${member.name} as ${member.state}, who is gone for a minute`] : [];
    });
  }

  /** A screen that shows two truths. */
  function contradictions({ person }: Present): string[] {
    const connected = person.view.members.filter(({ state }) => state === 'connected');
    const twice = connected.filter((member, index) => connected.findIndex(({ key }) => key === member.key) !== index);
    const isFull = person.view.members.filter(({ state }) => state !== 'closed').length >= limits.roomMembers;
    return [
      ...twice.map(({ name }) => `${person.name} shows ${name} twice as connected`),
      ...(isFull ? [`${person.name} shows more people than a room has`] : []),
    ];
  }

  /** Of what others may make somebody keep. */
  function tooMuch({ person }: Present): string[] {
    const incoming = person.engine?.list().filter((view) => view.direction === 'in' && !hasEnded(view)) ?? [];
    const offered = incoming.filter(({ state }) => state === 'offered');
    const ofOne = (views: typeof incoming): number =>
      Math.max(0, ...views.map(({ peer }) => views.filter((view) => view.peer.key === peer.key).length));
    const counts: [what: string, count: number, most: number][] = [
      ['offers of one person to answer', ofOne(offered), limits.pendingOffersPerPeer],
      ['offers to answer', offered.length, limits.pendingOffersPerRoom],
      ['transfers of one person', ofOne(incoming), limits.transfersPerPeer],
      ['timers', person.timers, timersOfOneLink * limits.roomMembers],
    ];
    return counts
      .filter(([, count, most]) => count > most)
      .map(([what, count]) => `${person.name} has ${count} ${what}`);
  }

  function allLinked(here: readonly Present[]): boolean {
    return (
      here.length >= 2 &&
      here.every((one) => here.every((other) => one === other || shows(one, other))) &&
      here.every(({ person }) => person.view.members.every(isSettled))
    );
  }

  return {
    look() {
      const here = present();
      const pairs = here.flatMap((one, index) => here.slice(index + 1).map((other) => [one, other] as const));
      return [
        ...broken.splice(0),
        ...pairs.flatMap(([one, other]) => unmet(one, other)),
        ...here.flatMap(ghosts),
        ...here.flatMap(contradictions),
        ...here.flatMap(tooMuch),
        // Who is attacked has more to say.
        ...quiet.look(allLinked(here) && !counts.all.has('hostile messages')),
      ];
    },
    disturbed: quiet.disturbed,
  };
}

/** Nobody tries anything with them. */
function isSettled({ state }: MemberView): boolean {
  return state === 'connected' || state === 'closed';
}

function shows({ person }: Present, other: Present): boolean {
  return person.view.members.some(({ session, state }) => session === other.session && state === 'connected');
}

function told({ person }: Present, other: Present): string {
  const member = person.view.members.find(({ session }) => session === other.session);
  return member ? ` (${member.state}, ${member.reason?.code ?? 'no reason'})` : ' (nobody)';
}

function overSince(people: readonly WorldPerson[], session: string): number | null {
  for (const { over } of people) {
    const sinceMs = over.get(session);
    if (sinceMs !== undefined) return sinceMs;
  }
  return null;
}

/** From when on somebody hears from a broker who is gone; never, where it did not do its work when they went. */
function hearsSinceMs(broker: WorldBroker, { computer }: Stay, goneMs: number): number {
  const { honestSinceMs } = broker;
  if (honestSinceMs === null || honestSinceMs > goneMs) return Number.POSITIVE_INFINITY;
  return broker.servesSinceMs(computer) ?? Number.POSITIVE_INFINITY;
}

/** Holds people to what may be published. */
function createQuiet(brokers: readonly WorldBroker[], now: () => number) {
  let sinceMs: number | null = null;
  let before = { published: 0, excused: 0 };
  const sums = (): typeof before => ({
    published: brokers.reduce((sum, { published }) => sum + published, 0),
    // Who comes to a broker again says so there, once; who was lost has a will.
    excused: brokers.reduce((sum, { connected, given }) => sum + connected + given, 0),
  });
  return {
    disturbed(): void {
      sinceMs = null;
    },
    look(isCalm: boolean): string[] {
      if (!isCalm) {
        sinceMs = null;
        return [];
      }
      const after = sums();
      sinceMs ??= now();
      if (now() - sinceMs <= settledMs) {
        before = after;
        return [];
      }
      const idle = after.published - before.published - (after.excused - before.excused);
      before = after;
      return idle > 0 ? [`${idle} messages are published while everybody is linked`] : [];
    },
  };
}

/** What two who are the first in a room may say until they are linked. */
export function meetingTooLong(brokers: readonly WorldBroker[]): string[] {
  return brokers
    .filter(({ published }) => published > meetingMessages)
    .map(({ id, published }) => `two who meet publish ${published} messages to ${id}`);
}
