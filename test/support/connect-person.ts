import { createHash, randomBytes, sign } from 'node:crypto';
import type { Clock } from '../../src/connect/clock.ts';
import { brokerAt } from '../../src/connect/mqtt/broker.ts';
import { joinRoom, type Link, type Room, type RoomOptions } from '../../src/connect/room.ts';
import { type LinkTranscript, linkTranscriptBytes } from '../../src/shared/protocol/hello-proof.ts';
import { type GuardView, openGuardView, type RoomGuard } from '../../src/shared/room-guard.ts';
import type { MemberView, NetworkView } from '../../src/shared/views.ts';
import { nodeWorld } from './connect-world.ts';
import { makeKeyPair } from './ed25519.ts';

/** What two people have to share to meet. */
export interface TestRoom {
  readonly topic: string;
  readonly sealingKey: Uint8Array<ArrayBuffer>;
}

export function makeTestRoom(): TestRoom {
  return {
    topic: `roomdrop/${randomBytes(16).toString('base64url')}`,
    sealingKey: new Uint8Array(createHash('sha256').update(randomBytes(32)).digest()),
  };
}

/** An installation's key, as main would keep it. */
export interface TestIdentity {
  readonly key: string;
  sign(transcript: LinkTranscript): Promise<{ key: string; signature: string }>;
}

export function makeTestIdentity(): TestIdentity {
  const { key, privateKey } = makeKeyPair();
  return {
    key,
    sign: async (transcript) => ({
      key,
      signature: sign(null, linkTranscriptBytes(transcript), privateKey).toString('base64url'),
    }),
  };
}

/** Somebody in a room, with all that they see. */
export interface Person {
  readonly name: string;
  readonly key: string;
  readonly room: Room;
  readonly view: NetworkView;
  readonly views: readonly NetworkView[];
  readonly links: readonly Link[];
  readonly guard: GuardView;
  /** What another page of this person would be given. */
  readonly savedGuard: RoomGuard | undefined;
  /** Resolves with the first view, past ones of this moment included, for which the check holds. */
  until(what: string, check: (view: NetworkView) => boolean): Promise<NetworkView>;
  untilGuard(what: string, check: (guard: GuardView) => boolean): Promise<GuardView>;
  untilLinked(count?: number): Promise<Link>;
  member(name: string): MemberView | undefined;
  leave(): Promise<void>;
}

export type PersonOptions = Partial<RoomOptions> & {
  /** WebSocket URLs. */
  readonly brokers: readonly string[];
  readonly identity?: TestIdentity;
  readonly clock?: Clock;
};

const people = new Set<Person>();

export function joinAs(
  name: string,
  room: TestRoom,
  { identity = makeTestIdentity(), clock, brokers, ...options }: PersonOptions,
): Person {
  const views: NetworkView[] = [];
  const links: Link[] = [];
  const waiting = new Set<() => void>();
  let guard: GuardView = openGuardView;
  let savedGuard: RoomGuard | undefined;
  const changed = (): void => {
    for (const look of [...waiting]) look();
  };

  const joined = joinRoom({
    ...room,
    name,
    iceServers: [],
    sign: identity.sign,
    carriers: brokers.map(brokerAt),
    world: clock ? { ...nodeWorld, clock } : nodeWorld,
    ...options,
    onNetwork(view) {
      views.push(view);
      options.onNetwork?.(view);
      changed();
    },
    onGuard(saved) {
      savedGuard = saved;
      options.onGuard?.(saved);
    },
    onGuardView(view) {
      guard = view;
      options.onGuardView?.(view);
      changed();
    },
    onLink(link) {
      links.push(link);
      options.onLink?.(link);
      changed();
    },
  });

  const nothing: NetworkView = { brokers: [], members: [], trouble: null };

  function wait<T>(what: string, look: () => T | undefined, timeoutMs = 55_000): Promise<T> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        waiting.delete(attempt);
        fail(
          new Error(
            `${name} waited in vain until ${what}; sees ${JSON.stringify(person.view)}, ${JSON.stringify(joined.diagnostics())}`,
          ),
        );
      }, timeoutMs);
      const attempt = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(attempt);
        done(found);
      };
      waiting.add(attempt);
      attempt();
    });
  }

  const person: Person = {
    name,
    key: identity.key,
    room: joined,
    get view() {
      return views.at(-1) ?? nothing;
    },
    views,
    links,
    get guard() {
      return guard;
    },
    get savedGuard() {
      return savedGuard;
    },
    untilGuard: (what, check) => wait(what, () => (check(guard) ? guard : undefined)),
    until: (what, check) => wait(what, () => (check(person.view) ? person.view : undefined)),
    untilLinked: (count = 1) => wait(`link ${count}`, () => links[count - 1]),
    member: (other) => person.view.members.find((member) => member.name === other),
    async leave() {
      people.delete(person);
      await joined.leave();
    },
  };
  people.add(person);
  return person;
}

/** Listens on a link until so many messages have come. */
export function collect(link: Link, count: number): Promise<Uint8Array<ArrayBuffer>[]> {
  return new Promise((done) => {
    const messages: Uint8Array<ArrayBuffer>[] = [];
    link.listen({
      message(bytes) {
        messages.push(bytes);
        if (messages.length === count) done(messages);
      },
      drain: () => undefined,
      close: () => undefined,
    });
  });
}

/** For `afterEach`: nobody stays behind. */
export async function everybodyLeaves(): Promise<void> {
  await Promise.all([...people].map((person) => person.leave()));
}
