import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPathSource } from '../../../src/main/files/path-source.ts';
import type { Source } from '../../../src/main/files/source.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { createFaultyDisk, type FaultyDisk } from '../../support/engine-disk.ts';
import { bytesOf, createPair, type Pair, type Side, treeOf, writeTree } from '../../support/engine-pair.ts';
import type { LanePair } from '../../support/lanes.ts';

let pair: Pair;
let disk: FaultyDisk;
let outbox: string;
let lanes: LanePair;
const total = 6_000_000;

beforeEach(async () => {
  disk = createFaultyDisk();
  pair = await createPair({ bob: { world: { disk } } });
  outbox = await pair.folders.folder('outbox');
  await writeTree(outbox, { 'big.bin': bytesOf(total) });
});

afterEach(async () => {
  await pair.close();
  expect(disk.openHandles).toBe(0);
});

/**
 * Runs until something is written. No more than a quarter arrives before `arrives`: with what a lane takes in besides,
 * not even the sender is through.
 */
async function started(): Promise<string> {
  lanes = pair.connect({ bytesPerTurn: 64 * 1024, blockBytes: total / 4 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.until(id, (view) => view.bytes > 0);
  return id;
}

async function arrives(id: string): Promise<void> {
  lanes.release();
  await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
}

async function bothReach(id: string, state: 'paused' | 'interrupted' | 'cancelled'): Promise<void> {
  await Promise.all([pair.alice.reach(id, state), pair.bob.reach(id, state)]);
}

for (const [name, chosen] of [
  ['sender', (): Side => pair.alice],
  ['receiver', (): Side => pair.bob],
] as const) {
  test(`the ${name} pauses and goes on`, async () => {
    const id = await started();
    chosen().engine.pause(id);
    await bothReach(id, 'paused');
    expect(chosen().view(id)).toMatchObject({
      pausedByMe: true,
      pausedByPeer: false,
      reason: { code: 'paused-by-me' },
    });
    const other = chosen() === pair.alice ? pair.bob : pair.alice;
    expect(other.view(id)).toMatchObject({ pausedByMe: false, pausedByPeer: true, reason: { code: 'paused-by-peer' } });
    expect(other.view(id).bytes).toBeLessThan(total);
    // The other's word does not lift it.
    other.engine.resume(id);
    expect(other.view(id).state).toBe('paused');
    chosen().engine.resume(id);
    await arrives(id);
  });

  test(`the ${name} cancels`, async () => {
    const id = await started();
    chosen().engine.cancel(id);
    await bothReach(id, 'cancelled');
    const other = chosen() === pair.alice ? pair.bob : pair.alice;
    expect(chosen().view(id).reason).toEqual({ code: 'cancelled-by-me' });
    expect(other.view(id).reason).toEqual({ code: 'cancelled-by-peer' });
    await pair.bob.engine.close();
    expect(await treeOf(pair.bob.downloads)).toEqual({});
  });
}

test('a paused transfer writes no more than what was on the way', async () => {
  const id = await started();
  pair.alice.engine.pause(id);
  await bothReach(id, 'paused');
  const paused = pair.bob.view(id).bytes;
  const onTheWay = lanes.a.undrainedBytes;
  const arrived = lanes.arrivedBytes;
  lanes.release();
  while (lanes.a.undrainedBytes > 0) await new Promise((done) => setImmediate(done));
  // Besides that only words.
  expect(lanes.arrivedBytes - arrived).toBeLessThan(onTheWay + limits.linkMessageBytes);
  expect(pair.bob.view(id).bytes - paused).toBeLessThanOrEqual(limits.windowUsualBytes);
  expect(pair.bob.view(id).rate).toBe(0);
  pair.alice.engine.resume(id);
  await arrives(id);
});

test('both pause: it runs again only when both have gone on', async () => {
  const id = await started();
  pair.alice.engine.pause(id);
  pair.bob.engine.pause(id);
  await Promise.all([
    pair.alice.until(id, (view) => view.pausedByMe && view.pausedByPeer),
    pair.bob.until(id, (view) => view.pausedByMe && view.pausedByPeer),
  ]);
  pair.alice.engine.resume(id);
  await pair.bob.until(id, (view) => !view.pausedByPeer);
  expect(pair.bob.view(id).state).toBe('paused');
  pair.bob.engine.resume(id);
  await arrives(id);
});

test('both cancel at once, with messages crossing', async () => {
  const id = await started();
  pair.alice.engine.cancel(id);
  pair.bob.engine.cancel(id);
  await bothReach(id, 'cancelled');
});

test('a pause outlasts a lost link, and so does a pause made without one', async () => {
  const id = await started();
  pair.bob.engine.pause(id);
  await bothReach(id, 'paused');
  lanes.cut();
  pair.alice.engine.pause(id);
  pair.connect();
  await pair.bob.until(id, (view) => view.pausedByMe && view.pausedByPeer);
  await pair.alice.until(id, (view) => view.pausedByMe && view.pausedByPeer);
  pair.alice.engine.resume(id);
  pair.bob.engine.resume(id);
  await arrives(id);
});

test('who leaves is named as the reason, and it goes on when the two meet again', async () => {
  const id = await started();
  pair.alice.engine.parted(pair.bob.person.key, 'peer-left');
  pair.bob.engine.parted(pair.alice.person.key, 'left-room');
  lanes.cut();
  await bothReach(id, 'interrupted');
  expect(pair.alice.view(id).reason).toEqual({ code: 'peer-left' });
  expect(pair.bob.view(id).reason).toEqual({ code: 'left-room' });
  pair.connect();
  await arrives(id);
});

test('a cancel without a link is told when the link is back', async () => {
  const id = await started();
  lanes.cut();
  await bothReach(id, 'interrupted');
  pair.alice.engine.cancel(id);
  expect(pair.bob.view(id)).toMatchObject({ state: 'interrupted', reason: { code: 'link-lost' } });
  pair.connect();
  expect(await pair.bob.reach(id, 'cancelled')).toMatchObject({ reason: { code: 'cancelled-by-peer' } });
});

test('a cancel without a link comes too late for what has arrived meanwhile, and both say so', async () => {
  const { publish } = disk;
  disk.publish = async (part, final) => {
    lanes.cut();
    pair.alice.engine.cancel(id);
    await publish(part, final);
  };
  lanes = pair.connect();
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.reach(id, 'done');
  expect(pair.alice.view(id).state).toBe('cancelled');
  lanes = pair.connect();
  await arrives(id);
  expect(pair.alice.view(id).reason).toBeNull();
});

test('the sender has no file open once a transfer is over, however it ended', async () => {
  const real = await createPathSource([join(outbox, 'big.bin')]);
  let open = 0;
  const source: Source = {
    ...real,
    async open(entry) {
      const file = await real.open(entry);
      open++;
      return {
        ...file,
        close() {
          open--;
          return file.close();
        },
      };
    },
  };
  pair.connect({ bytesPerTurn: 64 * 1024 });
  const whole = pair.alice.engine.offer(source, pair.bob.person);
  const cancelled = pair.alice.engine.offer(source, pair.bob.person);
  await pair.bob.until(cancelled, (view) => view.bytes > 0);
  expect(open).toBeGreaterThan(0);
  pair.bob.engine.cancel(cancelled);
  await pair.alice.reach(whole, 'done');
  const quit = pair.alice.engine.offer(source, pair.bob.person);
  await pair.bob.until(quit, (view) => view.bytes > 0);
  await pair.alice.engine.close();
  expect(open).toBe(0);
});

test('quitting tells the peer and leaves nothing half done', async () => {
  const id = await started();
  await pair.bob.engine.close();
  expect(await pair.alice.reach(id, 'cancelled')).toMatchObject({ reason: { code: 'peer-quit' } });
  expect(pair.bob.view(id)).toMatchObject({ state: 'cancelled', reason: { code: 'quit' } });
  expect(await treeOf(pair.bob.downloads)).toEqual({});
  expect(disk.openHandles).toBe(0);
});

test('an ended transfer can be forgotten, one under way cannot', async () => {
  const id = await started();
  expect(() => pair.bob.engine.forget(id)).toThrow('request-invalid');
  await arrives(id);
  pair.bob.engine.forget(id);
  pair.alice.engine.forget(id);
  expect(pair.bob.engine.list()).toEqual([]);
  expect(() => pair.bob.engine.pause(id)).toThrow('transfer-unknown');
  await new Promise((done) => setImmediate(done));
  expect(pair.bob.forgotten).toEqual([id]);
});

test('progress is shown at most every tenth of a second', async () => {
  // In blocks so small that the disk, however slow, takes them in many writes.
  lanes = pair.connect({ maxMessageBytes: 16 * 1024, bytesPerTurn: 16 * 1024 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await arrives(id);
  const running = pair.bob.views.filter((view) => view.state === 'running');
  expect(running.length).toBeGreaterThan(3);
  expect(running.length).toBeLessThanOrEqual(pair.now() / limits.progressIntervalMs + 2);
  expect(running.some((view) => view.rate > 0 && view.secondsLeft !== null)).toBe(true);
});
