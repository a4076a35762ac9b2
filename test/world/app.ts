import { createDirectLanes, type DirectLanes } from '../../src/main/lane/direct/direct-lanes.ts';
import { openDirectSocket } from '../../src/main/lane/direct/direct-socket.ts';
import type { DirectParts } from '../../src/main/lane/direct/own-socket.ts';
import type { Lane } from '../../src/main/lane/lane.ts';
import { createLaneViews } from '../../src/main/lane-views.ts';
import { createPeople, type People } from '../../src/main/people.ts';
import { createEngine, type Engine } from '../../src/main/transfer/engine.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import type { LaneView } from '../../src/shared/views.ts';
import type { Chance } from './chance.ts';
import type { WorldIdentity } from './cryptography.ts';
import type { WorldDisk } from './disk.ts';
import { createFaultyDisk, type FaultyDisk } from './faulty-disk.ts';
import type { Network } from './network.ts';
import { createPoweredDisk, type PoweredDisk } from './powered-disk.ts';
import { createPower, type Power, type Timeline } from './timeline.ts';
import { stunHost, stunServer } from './udp.ts';
import type { WorldUdx } from './udx.ts';

/** The app on somebody's computer, from its start to its end or to a loss of power. */
export interface App {
  readonly power: Power;
  readonly faults: FaultyDisk;
  readonly disk: PoweredDisk;
  readonly engine: Engine;
  readonly people: People;
  readonly directLanes: DirectLanes;
  /** As a person sees them. */
  readonly lanes: readonly LaneView[];
  /** `mayDirect` may say something else from now on. */
  settingsChanged(): void;
}

export interface AppOptions {
  readonly name: string;
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly disk: WorldDisk;
  readonly identity: WorldIdentity;
  /** Of the computer. */
  readonly address: string;
  readonly network: Network;
  readonly udx: WorldUdx;
  /** Whether the settings let there be direct lanes. */
  mayDirect(): boolean;
  /** Whether an offer of the installation with this key is accepted by itself. */
  shouldAccept(key: string): boolean;
  log(what: string, told: unknown): void;
  onBroken?(what: string): void;
  /** What has become of a direct lane. */
  onDirect?(what: 'up' | 'lost'): void;
}

export const downloads = '/downloads';
/** Where somebody is decides which of them they reach. */
export const iceServers = [{ urls: `stun:${stunHost}` }, { urls: 'turn:turn.example' }];

export function startApp(options: AppOptions): App {
  const { timeline, log } = options;
  const power = createPower(timeline);
  const broken = (what: string): void => options.onBroken?.(`${options.name}: ${what}`);
  const faults = createFaultyDisk({
    disk: options.disk,
    after: power.after,
    onBroken: broken,
  });
  const disk = createPoweredDisk(faults, power);
  const onListenerError = (error: unknown): void => broken(`a listener threw ${error}`);
  const world = {
    now: timeline.now,
    after: power.after,
    pause: async () => undefined,
    randomBytes: (count: number) => options.chance.bytes(count),
    disk,
    platform: 'linux' as const,
  };
  const engine = createEngine({
    world,
    incomingFolder: () => downloads,
    folderLabel: (path) => path,
    shouldAccept: ({ peer }) => options.shouldAccept(peer.key),
    onNotAccepted: (offer, reason) => log('not accepted', { id: offer.id, reason }),
    onChange(transfer) {
      if (!power.isOn) return;
      log('transfer', transfer);
      lanes.moved(transfer.peer.key);
    },
    onForgotten: (id) => log('forgotten', id),
    onLaneWord(peer, word) {
      if (!power.isOn) return;
      log('word', word);
      directLanes.hear(peer.key, word);
    },
    onListenerError,
  });
  const people = createPeople({
    needed: () => new Set(engine.list().map(({ peer }) => peer.key)),
    onListenerError,
  });
  people.listen({ reached: engine.attach, renamed: engine.renamed, parted: engine.parted });
  const lanes = createLaneViews({
    people,
    ownReason: () => (options.mayDirect() ? null : 'off'),
    carrier: engine.carrier,
    onChange: (views) => power.isOn && log('lanes', views),
  });
  const directLanes = createDirectLanes({
    parts: systemParts(options, power),
    world,
    ownKey: options.identity.key,
    sign: options.identity.signLane,
    allowed: options.mayDirect,
    iceServers: () => iceServers,
    say: engine.sayOnLane,
    onLane(key, lane) {
      options.onDirect?.('up');
      if (
        !people.join(
          key,
          bounded(lane, broken, () => options.onDirect?.('lost')),
        )
      )
        lane.close();
    },
    onNews: lanes.learn,
  });
  people.listen({ linked: directLanes.linked, unlinked: directLanes.unlinked, parted: directLanes.parted });
  return {
    ...{ power, faults, disk, engine, people, directLanes },
    get lanes() {
      return lanes.list;
    },
    settingsChanged() {
      lanes.refresh();
      directLanes.refresh();
    },
  };
}

/** A lane that tells when more waits in it than it may be filled with and a message, and when it ends by itself. */
function bounded(lane: Lane, onBroken: (what: string) => void, onLost: () => void): Lane {
  const mostBytes = lane.terms.mostUndrainedBytes + lane.maxMessageBytes + limits.controlBytes;
  return {
    terms: lane.terms,
    maxMessageBytes: lane.maxMessageBytes,
    get undrainedBytes() {
      return lane.undrainedBytes;
    },
    send(message) {
      lane.send(message);
      if (lane.undrainedBytes > mostBytes) onBroken(`a direct lane holds ${lane.undrainedBytes} bytes`);
    },
    listen(handlers) {
      lane.listen({
        message: (message) => handlers.message(message),
        drain: () => handlers.drain(),
        close() {
          onLost();
          handlers.close();
        },
      });
    },
    close: () => lane.close(),
  };
}

/** What a system gives a main for direct lanes: sockets, its addresses, and names. */
function systemParts({ address, network, udx, chance }: AppOptions, power: Power): DirectParts {
  const own = udx.of(address, power, chance.fork());
  return {
    openSocket: (admits) => openDirectSocket(own, admits),
    interfaces() {
      const isOpen = network.placeOf(address).nat === 'open';
      const addresses = [network.innerOf(address), ...(isOpen ? [network.outerOf(address)] : [])];
      const common = { family: 'IPv4', internal: false, netmask: '255.255.255.0', mac: '00:00:00:00:00:00' } as const;
      return { eth0: addresses.map((each) => ({ ...common, address: each, cidr: null })) };
    },
    async resolve(host) {
      if (host !== stunHost) throw new Error(`ENOTFOUND ${host}`);
      return [stunServer.address];
    },
  };
}
