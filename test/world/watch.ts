import { backoffBoundMs } from '../../src/connect/backoff.ts';
import { usualTimings } from '../../src/connect/timings.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import { hasEnded, type MemberView } from '../../src/shared/views.ts';
import { createBudget } from './budget.ts';
import { carriedSinceMs } from './carried.ts';
import type { Cast } from './cast.ts';
import { ghosts } from './ghosts.ts';
import { createHeld } from './held.ts';
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
 * A room that seems full is asked again after 30 s, then after 60 s, give or take a quarter; and somebody who is gone takes
 * a place in it until nothing was heard of them for a minute.
 */
const crowdedMs = 150_000;
/** From the later one's coming until both were with a broker, with nothing in the way. */
const promptMs = 1000;
/** Each with an attempt, a link, what is said again and again, and transfers. */
const timersOfOneLink = 32;

interface Present {
  readonly person: WorldPerson;
  readonly stay: Stay;
  readonly session: string;
}

export function createWatch(cast: Cast): Watch {
  const { timeline, network, brokers, people, losses, broken, counts } = cast;
  const budget = createBudget(cast);
  const held = createHeld(cast);
  /** When two sessions were seen to be linked last. */
  const linkedMs = new Map<string, number>();

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
    const carriedMs = carriedSinceMs(one.stay.computer, other.stay.computer, brokers);
    if (pathMs === null || carriedMs === null) return null;
    return Math.max(pathMs, carriedMs, one.stay.sinceMs, other.stay.sinceMs);
  }

  function unmet(one: Present, other: Present): string[] {
    const sinceMs = couldMeetSinceMs(one, other);
    if (sinceMs === null) return [];
    const patienceMs = isCrowded() ? crowdedMs : meetMs;
    if (timeline.now() - Math.max(sinceMs, backoffMs(one, other)) < patienceMs) return [];
    return [
      ...(shows(one, other) ? [] : [`${one.person.name} does not show ${other.person.name}${told(one, other)}`]),
      ...(shows(other, one) ? [] : [`${other.person.name} does not show ${one.person.name}${told(other, one)}`]),
    ].map((what) => `${what} as connected, though the two could have met since ${(sinceMs / 1000).toFixed(1)} s`);
  }

  /**
   * A cut that is mended tells nobody: who has tried in vain for so long waits for the next try. No attempt fails sooner than
   * 10 s after both have told their candidates, so there cannot have been more of them.
   */
  function backoffMs(one: Present, other: Present): number {
    const mendedMs = network.mendedMs(one.person.address, other.person.address);
    const seenMs = linkedMs.get(pairOf(one, other)) ?? Math.max(one.stay.sinceMs, other.stay.sinceMs);
    if (mendedMs === null || seenMs > mendedMs) return 0;
    const failures = Math.ceil((mendedMs - seenMs) / usualTimings.afterCandidatesMs);
    return mendedMs + backoffBoundMs(usualTimings.attemptBackoffMs, failures);
  }

  /** With the sessions that are over and counted still, nobody else has a place. */
  function isCrowded(): boolean {
    const recent = people.flatMap(({ over }) => [...over.values()].filter((atMs) => timeline.now() - atMs < crowdedMs));
    return people.length + recent.length >= limits.roomMembers;
  }

  /** Of two who are linked: what it took, if this is the first time and nothing was in their way. */
  function see(one: Present, other: Present): string[] {
    if (!shows(one, other) || !shows(other, one)) return [];
    const pair = pairOf(one, other);
    const isFirst = !linkedMs.has(pair);
    linkedMs.set(pair, timeline.now());
    const sinceMs = couldMeetSinceMs(one, other);
    const joinedMs = Math.max(one.stay.sinceMs, other.stay.sinceMs);
    const isPlain = sinceMs !== null && sinceMs - joinedMs < promptMs && !isCrowded() && !isAttacked();
    return isFirst && isPlain ? budget.met(one, other, joinedMs) : [];
  }

  function isAttacked(): boolean {
    return counts.all.has('hostile messages');
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
      here.every(({ person, stay }) => person.view.members.every(isSettled) && !stay.isRemaking)
    );
  }

  return {
    look() {
      const here = present();
      const pairs = here.flatMap((one, index) => here.slice(index + 1).map((other) => [one, other] as const));
      return [
        ...broken.splice(0),
        ...pairs.flatMap(([one, other]) => unmet(one, other)),
        ...here.flatMap(({ person }) => ghosts(person, people, brokers, timeline.now())),
        ...pairs.flatMap(([one, other]) => see(one, other)),
        ...here.flatMap(contradictions),
        ...here.flatMap(tooMuch),
        // Who is attacked has more to say.
        ...budget.idle(allLinked(here) && !isAttacked()),
        ...held.look(),
        ...losses.look(),
      ];
    },
    disturbed: budget.disturbed,
  };
}

/** Nobody tries anything with them. */
function isSettled({ state }: MemberView): boolean {
  return state === 'connected' || state === 'closed';
}

function pairOf(one: Present, other: Present): string {
  return [one.session, other.session].sort().join(' ');
}

function shows({ person }: Present, other: Present): boolean {
  return person.view.members.some(({ session, state }) => session === other.session && state === 'connected');
}

function told({ person }: Present, other: Present): string {
  const member = person.view.members.find(({ session }) => session === other.session);
  return member ? ` (${member.state}, ${member.reason?.code ?? 'no reason'})` : ' (nobody)';
}
