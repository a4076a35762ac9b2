import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPathSource } from '../../../src/main/files/path-source.ts';
import type { OpenFile, Source } from '../../../src/main/files/source.ts';
import { messageClass } from '../../../src/shared/protocol/block.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { ReasonError } from '../../../src/shared/reasons.ts';
import { bytesOf, createPair, createSide, type Pair, treeOf, writeTree } from '../../support/engine-pair.ts';
import { createLanePair, type LanePair } from '../../support/lanes.ts';

let pair: Pair;
let outbox: string;

beforeEach(async () => {
  pair = await createPair();
  outbox = await pair.folders.folder('outbox');
});

afterEach(() => pair.close());

async function arrives(id: string): Promise<void> {
  await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
}

/** Cuts the lane after each of these many turns and connects anew, then leaves the last one alone. */
function connectFlapping(turns: number[], controlDelayTurns = 0): void {
  const [next, ...later] = turns;
  let left = next ?? Number.POSITIVE_INFINITY;
  pair.connect({
    bytesPerTurn: 128 * 1024,
    controlDelayTurns,
    afterTurn(lanes: LanePair) {
      if (--left !== 0) return;
      lanes.cut();
      connectFlapping(later, controlDelayTurns);
    },
  });
}

test('the lane is cut at many places, in the middle of files and of segments', async () => {
  await writeTree(outbox, {
    'trip/big.bin': bytesOf(limits.segmentBytes + 3_000_000, 1),
    'trip/empty': '',
    'trip/folder/': '',
    'trip/last.bin': bytesOf(1_500_000, 2),
  });
  for (let index = 0; index < 60; index++) await writeTree(outbox, { [`trip/small/${index}.txt`]: `${index}` });
  const turns = Array.from({ length: 60 }, (_, index) => 3 + ((index * 7919) % 23));
  connectFlapping(turns);
  const id = await pair.send(join(outbox, 'trip'));
  await arrives(id);
  expect(pair.bob.views.filter((view) => view.state === 'interrupted').length).toBeGreaterThan(5);
});

test('the lane is cut while control messages lag behind', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(5_000_000, 1) });
  for (let index = 0; index < 30; index++) await writeTree(outbox, { [`small/${index}.txt`]: `${index}` });
  connectFlapping([30, 20, 45, 18, 33, 60, 25, 40], 6);
  const id = await pair.send(join(outbox, 'big.bin'), join(outbox, 'small'));
  await arrives(id);
});

test('going on costs no more than what was on the way', async () => {
  const total = 12_000_000;
  await writeTree(outbox, { 'big.bin': bytesOf(total) });
  const first = pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.until(id, (view) => view.bytes > total / 2);
  first.cut();
  const second = pair.connect();
  await arrives(id);
  expect(second.arrivedBytes).toBeLessThan(total / 2 + 200_000);
});

test('a newer lane replaces the older without a cut', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(8_000_000) });
  pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.until(id, (view) => view.bytes > 1_000_000);
  pair.connect({ bytesPerTurn: 64 * 1024 });
  await pair.bob.until(id, (view) => view.bytes > 3_000_000);
  pair.connect();
  await arrives(id);
});

test('a receiver that started anew asks its person again', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(4_000_000) });
  const lanes = pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.until(id, (view) => view.bytes > 1_000_000);
  lanes.cut();
  const downloads = await pair.folders.folder('bob-again');
  const again = createSide('bob', downloads, { shouldAccept: () => false });
  const fresh = createLanePair();
  pair.alice.engine.attach(again.person, fresh.a);
  again.engine.attach(pair.alice.person, fresh.b);
  await again.reach(id, 'offered');
  await pair.alice.reach(id, 'offered');
  await again.engine.answer(id, true);
  await Promise.all([pair.alice.reach(id, 'done'), again.reach(id, 'done')]);
  expect(await treeOf(downloads)).toEqual(await treeOf(outbox));
  await again.engine.close();
});

test('a sender that started anew no longer knows the transfer', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(4_000_000) });
  const lanes = pair.connect({ bytesPerTurn: 64 * 1024, blockBytes: 1_500_000 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.until(id, (view) => view.bytes > 0);
  lanes.cut();
  const again = createSide('alice', await pair.folders.folder('alice-again'));
  const fresh = createLanePair();
  again.engine.attach(pair.bob.person, fresh.a);
  pair.bob.engine.attach(again.person, fresh.b);
  expect(await pair.bob.reach(id, 'failed')).toMatchObject({ reason: { code: 'transfer-unknown' } });
  await pair.bob.engine.close();
  expect(await treeOf(pair.bob.downloads)).toEqual({});
  await again.engine.close();
});

/** Flips a byte of the payload in each block that `chosen` picks. */
function flipping(chosen: (count: number) => boolean): (message: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> {
  let count = 0;
  return (message) => {
    if (message[0] !== messageClass.block || !chosen(count++)) return message;
    const changed = message.slice();
    changed[changed.byteLength - 1] = (changed[changed.byteLength - 1] ?? 0) ^ 1;
    return changed;
  };
}

test('a wrong byte is found, and the segment sent once more', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(limits.segmentBytes + 100_000), 'small.txt': 'small' });
  pair.connect({ tamper: flipping((count) => count === 3) });
  const id = await pair.send(join(outbox, 'big.bin'), join(outbox, 'small.txt'));
  await arrives(id);
});

test('a file that never comes right fails, and the others arrive', async () => {
  await writeTree(outbox, { 'wrong.bin': bytesOf(100_000), 'right.txt': 'right' });
  const wrong = (message: Uint8Array<ArrayBuffer>): boolean => message.byteLength > 1000;
  const flip = flipping(() => true);
  pair.connect({ tamper: (message) => (wrong(message) ? flip(message) : message) });
  const id = await pair.send(join(outbox, 'wrong.bin'), join(outbox, 'right.txt'));
  const views = await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  for (const view of views) {
    expect(view).toMatchObject({
      reason: { code: 'some-files-failed', detail: { count: 1 } },
      failedCount: 1,
      failed: [{ path: 'wrong.bin', reason: { code: 'file-corrupt' } }],
    });
  }
  expect(Object.keys(await treeOf(pair.bob.downloads))).toEqual(['right.txt']);
});

/**
 * Files of alice, of which those in the middle cannot be sent: two are other ones by then, `touched.bin` is found changed at its
 * end, `half.bin` and `torn.bin` break off one behind the other.
 */
async function offerFailing(): Promise<string> {
  await writeTree(outbox, {
    'first.bin': bytesOf(2_000_000, 1),
    'gone.txt': 'gone',
    'changed.txt': 'before',
    'touched.bin': bytesOf(3_000_000, 2),
    'between.txt': 'between',
    'half.bin': bytesOf(900_000, 3),
    'torn.bin': bytesOf(900_000, 4),
    'z-last.bin': bytesOf(2_500_000, 5),
  });
  const names = ['first.bin', 'gone.txt', 'changed.txt', 'touched.bin', 'between.txt', 'half.bin', 'torn.bin'];
  const real = await createPathSource([...names, 'z-last.bin'].map((name) => join(outbox, name)));
  const source: Source = {
    ...real,
    async open(entry) {
      const file = await real.open(entry);
      return {
        ...file,
        async read(target, offset) {
          await file.read(target, offset);
          if (entry.path === 'touched.bin' && offset > 1_000_000) await utimes(join(outbox, 'touched.bin'), 1, 1);
          const breaksOff = entry.path === 'half.bin' || entry.path === 'torn.bin';
          if (breaksOff && offset > 300_000) throw new ReasonError('file-unreadable');
        },
      };
    },
  };
  const id = pair.alice.engine.offer(source, pair.bob.person);
  await rename(join(outbox, 'gone.txt'), join(outbox, '..', 'elsewhere.txt'));
  await writeFile(join(outbox, 'changed.txt'), 'after!');
  return id;
}

async function arrivesButForTheFailing(id: string): Promise<void> {
  const ended = await Promise.all([pair.alice, pair.bob].map((side) => side.reach(id, 'done', 'failed')));
  for (const view of ended) {
    expect(view).toMatchObject({
      state: 'done',
      reason: { code: 'some-files-failed', detail: { count: 5 } },
      filesDone: 3,
    });
    expect(Object.fromEntries(view.failed.map(({ path, reason }) => [path, reason.code]))).toEqual({
      'gone.txt': 'file-missing',
      'changed.txt': 'file-changed',
      'touched.bin': 'file-changed',
      'half.bin': 'file-unreadable',
      'torn.bin': 'file-unreadable',
    });
  }
  const arrived = await treeOf(pair.bob.downloads);
  const there = await treeOf(outbox);
  const names = ['between.txt', 'first.bin', 'z-last.bin'];
  expect(arrived).toEqual(Object.fromEntries(names.map((name) => [name, there[name]])));
}

test.each([0, 1, 2, 5, 9])(
  'files that change or vanish while they are sent fail, and the rest goes on, when that is said %i turns late',
  async (controlDelayTurns) => {
    const id = await offerFailing();
    pair.connect({ controlDelayTurns, bytesPerTurn: 128 * 1024 });
    await arrivesButForTheFailing(id);
  },
);

test('files fail while the lane is cut and control messages lag behind', async () => {
  const id = await offerFailing();
  connectFlapping([30, 45, 38, 33, 60, 35, 40, 50], 6);
  await arrivesButForTheFailing(id);
});

test('when nothing can be read the transfer fails, and leaves nothing behind', async () => {
  await writeTree(outbox, { 'trip/one.txt': 'one', 'trip/two.txt': 'two' });
  const id = await pair.send(join(outbox, 'trip'));
  await rm(join(outbox, 'trip'), { recursive: true });
  pair.connect();
  const views = await Promise.all([pair.alice.reach(id, 'failed'), pair.bob.reach(id, 'failed')]);
  for (const view of views) expect(view.reason).toEqual({ code: 'all-files-failed', detail: { count: 2 } });
  await pair.bob.engine.close();
  expect(await treeOf(pair.bob.downloads)).toEqual({});
});

test('a source that goes away holds the transfer until it is back', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(5_000_000) });
  const real = await createPathSource([join(outbox, 'big.bin')]);
  let away = false;
  const reads = { left: 20 };
  const source: Source = {
    ...real,
    async open(entry): Promise<OpenFile> {
      if (away) throw new ReasonError('source-away');
      const file = await real.open(entry);
      return {
        ...file,
        async read(target, offset) {
          if (reads.left-- === 0) away = true;
          if (away) throw new ReasonError('source-away');
          await file.read(target, offset);
        },
      };
    },
  };
  pair.connect();
  const id = pair.alice.engine.offer(source, pair.bob.person);
  const view = await pair.alice.until(id, (each) => each.reason?.code === 'source-away');
  expect(view).toMatchObject({ state: 'paused', pausedByMe: true });
  await pair.bob.until(id, (each) => each.pausedByPeer);
  // Still away: trying again changes nothing.
  pair.alice.engine.resume(id);
  await pair.alice.until(id, (each) => each.reason?.code === 'source-away');
  away = false;
  pair.alice.engine.resume(id);
  await arrives(id);
});
