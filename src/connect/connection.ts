import { strandsCapability } from '../shared/protocol/link-messages.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import { type Attempt, createAttempt } from './attempt.ts';
import type { Channel } from './channel.ts';
import type { RoomWord } from './guard.ts';
import { type Proven, shakeHands } from './handshake.ts';
import { createLink, type LinkEnd, type RunningLink } from './link.ts';
import type { RoomFacts } from './room-facts.ts';
import type { SdpFacts } from './sdp.ts';

/** All under one link id: an attempt, the hellos on its channel and, once they have verified, a link. */
export interface Connection {
  readonly attempt: Attempt;
  /** Null before `adopt`. */
  readonly link: RunningLink | null;
  /** What this side's hello has named; nothing before the peer's has verified. */
  readonly capabilities: readonly string[];
  /** Makes the link; only after `onProven`. */
  adopt(): RunningLink | null;
  /** Lets the link hear and speak. */
  start(): void;
  /** Ends the link as with somebody who is removed. */
  expel(): void;
  /** Neither `onFailed`, `onRefused` nor `onLost` follows. */
  close(): void;
}

export interface ConnectionOptions {
  readonly room: RoomFacts;
  readonly linkId: string;
  /** The member's session id. */
  readonly session: string;
  /** The peer's offer; null when the offer is ours. */
  readonly offer: SdpFacts | null;
  onFailed(why: ReasonCode): void;
  onProven(person: Proven): void;
  /** See `HandshakeOptions.onRefused`; the connection is to be closed. */
  onRefused(why: ReasonCode, told: boolean, unwanted: string | null): void;
  onPath(): void;
  onName(name: string): void;
  onWord(word: RoomWord, from: Proven): void;
  onLost(end: LinkEnd): void;
}

/** What the hellos have led to. */
interface Greeted {
  readonly channel: Channel;
  readonly person: Proven;
  /** What came right behind the peer's hello. */
  readonly early: readonly (string | Uint8Array<ArrayBuffer>)[];
  /** What this side has said of itself and of the room. */
  readonly name: string;
  readonly welcome: RoomWord | null;
  readonly capabilities: readonly string[];
}

export function createConnection(options: ConnectionOptions): Connection {
  const { room, linkId, session } = options;
  const { timings, counters } = room;
  const { clock, cryptography, platform } = room.world;
  let greeted: Greeted | null = null;
  let link: RunningLink | null = null;
  let stopGreeting = (): void => undefined;

  const attempt = createAttempt({
    linkId,
    peer: session,
    offer: options.offer,
    iceServers: room.iceServers,
    terms: room.linkTerms,
    platform,
    clock,
    timings,
    counters,
    post: room.post,
    onOpen: greet,
    onEnd: options.onFailed,
  });

  function greet(channel: Channel): void {
    const { name, linkTerms } = room;
    const capabilities = [...(linkTerms.strands ? [strandsCapability] : []), ...linkTerms.capabilities];
    stopGreeting = shakeHands({
      channel,
      topic: room.topic,
      ownSession: room.session,
      peerSession: session,
      name,
      capabilities,
      clock,
      helloMs: timings.helloMs,
      sign: room.sign,
      verify: cryptography.verify,
      gate: room.gate,
      onProven(person, early, welcome) {
        greeted = { channel, person, early, name, welcome, capabilities };
        options.onProven(person);
      },
      onRefused: options.onRefused,
    });
  }

  /** Both sides have said that they know them. */
  function knowsStrands({ person, capabilities }: Greeted): boolean {
    return [person.capabilities, capabilities].every((each) => each.includes(strandsCapability));
  }

  /** What has changed since the hello was on its way. */
  function catchUp(to: RunningLink, { name, welcome }: Greeted): void {
    if (room.name !== name) to.control.say({ type: 'rename', name: room.name });
    const now = room.gate.welcome;
    if (now && JSON.stringify(now) !== JSON.stringify(welcome)) to.control.say(now);
  }

  return {
    attempt,
    get link() {
      return link;
    },
    get capabilities() {
      return greeted?.capabilities ?? [];
    },
    adopt() {
      if (!greeted) return null;
      const { channel, person } = greeted;
      link = createLink({
        channel,
        session,
        proven: person,
        clock,
        timings,
        counters,
        strands: knowsStrands(greeted) ? { room, linkId, role: channel.role, session, key: person.key } : null,
        onPath: options.onPath,
        onEnd: options.onLost,
      });
      link.control.on('rename', ({ name }) => options.onName(name));
      link.control.on('lock', (word) => options.onWord(word, person));
      link.control.on('renew', (word) => options.onWord(word, person));
      return link;
    },
    start() {
      if (!link || !greeted) return;
      link.start(greeted.early);
      catchUp(link, greeted);
    },
    expel() {
      void link?.refuse('removed').then(() => attempt.close());
    },
    close() {
      stopGreeting();
      link?.close();
      attempt.close();
    },
  };
}
