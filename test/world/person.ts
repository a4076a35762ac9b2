import type { CarrierPlan } from '../../src/connect/carrier.ts';
import type { Link } from '../../src/connect/link.ts';
import { joinRoom, type Room } from '../../src/connect/room.ts';
import type { Platform } from '../../src/connect/webrtc.ts';
import type { Source } from '../../src/main/files/source.ts';
import { createEngine, type Engine } from '../../src/main/transfer/engine.ts';
import { linkTranscriptBytes } from '../../src/shared/protocol/hello-proof.ts';
import type { Person } from '../../src/shared/views.ts';
import { laneOf } from '../support/link-lane.ts';
import type { Chance } from './chance.ts';
import { createWorldCryptography, makeKey, type Signatures } from './cryptography.ts';
import { createWorldDisk, type WorldDisk } from './disk.ts';
import type { Timeline } from './timeline.ts';

/** Somebody with the app: the real room and the real engine, and no page between them. */
export interface WorldPerson {
  readonly name: string;
  readonly key: string;
  readonly disk: WorldDisk;
  readonly engine: Engine;
  join(): void;
  leave(): Promise<void>;
  /** Everybody with whom there is a link now. */
  readonly linked: readonly Person[];
  offer(source: Source): void;
  close(): Promise<void>;
}

export interface WorldPersonOptions {
  readonly name: string;
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly platform: Platform;
  readonly signatures: Signatures;
  readonly topic: string;
  readonly carriers: readonly CarrierPlan[];
  /** All that this person's app tells, as it is told. */
  log(what: string, told: unknown): void;
}

export const downloads = '/downloads';

export function createWorldPerson(options: WorldPersonOptions): WorldPerson {
  const { name, timeline, chance, log } = options;
  const key = makeKey(chance);
  const disk = createWorldDisk();
  const linked = new Map<string, Person>();
  let room: Room | null = null;

  const engine = createEngine({
    world: {
      now: timeline.now,
      after: timeline.after,
      pause: async () => undefined,
      randomBytes: (count) => chance.bytes(count),
      disk,
      platform: 'linux',
    },
    incomingFolder: () => downloads,
    folderLabel: (path) => path,
    shouldAccept: () => true,
    onNotAccepted: (view, reason) => log('not accepted', { view, reason }),
    onChange: (view) => log('transfer', view),
    onForgotten: (id) => log('forgotten', id),
    onListenerError(error) {
      throw error;
    },
  });

  function onLink(link: Link): void {
    const person: Person = { key: link.key, session: link.session, name: link.name };
    linked.set(link.session, person);
    log('link', person);
    engine.attach(
      person,
      laneOf(link, () => linked.delete(link.session)),
    );
  }

  return {
    name,
    key,
    disk,
    engine,
    join() {
      room = joinRoom({
        topic: options.topic,
        sealingKey: new Uint8Array(32),
        name,
        carriers: options.carriers,
        iceServers: [],
        world: {
          platform: options.platform,
          clock: timeline,
          cryptography: createWorldCryptography(chance.fork(), options.signatures),
          wallMs: () => 1_700_000_000_000 + timeline.now(),
          random: chance.next,
        },
        sign: async (transcript) => ({
          key,
          signature: options.signatures.sign(key, linkTranscriptBytes(transcript)),
        }),
        onNetwork: (view) => log('network', view),
        onLink,
      });
    },
    async leave() {
      await room?.leave();
      room = null;
    },
    get linked() {
      return [...linked.values()];
    },
    offer(source) {
      for (const person of linked.values()) engine.offer(source, person);
    },
    async close() {
      await engine.close();
      await room?.leave();
    },
  };
}
