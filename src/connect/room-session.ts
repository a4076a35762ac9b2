import type { Counters } from './counters.ts';
import type { Guard } from './guard.ts';
import type { LinkTerms } from './link-terms.ts';
import type { Members } from './members.ts';
import { hasPlaceFor } from './members-state.ts';
import { createPresence, type Presence } from './presence.ts';
import type { RoomOptions } from './room-contract.ts';
import type { RoomFacts } from './room-facts.ts';
import type { Sealing } from './sealing.ts';
import { routeSignal } from './signal-routes.ts';
import { createSignaling, type Signaling } from './signaling.ts';
import type { Timings } from './timings.ts';

/** What a room has from when this side has a session of its own: signals, who is here, and what pairs are made with. */
export interface Session {
  readonly facts: RoomFacts;
  readonly signaling: Signaling;
  readonly presence: Presence;
}

export interface SessionOptions {
  readonly room: RoomOptions;
  readonly sealing: Sealing;
  readonly timings: Timings;
  readonly counters: Counters;
  readonly guard: Guard;
  readonly members: Members;
  /** What this side is called, now. */
  name(): string;
  linkTerms(): LinkTerms;
  /** This side stays: what others say concerns it. */
  isHere(): boolean;
  onView(): void;
}

export function openSession(options: SessionOptions): Session {
  const { room, sealing, timings, counters, members, name } = options;
  const { clock, cryptography, random } = room.world;
  const shared = { clock, timings, counters, random, randomId: cryptography.randomId };

  const signaling = createSignaling({
    ...shared,
    topic: room.topic,
    carriers: room.carriers,
    sealing,
    onSignal: (session, signal, carrier) =>
      options.isHere() && routeSignal({ members, presence, counters }, session, signal, carrier),
    onVersionUnknown: (session, to) => members.happen({ type: 'other-version', session, to }),
    onUp: (carrier) => presence.onUp(carrier),
    onDown(carrier) {
      members.happen({ type: 'carrier-lost', carrier });
      presence.onDown();
    },
    onGivenUp: () => presence.onGivenUp(),
    onView: options.onView,
  });

  const presence = createPresence({
    ...shared,
    name,
    signaling,
    isLinked: (session) => members.pairOf(session)?.linked ?? false,
    isAlone: () => members.status.members.length === 0,
    isComplete: () => members.status.members.length > 0 && members.status.members.every(({ pair }) => pair.linked),
    hasPlaceFor: (session) => hasPlaceFor(members.status, session, clock.now()),
    onProven: (session, told, newcomer) => members.happen({ type: 'proven', session, name: told, newcomer }),
  });

  const facts: RoomFacts = {
    topic: room.topic,
    session: sealing.session,
    get name() {
      return name();
    },
    iceServers: room.iceServers,
    get linkTerms() {
      return options.linkTerms();
    },
    world: room.world,
    timings,
    counters,
    gate: options.guard,
    sign: (transcript) => room.sign(transcript),
    post: (body) => signaling.post(body),
  };

  return { facts, signaling, presence };
}
