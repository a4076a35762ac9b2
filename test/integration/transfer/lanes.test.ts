import { join } from 'node:path';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { directTerms } from '../../../src/main/lane/direct/direct-terms.ts';
import type { LaneTerms } from '../../../src/main/lane/lane.ts';
import { channelTerms } from '../../../src/main/lane/port-lane.ts';
import type { LaneWord } from '../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { bytesOf, createPair, createSide, type Pair, treeOf, turnMs, writeTree } from '../../support/engine-pair.ts';
import { createFakeAfter, type FakeAfter } from '../../support/fake-after.ts';
import { createLanePair, type LanePair, type LanePairOptions } from '../../support/lanes.ts';

const MiB = 1024 * 1024;
/** What one transfer moves to show it: some seconds of either lane. */
const total = limits.segmentBytes + 8 * MiB;

let time: FakeAfter;
let pair: Pair;
let outbox: string;
let lanes: LanePair[];

beforeEach(async () => {
  time = createFakeAfter();
  lanes = [];
  const world = { now: time.now, after: time.after };
  pair = await createPair({ alice: { world }, bob: { world } });
  outbox = await pair.folders.folder('outbox');
  await writeTree(outbox, { 'big.bin': bytesOf(total) });
});

afterEach(async () => {
  await pair.close();
  expect(time.waiting).toBe(0);
});

/** Beside those that are up, unless it is of the same kind. */
function connect(terms: LaneTerms, options: LanePairOptions = {}): LanePair {
  const made = createLanePair({
    bytesPerTurn: 128 * 1024,
    terms,
    ...options,
    afterTurn(turned) {
      time.advance(turnMs);
      options.afterTurn?.(turned);
    },
  });
  lanes.push(made);
  pair.alice.engine.attach(pair.bob.person, made.a);
  pair.bob.engine.attach(pair.alice.person, made.b);
  return made;
}

function send(): Promise<string> {
  return pair.send(join(outbox, 'big.bin'));
}

function half(id: string): Promise<unknown> {
  return pair.bob.until(id, ({ bytes }) => bytes > total / 3);
}

/** Both say so, and what arrived is what was sent. */
async function arrives(id: string): Promise<void> {
  await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
}

/** Time goes on until then, also while no lane has anything to carry; real disks have their time too. */
async function passing<T>(awaited: Promise<T>): Promise<T> {
  let over = false;
  void awaited.finally(() => {
    over = true;
  });
  while (!over) {
    time.advance(turnMs);
    await delay(1);
  }
  return awaited;
}

/** Block bytes handed to all lanes, beyond those of the file and their headers. */
function sentTwice(): number {
  const sent = lanes.reduce((sum, lane) => sum + lane.sentBlockBytes, 0);
  return sent - total * 1.02;
}

/** By which kind of lane either side says that things go. */
function carriers(): unknown[] {
  const { alice, bob } = pair;
  return [alice.engine.carrier(bob.person.key), bob.engine.carrier(alice.person.key)];
}

function wasInterrupted(): boolean {
  return [...pair.alice.views, ...pair.bob.views].some(({ state }) => state === 'interrupted');
}

test('of two lanes the preferred one carries the bytes', async () => {
  expect(carriers()).toEqual([null, null]);
  const channel = connect(channelTerms);
  expect(carriers()).toEqual(['channel', 'channel']);
  const direct = connect(directTerms);
  expect(carriers()).toEqual(['direct', 'direct']);
  const id = await send();
  await arrives(id);
  expect(channel.sentBlockBytes).toBe(0);
  expect(direct.sentBlockBytes).toBeGreaterThan(total);
  expect(sentTwice()).toBeLessThan(0);
});

test('a lane that is taken away in mid-transfer is not missed', async () => {
  const channel = connect(channelTerms);
  const direct = connect(directTerms);
  const id = await send();
  await half(id);
  direct.cut();
  await arrives(id);
  expect(wasInterrupted()).toBe(false);
  expect(channel.sentBlockBytes).toBeGreaterThan(total / 3);
  expect(sentTwice()).toBeLessThan(limits.windowUsualBytes);
});

test('a better lane that comes in mid-transfer carries the rest', async () => {
  const channel = connect(channelTerms);
  const id = await send();
  await half(id);
  const before = channel.sentBlockBytes;
  const direct = connect(directTerms);
  await arrives(id);
  expect(wasInterrupted()).toBe(false);
  expect(channel.sentBlockBytes).toBe(before);
  expect(direct.sentBlockBytes).toBeGreaterThan(0);
  expect(sentTwice()).toBeLessThan(limits.windowUsualBytes);
});

test('blocks, window and fill are as large as each lane allows', async () => {
  const sizes: number[] = [];
  const look = (message: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
    if (message[0] === 1) sizes.push(message.byteLength);
    return message;
  };
  const direct = connect(directTerms, { bytesPerTurn: MiB, tamper: look });
  const id = await send();
  await half(id);
  expect(Math.max(...sizes)).toBe(directTerms.blockBytes);
  sizes.length = 0;
  connect(channelTerms, { tamper: look });
  direct.cut();
  await arrives(id);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.linkMessageBytes);
});

test('a lane that silently stands still is left for the other, within some seconds', async () => {
  connect(channelTerms);
  const direct = connect(directTerms);
  const id = await send();
  await half(id);
  expect(carriers()).toEqual(['direct', 'direct']);
  direct.stall();
  const sinceMs = time.now();
  const { bytes } = pair.bob.view(id);
  // More than a MiB may have come already, and be on its way to the disk.
  const isLeft = (): boolean => carriers().every((kind) => kind === 'channel');
  await passing(pair.bob.until(id, (view) => view.bytes > bytes + MiB && isLeft()));
  expect(time.now() - sinceMs).toBeLessThan(6000);
  // It goes again: what was on its way there is old, and nothing comes back to it at once.
  const before = direct.sentBlockBytes;
  direct.unstall();
  await arrives(id);
  expect(direct.sentBlockBytes).toBe(before);
  expect(wasInterrupted()).toBe(false);
  expect(sentTwice()).toBeLessThan(limits.windowLargestBytes);
});

test('a lane on which only the receiver cannot be heard is left too', async () => {
  const channel = connect(channelTerms);
  const direct = connect(directTerms);
  const id = await send();
  await half(id);
  direct.stall('a');
  await pair.bob.until(id, ({ bytes }) => bytes === pair.bob.view(id).bytes);
  while (direct.a.undrainedBytes > 0) await setImmediate();
  await passing(arrives(id));
  expect(wasInterrupted()).toBe(false);
  expect(channel.sentBlockBytes).toBeGreaterThan(MiB);
  expect(sentTwice()).toBeLessThan(limits.windowLargestBytes);
});

test('a lane that stood still is taken again once it has gone for a while', async () => {
  connect(channelTerms);
  const direct = connect(directTerms);
  const first = await send();
  await half(first);
  direct.stall();
  time.advance(2500);
  direct.unstall();
  await passing(arrives(first));
  const before = direct.sentBlockBytes;
  time.advance(60_000);
  await writeTree(outbox, { 'next.bin': bytesOf(2 * MiB, 2) });
  const second = await pair.send(join(outbox, 'next.bin'));
  await arrives(second);
  expect(direct.sentBlockBytes).toBeGreaterThan(before);
});

test('a pause is no trouble of the lane: what was paused goes on where it was', async () => {
  const channel = connect(channelTerms);
  const direct = connect(directTerms);
  const id = await send();
  await half(id);
  pair.bob.engine.pause(id);
  await pair.alice.reach(id, 'paused');
  while (direct.a.undrainedBytes + direct.b.undrainedBytes > 0) await setImmediate();
  time.advance(60_000);
  expect(channel.sentBlockBytes).toBe(0);
  pair.bob.engine.resume(id);
  await arrives(id);
  expect(channel.sentBlockBytes).toBe(0);
  expect(sentTwice()).toBeLessThan(0);
});

test('only when the last lane is gone it is interrupted, and one that comes back is enough', async () => {
  const channel = connect(channelTerms);
  const direct = connect(directTerms);
  const id = await send();
  await half(id);
  direct.cut();
  expect(wasInterrupted()).toBe(false);
  channel.cut();
  await Promise.all([pair.alice.reach(id, 'interrupted'), pair.bob.reach(id, 'interrupted')]);
  connect(channelTerms);
  await arrives(id);
  expect(sentTwice()).toBeLessThan(2 * limits.windowUsualBytes);
});

test('a newer lane of one kind replaces the older, and leaves the other kind alone', async () => {
  const direct = connect(directTerms);
  const first = connect(channelTerms);
  const id = await send();
  await half(id);
  connect(channelTerms);
  expect(pair.alice.view(id).state).toBe('running');
  direct.cut();
  await arrives(id);
  expect(first.sentBlockBytes).toBe(0);
  expect(wasInterrupted()).toBe(false);
});

test.each(['alice', 'bob'] as const)('%s pauses and goes on in the middle of a change of lanes', async (who) => {
  connect(channelTerms, { controlDelayTurns: 4 });
  const id = await send();
  await half(id);
  connect(directTerms);
  pair[who].engine.pause(id);
  await Promise.all([pair.alice.reach(id, 'paused'), pair.bob.reach(id, 'paused')]);
  pair[who].engine.resume(id);
  await arrives(id);
  expect(sentTwice()).toBeLessThan(2 * limits.windowUsualBytes);
});

test.each(['alice', 'bob'] as const)('%s cancels in the middle of a change of lanes', async (who) => {
  connect(channelTerms, { controlDelayTurns: 4 });
  const direct = connect(directTerms);
  const id = await send();
  await half(id);
  direct.cut();
  pair[who].engine.cancel(id);
  await Promise.all([pair.alice.reach(id, 'cancelled'), pair.bob.reach(id, 'cancelled')]);
  await pair.bob.engine.close();
  expect(await treeOf(pair.bob.downloads)).toEqual({});
});

test('lanes that come and go without end, and words that come late, cost a window each', async () => {
  await writeTree(outbox, { 'trip/empty': '', 'trip/folder/': '', 'trip/b.bin': bytesOf(3 * MiB, 2) });
  for (let index = 0; index < 60; index++) await writeTree(outbox, { [`trip/small/${index}.txt`]: `${index}` });
  let changes = 0;
  const flap = (): void => {
    const left = 5 + ((changes * 7919) % 23);
    let turns = 0;
    const made = connect(directTerms, {
      controlDelayTurns: changes % 3,
      afterTurn() {
        if (changes >= 20 || ++turns !== left) return;
        changes++;
        made.cut();
        flap();
      },
    });
  };
  connect(channelTerms, { controlDelayTurns: 5 });
  flap();
  const id = await pair.send(join(outbox, 'big.bin'), join(outbox, 'trip'));
  await arrives(id);
  expect(changes).toBe(20);
  expect(wasInterrupted()).toBe(false);
  expect(sentTwice()).toBeLessThan(3 * MiB + changes * limits.windowUsualBytes);
});

test('what is said of lanes is handed on by whoever it is for, on the channel and on nothing else', async () => {
  const heard: [string, LaneWord][] = [];
  const carol = createSide('carol', await pair.folders.folder('carol'), {
    world: { now: time.now, after: time.after },
    onLaneWord: (peer, word) => heard.push([peer.key, word]),
  });
  const word: LaneWord = { type: 'lane-over', attempt: 'A'.repeat(22), why: 'replaced' };
  const attach = (terms: LaneTerms): LanePair => {
    const made = createLanePair({ terms });
    pair.alice.engine.attach(carol.person, made.a);
    carol.engine.attach(pair.alice.person, made.b);
    return made;
  };
  expect(pair.alice.engine.sayOnLane(carol.person.key, word)).toBe(false);
  attach(directTerms);
  expect(pair.alice.engine.sayOnLane(carol.person.key, word)).toBe(false);
  const channel = attach(channelTerms);
  expect(pair.alice.engine.sayOnLane(carol.person.key, word)).toBe(true);
  while (channel.a.undrainedBytes > 0) await setImmediate();
  expect(heard).toEqual([[pair.alice.person.key, word]]);
  await carol.engine.close();
  expect(carol.engine.sayOnLane(pair.alice.person.key, word)).toBe(false);
});
