import type { IceServer } from '../../../shared/bridge.ts';
import { directCapability, type LaneWord } from '../../../shared/protocol/lane-messages.ts';
import type { LinkFacts } from '../../people.ts';
import type { Lane } from '../lane.ts';
import type { LaneAttempt } from './lane-attempt.ts';
import type { SignLane } from './lane-offer.ts';
import type { LaneWorld } from './lane-world.ts';
import { createOwnSocket, type DirectParts } from './own-socket.ts';
import { createPersonLane, type LaneNews, type PersonLane } from './person-lane.ts';

/** Who may have a direct lane: whoever has a link whose hellos both name the capability. */
export interface DirectLanes {
  /** A link to this person is up, or more is known of it. */
  linked(key: string, link: LinkFacts): void;
  unlinked(key: string, linkId: string): void;
  /** This person has left. */
  parted(key: string): void;
  hear(key: string, word: LaneWord): void;
  /** Settings have changed: what is not allowed any more ends, what is allowed again is tried. */
  refresh(): void;
  /** The room is left: all end. */
  leave(): void;
  /** Ends all; resolves when the socket is closed. Nothing comes of anything that is said afterwards. */
  close(): Promise<void>;
}

export interface DirectLanesOptions {
  /** Null where none can be made. */
  parts: DirectParts | null;
  world: LaneWorld;
  /** The installation's. */
  ownKey: string;
  sign: SignLane;
  allowed(): boolean;
  iceServers(): readonly IceServer[];
  /** To this person's main, over the link. */
  say(key: string, word: LaneWord): void;
  /** A lane to this person is up. */
  onLane(key: string, lane: Lane): void;
  onNews(key: string, news: Partial<LaneNews>): void;
}

export function createDirectLanes(options: DirectLanesOptions): DirectLanes {
  const { parts, world } = options;
  const people = new Map<string, PersonLane>();
  /** Of those who are here: between two links nothing else is kept of them. */
  const worked = new Set<string>();
  /** All has ended, for it is not allowed. */
  let stopped = false;
  let closing = false;
  const own = createOwnSocket({
    parts,
    admits: (address) => attempts().some(({ admitted }) => admitted.addresses.has(address)),
    iceServers: options.iceServers,
    world,
  });

  function attempts(): LaneAttempt[] {
    return [...people.values()].flatMap(({ attempt }) => attempt ?? []);
  }

  function meet(key: string): PersonLane {
    const { ownKey, sign, allowed } = options;
    const person = createPersonLane({
      ...{ key, ownKey, own, world, sign, allowed, worked: worked.has(key) },
      isTaken: (streamId) => attempts().some((attempt) => attempt.streamId === streamId),
      say: (word) => options.say(key, word),
      onLane(lane) {
        worked.add(key);
        options.onLane(key, lane);
      },
      onNews: (news) => options.onNews(key, news),
      onNothing: () => drop(key),
    });
    people.set(key, person);
    return person;
  }

  function drop(key: string): void {
    people.get(key)?.end('lost');
    people.delete(key);
    if (people.size === 0) own.close();
  }

  return {
    linked(key, link) {
      if (closing || !parts || !link.capabilities.includes(directCapability)) return;
      // What hellos named while it was allowed holds for their link.
      const person = people.get(key) ?? (options.allowed() ? meet(key) : null);
      person?.linked(link);
    },
    unlinked(key, linkId) {
      if (!closing) people.get(key)?.unlinked(linkId);
    },
    parted(key) {
      worked.delete(key);
      drop(key);
    },
    hear(key, word) {
      const person = people.get(key);
      if (person) person.hear(word);
      else if (word.type === 'lane-offer') {
        options.say(key, { type: 'lane-over', attempt: word.attempt, why: 'declined' });
      }
    },
    refresh() {
      if (stopped === !options.allowed()) return;
      stopped = !stopped;
      for (const [key, person] of [...people]) {
        if (!stopped) person.begin();
        else if (person.isLinked) person.end('declined');
        else drop(key);
      }
      if (stopped) own.close();
    },
    leave() {
      worked.clear();
      for (const key of [...people.keys()]) drop(key);
    },
    async close() {
      closing = true;
      await Promise.all([...people.values()].map((person) => person.finish()));
      people.clear();
      own.close();
      await own.closed();
    },
  };
}
