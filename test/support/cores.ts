import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Core, type CoreListener, createCore, type Reporter } from '../../src/main/core.ts';
import { nodeFs } from '../../src/main/files/user-fs.ts';
import type { DirectParts } from '../../src/main/lane/direct/own-socket.ts';
import { createSystemWorld } from '../../src/main/system-world.ts';
import type { MemberView, Person, TransferView } from '../../src/shared/views.ts';
import { createFaultyDisk, type FaultyDisk } from './engine-disk.ts';
import { createLanePair, type LanePair, type LanePairOptions } from './lanes.ts';

/** A whole core without a page, and what it has told. */
export interface Headless {
  readonly core: Core;
  readonly downloads: string;
  readonly disk: FaultyDisk;
  /** In order: the name of each word, with what a person would call it by. */
  readonly told: string[];
  readonly errors: unknown[];
  /** As others meet them. */
  person(session?: string): Person;
  /** Waits for a transfer that is so. */
  until(test: (view: TransferView) => boolean): Promise<TransferView>;
}

/** Cheap, where the real ones would take a good part of a second each. */
export async function testRoomKeys(code: string): Promise<{ topic: string; sealingKey: string }> {
  const digest = createHash('sha256').update(code).digest('base64url');
  return { topic: `test/${digest}`, sealingKey: digest };
}

export async function startCore(root: string, name: string, options: { direct?: DirectParts } = {}): Promise<Headless> {
  const downloads = join(root, name);
  const errors: unknown[] = [];
  const told: string[] = [];
  const disk = createFaultyDisk();
  const dataDir = join(root, `data of ${name}`);
  await mkdir(dataDir, { recursive: true });
  const core = await createCore({
    dataDir,
    defaultDownloads: downloads,
    settings: { name, accept: 'all' },
    fs: nodeFs,
    world: createSystemWorld(disk),
    roomKeys: testRoomKeys,
    direct: options.direct ?? unusedParts,
    onListenerError: (error) => errors.push(error),
  });
  core.listen(record(told));
  return {
    core,
    downloads,
    disk,
    told,
    errors,
    person: (session = `session of ${name}`) => ({ key: core.identity.key, session, name: core.settings.view.name }),
    until: (test) =>
      new Promise((done) => {
        const found = core.transfers.list().find(test);
        if (found) return done(found);
        const stop = core.listen({
          transfer(view) {
            if (!test(view)) return;
            stop();
            done(view);
          },
        });
      }),
  };
}

/** Would make direct lanes, and has no socket for them. */
const unusedParts: DirectParts = {
  openSocket() {
    throw new Error('no socket');
  },
  interfaces: () => ({}),
  resolve: async () => [],
};

/** Two cores reach each other by one more lane, as two pages would have it. */
export function connectCores(
  [one, byOne]: readonly [Headless, Reporter],
  [other, byOther]: readonly [Headless, Reporter],
  options?: LanePairOptions,
): LanePair {
  const lanes = createLanePair(options);
  byOne.reached(other.person(), lanes.a);
  byOther.reached(one.person(), lanes.b);
  return lanes;
}

/** What a page sees of somebody. */
export function memberOf({ key, session, name }: Person, part: Partial<MemberView> = {}): MemberView {
  return { key, session, name, state: 'connected', path: null, roundTripMs: null, reason: null, ...part };
}

export function record(told: string[]): CoreListener {
  return {
    room: (room) => told.push(room ? 'room' : 'no room'),
    transfer: (view) => told.push(`${view.title} ${view.state}`),
    transferGone: () => told.push('transfer gone'),
    standing: (sources) => told.push(`standing: ${sources.map(({ title }) => title)}`),
    settings: ({ name }) => told.push(`called ${name}`),
    lanes: (lanes) => told.push(`lanes: ${lanes.map(({ key, kind, why }) => `${kind} to ${key.slice(0, 4)}, ${why}`)}`),
    known: (people) => told.push(`known: ${people.map(({ name }) => name)}`),
    network: (network) => told.push(network ? `network of ${network.members.length}` : 'no network'),
    notice: ({ code }) => told.push(`notice: ${code}`),
    notOffered: ({ code }) => told.push(`not offered: ${code}`),
  };
}
