import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPathSource } from '../../../src/main/files/path-source.ts';
import type { Source } from '../../../src/main/files/source.ts';
import { closeWithinMs } from '../../../src/main/transfer/engine.ts';
import { createFaultyDisk, type FaultyDisk } from '../../support/engine-disk.ts';
import { bytesOf, createPair, type Pair, type Side, treeOf, writeTree } from '../../support/engine-pair.ts';

let pair: Pair;
let disk: FaultyDisk;
let outbox: string;
/** Lets what hangs return, so that a test can tidy up. */
let revive: () => void;
let dead: Promise<void>;

beforeEach(async () => {
  disk = createFaultyDisk();
  pair = await createPair({ bob: { world: { disk } } });
  outbox = await pair.folders.folder('outbox');
  dead = new Promise((done) => {
    revive = done;
  });
});

afterEach(async () => {
  vi.useRealTimers();
  revive();
  await pair.close();
  expect(disk.openHandles).toBe(0);
});

const turn = () => new Promise<void>((done) => setImmediate(done));

/** Closes by a clock that runs only here, and says what was settled when so much had passed. */
async function closedWithin(side: Side, ms: number): Promise<boolean> {
  let closed = false;
  void side.engine.close().then(() => {
    closed = true;
  });
  vi.advanceTimersByTime(ms);
  for (let count = 0; count < 10; count++) await turn();
  return closed;
}

test('an app whose disk never finishes a write can be quit, and says so to the peer', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(3_000_000), 'small.txt': 'small' });
  const writing = new Promise<void>((done) => {
    disk.beforeWrite = () => {
      done();
      return dead;
    };
  });
  pair.connect();
  const id = await pair.send(join(outbox, 'big.bin'));
  await writing;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  expect(await closedWithin(pair.bob, closeWithinMs)).toBe(true);
  expect(await pair.alice.reach(id, 'cancelled')).toMatchObject({ reason: { code: 'peer-quit' } });
  expect(Object.keys(await treeOf(pair.bob.downloads))).toEqual(['big.bin.roomdrop-part']);
});

test('a transfer whose disk answers is tidied also when that of another does not', async () => {
  await writeTree(outbox, { 'dead.bin': bytesOf(6_000_000), 'alive.bin': bytesOf(6_000_000) });
  const { createPart } = disk;
  const made = new Set<string>();
  disk.createPart = async (path) => {
    const handle = await createPart(path);
    made.add(basename(path));
    return path.includes('dead') ? { ...handle, write: () => dead } : handle;
  };
  pair.connect({ blockBytes: 3_000_000, bytesPerTurn: 64 * 1024 });
  await pair.send(join(outbox, 'dead.bin'));
  await pair.send(join(outbox, 'alive.bin'));
  while (made.size < 2) await turn();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  expect(await closedWithin(pair.bob, closeWithinMs - 1)).toBe(false);
  while ((await readdir(pair.bob.downloads)).length > 1) await turn();
  expect(await readdir(pair.bob.downloads)).toEqual(['dead.bin.roomdrop-part']);
});

test('a disk that is only slow is waited for', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(3_000_000) });
  const writing = new Promise<void>((done) => {
    disk.beforeWrite = () => {
      done();
      return dead;
    };
  });
  pair.connect();
  await pair.send(join(outbox, 'big.bin'));
  await writing;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const closed = pair.bob.engine.close();
  vi.advanceTimersByTime(closeWithinMs - 1);
  revive();
  await closed;
  expect(await treeOf(pair.bob.downloads)).toEqual({});
});

test('an app whose files cannot be read to an end can be quit', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(3_000_000) });
  const real = await createPathSource([join(outbox, 'big.bin')]);
  let asked = (): void => undefined;
  const reading = new Promise<void>((done) => {
    asked = done;
  });
  const source: Source = {
    ...real,
    async open(entry) {
      const file = await real.open(entry);
      return {
        ...file,
        read() {
          asked();
          return dead;
        },
      };
    },
  };
  pair.connect();
  const id = pair.alice.engine.offer(source, pair.bob.person);
  await reading;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  expect(await closedWithin(pair.alice, closeWithinMs)).toBe(true);
  expect(await pair.bob.reach(id, 'cancelled')).toMatchObject({ reason: { code: 'peer-quit' } });
});
