import { joinRoom, type Room } from '../../src/connect/room.ts';
import type { Disk } from '../../src/main/files/disk.ts';
import type { Source } from '../../src/main/files/source.ts';
import { createPeople, type People, type PeopleReporter } from '../../src/main/people.ts';
import { createEngine, type Engine } from '../../src/main/transfer/engine.ts';
import { linkTranscriptBytes } from '../../src/shared/protocol/hello-proof.ts';
import type { NetworkView, Person, TransferView } from '../../src/shared/views.ts';
import { laneOf } from '../support/link-lane.ts';
import type { WorldBroker } from './broker.ts';
import type { Chance } from './chance.ts';
import { createWorldCryptography, makeKey, type Signatures } from './cryptography.ts';
import { createWorldDisk, type WorldDisk } from './disk.ts';
import { createPoweredDisk, type PoweredDisk } from './powered-disk.ts';
import { createPower, type Power, type Timeline } from './timeline.ts';
import type { Ether } from './webrtc.ts';

/** Somebody with a computer: the real room and the real engine, and no page between them. */
export interface WorldPerson {
  readonly key: string;
  readonly address: string;
  readonly disk: WorldDisk;
  name: string;
  /** Null while the app does not run. */
  readonly engine: Engine | null;
  readonly inRoom: boolean;
  readonly view: NetworkView;
  /** Everybody who was reached and is not known to be gone. */
  readonly linked: readonly Person[];
  start(): void;
  join(): void;
  leave(): void;
  rename(name: string): void;
  offer(source: Source): void;
  /** The page is loaded anew: its room ends without a word, and it joins again. */
  reload(): void;
  /** The app is gone from one moment to the next; what is on the disk stays. */
  crash(): void;
  /** Leaves, and closes the app; resolves with how much it has left behind. */
  close(): Promise<LeftBehind>;
}

/** What an app has not tidied up. */
export interface LeftBehind {
  readonly timers: number;
  readonly files: number;
}

interface App {
  readonly power: Power;
  readonly disk: PoweredDisk;
  readonly engine: Engine;
  readonly people: People;
}

interface Page {
  readonly power: Power;
  readonly room: Room;
  readonly reporter: PeopleReporter;
}

export interface WorldPersonOptions {
  readonly name: string;
  readonly address: string;
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly ether: Ether;
  readonly signatures: Signatures;
  readonly topic: string;
  readonly brokers: readonly WorldBroker[];
  /** All that this person's app tells, as it is told. */
  log(what: string, told: unknown): void;
}

export const downloads = '/downloads';
const nothing: NetworkView = { brokers: [], members: [], trouble: null };

export function createWorldPerson(options: WorldPersonOptions): WorldPerson {
  const { timeline, chance, log, address } = options;
  const key = makeKey(chance);
  const disk = createWorldDisk();
  let app: App | null = null;
  let page: Page | null = null;
  let view = nothing;

  function startEngine(power: Power, mounted: Disk): Engine {
    return createEngine({
      world: {
        now: timeline.now,
        after: power.after,
        pause: async () => undefined,
        randomBytes: (count) => chance.bytes(count),
        disk: mounted,
        platform: 'linux',
      },
      incomingFolder: () => downloads,
      folderLabel: (path) => path,
      shouldAccept: () => true,
      onNotAccepted: (offer, reason) => log('not accepted', { id: offer.id, reason }),
      onChange: (transfer: TransferView) => power.isOn && log('transfer', transfer),
      onForgotten: (id) => log('forgotten', id),
      onLaneWord: () => undefined,
      onListenerError(error) {
        throw error;
      },
    });
  }

  function startPeople(engine: Engine): People {
    const people = createPeople({
      needed: () => new Set(engine.list().map(({ peer }) => peer.key)),
      onListenerError(error) {
        throw error;
      },
    });
    people.listen({ reached: engine.attach, renamed: engine.renamed, parted: engine.parted });
    return people;
  }

  /** The page goes without a word. */
  function dropPage(): void {
    page?.power.cut();
    page?.reporter.gone();
    page = null;
    view = nothing;
  }

  const person: WorldPerson = {
    key,
    address,
    disk,
    name: options.name,
    get engine() {
      return app?.engine ?? null;
    },
    get inRoom() {
      return page !== null;
    },
    get view() {
      return view;
    },
    get linked() {
      return app?.people.here ?? [];
    },
    start() {
      if (app) return;
      const power = createPower(timeline);
      const mounted = createPoweredDisk(disk, power);
      const engine = startEngine(power, mounted);
      app = { power, disk: mounted, engine, people: startPeople(engine) };
    },
    join() {
      if (!app || page) return;
      const power = createPower(timeline);
      const reporter = app.people.reporter();
      const computer = {
        get isOn() {
          return power.isOn;
        },
        get isAway() {
          return options.ether.isAway(address);
        },
      };
      const room = joinRoom({
        topic: options.topic,
        sealingKey: new Uint8Array(32),
        name: person.name,
        carriers: options.brokers.map((broker) => broker.from(computer)),
        iceServers: [],
        world: {
          platform: options.ether.platform(address, power),
          clock: power,
          cryptography: createWorldCryptography(chance.fork(), options.signatures),
          wallMs: () => 1_700_000_000_000 + timeline.now(),
          random: chance.next,
        },
        sign: async (transcript) => ({ key, signature: options.signatures.sign(key, linkTranscriptBytes(transcript)) }),
        onNetwork(next) {
          if (!power.isOn) return;
          view = next;
          log('network', next);
          reporter.members(next.members);
        },
        onLink(link) {
          if (!power.isOn) return link.close();
          log('link', link.name);
          reporter.reached({ key: link.key, session: link.session, name: link.name }, laneOf(link));
        },
      });
      page = { power, room, reporter };
    },
    leave() {
      const left = page;
      if (!left) return;
      page = null;
      view = nothing;
      app?.people.roomLeft();
      void left.room.leave().then(() => left.power.cut());
    },
    rename(name) {
      person.name = name;
      page?.room.rename(name);
    },
    offer(source) {
      for (const to of person.linked) app?.engine.offer(source, to);
    },
    reload() {
      if (!page) return;
      dropPage();
      person.join();
    },
    crash() {
      dropPage();
      app?.power.cut();
      app = null;
    },
    async close() {
      const [closing, leaving] = [app, page];
      app = null;
      page = null;
      await closing?.engine.close();
      await leaving?.room.leave();
      const timers = (closing?.power.waiting ?? 0) + (leaving?.power.waiting ?? 0);
      closing?.power.cut();
      leaving?.power.cut();
      return { timers, files: closing?.disk.openHandles ?? 0 };
    },
  };
  person.start();
  return person;
}
