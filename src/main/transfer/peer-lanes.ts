import type { EngineWorld } from './engine-world.ts';
import { chooseLane, type LaneStanding } from './lane-choice.ts';
import type { LaneTraffic } from './lane-traffic.ts';

/**
 * The lanes that are up to each person, one of each kind, and which of them carries what is sent. A lane that stands still
 * is left while another works, and rests for a while once it goes again, so that transfers do not go to and fro.
 */
export interface PeerLanes {
  isUp(key: string): boolean;
  /** The one for something new to be sent; null when none is up. */
  chosen(key: string): LaneTraffic | null;
  /** The one that was chosen last. */
  current(key: string): LaneTraffic | null;
  ofKind(key: string, kind: LaneTraffic['kind']): LaneTraffic | null;
  /** It takes the place of an older one of its kind. */
  attach(traffic: LaneTraffic): void;
  closed(traffic: LaneTraffic): void;
  /** Something waits in it. */
  busy(traffic: LaneTraffic): void;
  /** The peer says on another lane what it should have heard on this one. */
  distrust(traffic: LaneTraffic): void;
  /** Closes each once all has drained. */
  finish(): void;
}

export interface PeerLanesOptions {
  world: Pick<EngineWorld, 'now' | 'after'>;
  /** There was no lane to this person, or the only one has been replaced: all is said anew. */
  up(traffic: LaneTraffic): void;
  /** What is sent goes on this lane from now on, and so does all that speaks on one that cannot stay. */
  moved(to: LaneTraffic, canStay: (lane: LaneTraffic) => boolean): void;
  /** The last lane to this person is gone. */
  down(key: string): void;
}

/** Something waits in a lane and nothing moves on it: it stands still. A slow disk or a pause empties the lane instead. */
const stallMs = 2000;
/** How long a lane rests after that. */
const restMs = 30_000;
/** Lanes are looked at so often while something waits in one. */
const lookMs = 250;

interface LaneOfPerson {
  readonly traffic: LaneTraffic;
  stalled: boolean;
  restsUntilMs: number;
}

interface PersonLanes {
  lanes: LaneOfPerson[];
  chosen: LaneTraffic;
  chosenAtMs: number;
  /** Takes the next look back. */
  stopLooking: (() => void) | null;
}

export function createPeerLanes(options: PeerLanesOptions): PeerLanes {
  const { now, after } = options.world;
  const people = new Map<string, PersonLanes>();

  function find(traffic: LaneTraffic): { person: PersonLanes; own: LaneOfPerson } | null {
    const person = people.get(traffic.peer.key);
    const own = person?.lanes.find((lane) => lane.traffic === traffic);
    return person && own ? { person, own } : null;
  }

  function isTroubled(lane: LaneOfPerson): boolean {
    return lane.stalled || now() < lane.restsUntilMs;
  }

  function choose(person: PersonLanes): void {
    const standing = person.lanes.map((lane): LaneStanding & { traffic: LaneTraffic } => ({
      traffic: lane.traffic,
      preference: lane.traffic.preference,
      bytesPerSecond: lane.traffic.bytesPerSecond,
      troubled: isTroubled(lane),
    }));
    const current = standing.find(({ traffic }) => traffic === person.chosen) ?? null;
    const chosen = chooseLane(standing, current)?.traffic;
    if (!chosen) return;
    if (chosen !== person.chosen) person.chosenAtMs = now();
    person.chosen = chosen;
    options.moved(chosen, (lane) => person.lanes.some((each) => each.traffic === lane && !isTroubled(each)));
  }

  function look(person: PersonLanes): void {
    person.stopLooking = null;
    for (const lane of person.lanes) {
      const stalled = lane.traffic.stillMs >= stallMs;
      if (lane.stalled && !stalled) lane.restsUntilMs = now() + restMs;
      lane.stalled = stalled;
    }
    choose(person);
    if (person.lanes.some((lane) => lane.traffic.undrainedBytes > 0)) keepLooking(person);
  }

  function keepLooking(person: PersonLanes): void {
    if (person.lanes.length > 1) person.stopLooking ??= after(lookMs, () => look(person));
  }

  function stopLooking(person: PersonLanes): void {
    person.stopLooking?.();
    person.stopLooking = null;
  }

  return {
    isUp: (key) => people.has(key),
    chosen(key) {
      const person = people.get(key);
      // While nothing was sent nobody has looked whether a lane has rested long enough.
      if (person) choose(person);
      return person?.chosen ?? null;
    },
    current: (key) => people.get(key)?.chosen ?? null,
    ofKind: (key, kind) => people.get(key)?.lanes.find(({ traffic }) => traffic.kind === kind)?.traffic ?? null,
    attach(traffic) {
      const { key } = traffic.peer;
      const person = people.get(key) ?? { lanes: [], chosen: traffic, chosenAtMs: now(), stopLooking: null };
      people.set(key, person);
      const older = person.lanes.find((lane) => lane.traffic.kind === traffic.kind);
      const others = person.lanes.filter((lane) => lane !== older);
      person.lanes = [...others, { traffic, stalled: false, restsUntilMs: Number.NEGATIVE_INFINITY }];
      older?.traffic.close();
      if (others.length === 0) {
        person.chosen = traffic;
        person.chosenAtMs = now();
        options.up(traffic);
      } else {
        choose(person);
        keepLooking(person);
      }
    },
    closed(traffic) {
      const found = find(traffic);
      if (!found) return;
      const { person, own } = found;
      person.lanes = person.lanes.filter((lane) => lane !== own);
      if (person.lanes.length < 2) stopLooking(person);
      if (person.lanes.length > 0) choose(person);
      else {
        people.delete(traffic.peer.key);
        options.down(traffic.peer.key);
      }
    },
    busy(traffic) {
      const person = people.get(traffic.peer.key);
      if (person) keepLooking(person);
    },
    distrust(traffic) {
      const found = find(traffic);
      // What the peer said before it could know that this is the lane now says nothing of it.
      if (!found || now() - found.person.chosenAtMs < stallMs) return;
      found.own.restsUntilMs = now() + restMs;
      choose(found.person);
    },
    finish() {
      for (const person of people.values()) {
        stopLooking(person);
        for (const { traffic } of person.lanes) traffic.finish();
        person.lanes = [];
      }
      people.clear();
    },
  };
}
