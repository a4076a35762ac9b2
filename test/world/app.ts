import { createPeople, type People } from '../../src/main/people.ts';
import { createEngine, type Engine } from '../../src/main/transfer/engine.ts';
import type { Chance } from './chance.ts';
import type { WorldDisk } from './disk.ts';
import { createFaultyDisk, type FaultyDisk } from './faulty-disk.ts';
import { createPoweredDisk, type PoweredDisk } from './powered-disk.ts';
import { createPower, type Power, type Timeline } from './timeline.ts';

/** The app on somebody's computer, from its start to its end or to a loss of power. */
export interface App {
  readonly power: Power;
  readonly faults: FaultyDisk;
  readonly disk: PoweredDisk;
  readonly engine: Engine;
  readonly people: People;
}

export interface AppOptions {
  readonly name: string;
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly disk: WorldDisk;
  /** Whether an offer of the installation with this key is accepted by itself. */
  shouldAccept(key: string): boolean;
  log(what: string, told: unknown): void;
  onBroken?(what: string): void;
}

export const downloads = '/downloads';

export function startApp(options: AppOptions): App {
  const { timeline, log } = options;
  const power = createPower(timeline);
  const faults = createFaultyDisk({
    disk: options.disk,
    after: power.after,
    onBroken: (what) => options.onBroken?.(`${options.name}: ${what}`),
  });
  const disk = createPoweredDisk(faults, power);
  const onListenerError = (error: unknown): void => {
    throw error;
  };
  const engine = createEngine({
    world: {
      now: timeline.now,
      after: power.after,
      pause: async () => undefined,
      randomBytes: (count) => options.chance.bytes(count),
      disk,
      platform: 'linux',
    },
    incomingFolder: () => downloads,
    folderLabel: (path) => path,
    shouldAccept: ({ peer }) => options.shouldAccept(peer.key),
    onNotAccepted: (offer, reason) => log('not accepted', { id: offer.id, reason }),
    onChange: (transfer) => power.isOn && log('transfer', transfer),
    onForgotten: (id) => log('forgotten', id),
    onLaneWord: (_peer, word) => log('word', word),
    onListenerError,
  });
  const people = createPeople({
    needed: () => new Set(engine.list().map(({ peer }) => peer.key)),
    onListenerError,
  });
  people.listen({ reached: engine.attach, renamed: engine.renamed, parted: engine.parted });
  return { power, faults, disk, engine, people };
}
