import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Reporter } from '../../../src/main/core.ts';
import type { ConnectOptions } from '../../../src/main/lane/direct/direct-socket.ts';
import type { Role } from '../../../src/shared/protocol/hello-proof.ts';
import { directCapability } from '../../../src/shared/protocol/lane-messages.ts';
import { type Headless, memberOf, startCore } from '../../support/cores.ts';
import { type WatchedParts, watchedParts } from '../../support/direct-parts.ts';
import { bytesOf, createFolders, type Folders, treeOf, writeTree } from '../../support/engine-pair.ts';
import { createLanePair, type LanePair, type LanePairOptions } from '../../support/lanes.ts';

const MiB = 1024 * 1024;

/** One main with the word of its page, and what it makes direct lanes with. */
interface Side {
  readonly core: Headless;
  readonly page: Reporter;
  readonly parts: WatchedParts;
}

let folders: Folders;
let ann: Side;
let bo: Side;
let change: { ann: (options: ConnectOptions) => Partial<ConnectOptions> };
let links = 0;

beforeEach(async () => {
  folders = await createFolders();
  change = { ann: () => ({}) };
  ann = await startSide('ann', await watchedParts((options) => change.ann(options)));
  bo = await startSide('bo', await watchedParts());
});

afterEach(async () => {
  await Promise.all([ann.core.core.close(), bo.core.core.close()]);
  expect([...ann.core.errors, ...bo.core.errors]).toEqual([]);
  expect(ann.parts.open + bo.parts.open).toBe(0);
  await folders.remove();
});

async function startSide(name: string, parts: WatchedParts): Promise<Side> {
  const core = await startCore(folders.root, name, { direct: parts });
  // Nobody but the two is asked anything.
  await core.core.settings.change({ iceServers: [] });
  return { core, page: core.core.reporter(), parts };
}

/** A link between the two, which Ann has offered and which runs over loopback. */
function link(options: LanePairOptions = {}, capabilities = [directCapability]): LanePair {
  const lanes = createLanePair({ bytesPerTurn: 256 * 1024, ...options });
  const id = `link ${++links}`;
  const reach = (own: Side, far: Side, lane: LanePair['a'], role: Role): void => {
    own.page.reached(far.core.person(), lane, { id, role, capabilities });
    own.page.answered(id, ['127.0.0.1']);
  };
  reach(ann, bo, lanes.a, 'offerer');
  reach(bo, ann, lanes.b, 'answerer');
  return lanes;
}

function kinds(own: Side, far: Side): readonly string[] {
  return own.core.core.people.lanesTo(far.core.core.identity.key);
}

async function direct(): Promise<void> {
  await expect.poll(() => [kinds(ann, bo), kinds(bo, ann)].every((each) => each.includes('direct'))).toBe(true);
}

async function send(size: number): Promise<void> {
  const outbox = await folders.folder('outbox');
  await writeTree(outbox, { 'big.bin': bytesOf(size) });
  const source = await ann.core.core.offers.addPaths([join(outbox, 'big.bin')]);
  ann.core.core.offers.offer(source.id, null);
}

async function arrives(): Promise<void> {
  const ended = [ann, bo].map(({ core }) => core.until(({ state }) => state === 'done' || state === 'failed'));
  expect((await Promise.all(ended)).map(({ state }) => state)).toEqual(['done', 'done']);
  expect(await treeOf(bo.core.downloads)).toEqual(await treeOf(join(folders.root, 'outbox')));
}

function lastStream({ parts }: Side): WatchedParts['streams'][number] {
  const last = parts.streams.at(-1);
  if (!last) throw new Error('no stream');
  return last;
}

test('a lane comes up, and a transfer goes over to it in its middle', async () => {
  // No more than this goes through the page.
  link({ blockBytes: 2 * MiB });
  await send(40 * MiB);
  await arrives();
  expect(kinds(ann, bo)).toContain('direct');
  expect(ann.parts.streams).toHaveLength(1);
});

test('a lane is killed ten times from either side in turn, and nothing is lost', async () => {
  const lanes = link();
  await send(160 * MiB);
  let killed = 0;
  const views = new Set<string>();
  const stop = bo.core.core.listen({ transfer: ({ state }) => views.add(state) });
  while (killed < 10) {
    await direct();
    await new Promise((done) => setTimeout(done, 30));
    lastStream(killed % 2 === 0 ? ann : bo).stream.destroy();
    killed++;
    await expect.poll(() => kinds(ann, bo).includes('direct')).toBe(false);
    // Each lane that is lost at once is tried later.
    link();
  }
  await arrives();
  stop();
  expect(views).not.toContain('failed');
  expect(lanes.arrivedBytes).toBeGreaterThan(0);
});

test('a lane that answers no more is left within three seconds, and tried again', async () => {
  link();
  await direct();
  bo.parts.mute = true;
  await expect.poll(() => kinds(ann, bo)).toEqual(['channel']);
  bo.parts.mute = false;
  await send(4 * MiB);
  await arrives();
});

test('whoever speaks with another Noise key than the one offered gets no lane', async () => {
  change.ann = () => ({ keyPair: lastKeys() });
  const other = await watchedParts();
  const socket = other.openSocket(() => true);
  const lastKeys = (): ConnectOptions['keyPair'] => socket.keyPair();
  link();
  await expect.poll(() => bo.parts.streams.length).toBe(1);
  expect(await lastStream(bo).stream.opened).toBe(false);
  expect(kinds(bo, ann)).toEqual(['channel']);
  await send(MiB);
  await arrives();
  await socket.close();
});

test('a side whose hello does not name it is offered none', async () => {
  link({}, []);
  await send(MiB);
  await arrives();
  expect(ann.parts.ports).toEqual([]);
  expect(bo.parts.ports).toEqual([]);
});

test('nothing is done without an address that has answered', async () => {
  const lanes = createLanePair();
  ann.page.reached(bo.core.person(), lanes.a, { id: 'x', role: 'offerer', capabilities: [directCapability] });
  bo.page.reached(ann.core.person(), lanes.b, { id: 'x', role: 'answerer', capabilities: [directCapability] });
  await send(MiB);
  await arrives();
  expect([...ann.parts.ports, ...bo.parts.ports]).toEqual([]);
});

test('all ends when the setting says so, and when the person leaves', async () => {
  link();
  await direct();
  const gone = memberOf(ann.core.person(), { state: 'closed', reason: { code: 'peer-left' } });
  bo.page.network({ brokers: [], members: [gone], trouble: null });
  await expect.poll(() => kinds(ann, bo)).toEqual(['channel']);
  await expect.poll(() => bo.parts.open).toBe(0);
  await ann.core.core.settings.change({ direct: false });
  await expect.poll(() => ann.parts.open).toBe(0);
});

test('forged data, and a forged end, for a stream whose id was overheard cost no more than the lane', async () => {
  link({ blockBytes: 2 * MiB });
  await direct();
  const forger = createSocket('udp4');
  forger.bind(0, '127.0.0.1');
  await once(forger, 'listening');
  const { options } = lastStream(bo);
  const port = bo.parts.ports.at(-1) ?? 0;
  const forge = (id: number, type: number, seq: number, bytes: Buffer): void => {
    const head = Buffer.alloc(20);
    head.set([0xff, 1, type, 0]);
    head.writeUInt32LE(id, 4);
    head.writeUInt32LE(4 * MiB, 8);
    head.writeUInt32LE(seq, 12);
    forger.send(Buffer.concat([head, bytes]), port, '127.0.0.1');
  };
  for (let guess = 0; guess < 100; guess++) forge(guess, 16, 0, Buffer.alloc(0));
  await send(24 * MiB);
  await bo.core.until(({ bytes }) => bytes > 8 * MiB);
  expect(kinds(bo, ann)).toContain('direct');
  for (let seq = 0; seq < 20_000; seq += 7) forge(options.ownId, 1, seq, Buffer.alloc(1000, 7));
  forge(options.ownId, 16, 1_000_000, Buffer.alloc(0));
  link();
  await arrives();
  forger.close();
});
