import { rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPathSource } from '../../../src/main/files/path-source.ts';
import { durablePosition, type IncomingRecord, type Position } from '../../../src/main/transfer/incoming-record.ts';
import { decodeIncomingRecord, encodeIncomingRecord } from '../../../src/main/transfer/incoming-record-codec.ts';
import { decodeBlock } from '../../../src/shared/protocol/block.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { systemError } from '../../support/engine-disk.ts';
import { bytesOf, createPair, createSide, type Pair, type Side, treeOf, writeTree } from '../../support/engine-pair.ts';
import { createLanePair, type LanePair, type LanePairOptions } from '../../support/lanes.ts';
import { createMortalDisk, type MortalDisk } from '../../support/mortal-disk.ts';

const segment = limits.segmentBytes;

let disk: MortalDisk;
let pair: Pair;
let outbox: string;
let reborn: Side;

beforeEach(async () => {
  disk = createMortalDisk();
  pair = await createPair({ bob: { world: { disk } } });
  outbox = await pair.folders.folder('outbox');
  reborn = createSide('bob', pair.bob.downloads);
});

afterEach(async () => {
  await reborn.engine.close();
  await pair.close();
});

function recordOf(id: string): IncomingRecord {
  const record = pair.bob.engine.record(id);
  if (!record) throw new Error('no record');
  return record;
}

/** Waits until the record of a transfer is so, on bob's first life. */
async function untilRecord(id: string, test: (record: IncomingRecord) => boolean): Promise<void> {
  for (let record = pair.bob.engine.record(id); !record || !test(record); record = pair.bob.engine.record(id))
    await new Promise((done) => setImmediate(done));
}

/** Bob's process is gone from one moment to the next; what was written down of it is all that is left. */
function dies(id: string, lanes: LanePair): string {
  const text = encodeIncomingRecord(recordOf(id));
  disk.die();
  lanes.cut();
  return text;
}

function meetAgain(options: LanePairOptions = {}): void {
  const lanes = createLanePair(options);
  pair.alice.engine.attach(reborn.person, lanes.a);
  reborn.engine.attach(pair.alice.person, lanes.b);
}

async function arrives(id: string): Promise<void> {
  await Promise.all([pair.alice.reach(id, 'done'), reborn.reach(id, 'done')]);
  expect(await treeOf(reborn.downloads)).toEqual(await treeOf(outbox));
}

/** Where blocks that cross begin. */
function watchBlocks(seen: Position[]): LanePairOptions {
  return {
    tamper(message) {
      const block = decodeBlock(message);
      if (block) seen.push({ entry: block.entry, offset: block.offset });
      return message;
    },
  };
}

test('half a folder is here when the app and the power go; the rest comes to the next one, and nothing that was flushed again', async () => {
  await writeTree(outbox, {
    'trip/a/first.txt': 'first',
    'trip/a/second.bin': bytesOf(70_000, 1),
    'trip/empty/': '',
    'trip/m-big.bin': bytesOf(5 * segment + 1_000_000, 2),
    'trip/nothing': '',
    'trip/z-last.bin': bytesOf(300_000, 3),
  });
  const lanes = pair.connect({ blockBytes: 4 * segment + segment / 2 });
  const id = await pair.send(join(outbox, 'trip'));
  await untilRecord(id, (record) => durablePosition(record).offset === 4 * segment && record.finished === 2);
  const record = recordOf(id);
  const durable = durablePosition(record);
  expect(record.position.offset).toBeGreaterThan(durable.offset);
  const text = dies(id, lanes);
  // What no flush has confirmed goes with the power.
  await truncate(join(pair.bob.downloads, 'trip', 'm-big.bin.roomdrop-part'), durable.offset);

  reborn.engine.restore(decodeIncomingRecord(text));
  expect(reborn.view(id)).toMatchObject({ state: 'interrupted', title: 'trip', filesDone: 2, peer: { name: 'alice' } });
  const seen: Position[] = [];
  meetAgain(watchBlocks(seen));
  await arrives(id);
  expect(seen.filter((each) => each.entry < durable.entry)).toEqual([]);
  expect(seen.filter((each) => each.entry === durable.entry && each.offset < durable.offset)).toEqual([]);
  expect(reborn.engine.location(id)).toBe(join(reborn.downloads, 'trip'));
});

test('a part that has become shorter than what was flushed of it is received anew', async () => {
  await writeTree(outbox, { 'short.bin': bytesOf(5 * segment, 1) });
  const lanes = pair.connect({ blockBytes: 4 * segment + 1_000_000 });
  const id = await pair.send(join(outbox, 'short.bin'));
  await untilRecord(id, (record) => durablePosition(record).offset === 4 * segment);
  const text = dies(id, lanes);
  await truncate(join(pair.bob.downloads, 'short.bin.roomdrop-part'), 4 * segment - 1);
  reborn.engine.restore(decodeIncomingRecord(text));
  meetAgain();
  await arrives(id);
});

test('the name that was taken for it is kept for it, whatever has come into the folder meanwhile', async () => {
  await writeFile(join(pair.bob.downloads, 'a.bin'), 'of somebody else');
  await writeTree(outbox, { 'a.bin': bytesOf(3_000_000) });
  const lanes = pair.connect({ blockBytes: 1_000_000 });
  const id = await pair.send(join(outbox, 'a.bin'));
  await untilRecord(id, (record) => record.written > 0);
  const text = dies(id, lanes);
  reborn.engine.restore(decodeIncomingRecord(text));
  await writeTree(outbox, { 'b/a.bin': bytesOf(10, 9) });
  const carol = createSide('carol', await pair.folders.folder('carol'));
  const others = createLanePair();
  carol.engine.attach(reborn.person, others.a);
  reborn.engine.attach(carol.person, others.b);
  const other = carol.engine.offer(await createPathSource([join(outbox, 'b', 'a.bin')]), reborn.person);
  await reborn.reach(other, 'done');
  meetAgain();
  await reborn.reach(id, 'done');
  expect(reborn.engine.location(id)).toBe(join(reborn.downloads, 'a (2).bin'));
  expect(reborn.engine.location(other)).toBe(join(reborn.downloads, 'a (3).bin'));
  expect((await treeOf(reborn.downloads))['a (2).bin']).toBe((await treeOf(outbox))['a.bin']);
  await carol.engine.close();
});

test('what a person has paused stays paused, and goes on at their word', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(3_000_000) });
  const lanes = pair.connect({ blockBytes: 1_000_000 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await untilRecord(id, (record) => record.written > 0);
  pair.bob.engine.pause(id);
  const text = dies(id, lanes);
  reborn.engine.restore(decodeIncomingRecord(text));
  meetAgain();
  await pair.alice.until(id, (view) => view.pausedByPeer && view.state === 'paused');
  expect(reborn.view(id)).toMatchObject({ state: 'paused', pausedByMe: true, reason: { code: 'paused-by-me' } });
  reborn.engine.resume(id);
  await arrives(id);
});

test('a folder that is away waits, and when it is back it goes on', async () => {
  await writeTree(outbox, { 'trip/big.bin': bytesOf(3_000_000) });
  const lanes = pair.connect({ blockBytes: 1_000_000 });
  const id = await pair.send(join(outbox, 'trip'));
  await untilRecord(id, (record) => record.written > 0);
  const text = dies(id, lanes);
  const away = join(pair.folders.root, 'away');
  await rename(pair.bob.downloads, away);
  reborn.engine.restore(decodeIncomingRecord(text));
  await reborn.until(id, (view) => view.reason?.code === 'folder-gone');
  meetAgain();
  await rename(away, pair.bob.downloads);
  reborn.engine.resume(id);
  await arrives(id);
});

test('accepted, and gone before a place was found: its manifest is asked for again, its folder is not a second one', async () => {
  await writeTree(outbox, { 'trip/sub/a.txt': 'a', 'trip/b.txt': 'b' });
  const { makeFolder } = disk;
  disk.makeFolder = (path) => (path.endsWith('sub') ? Promise.reject(systemError('EACCES')) : makeFolder(path));
  const lanes = pair.connect();
  const id = await pair.send(join(outbox, 'trip'));
  await pair.bob.until(id, (view) => view.reason?.code === 'folder-read-only');
  const text = dies(id, lanes);
  expect(JSON.parse(text)).toMatchObject({ placed: false, manifest: [], roots: [{ given: 'trip', taken: 'trip' }] });
  reborn.engine.restore(decodeIncomingRecord(text));
  meetAgain();
  await reborn.until(id, (view) => view.pausedByMe);
  reborn.engine.resume(id);
  await arrives(id);
});

test('a cancelled one leaves nothing behind, also of what an earlier process wrote', async () => {
  await writeTree(outbox, { 'trip/big.bin': bytesOf(3_000_000), 'trip/sub/later.txt': 'later' });
  const lanes = pair.connect({ blockBytes: 1_000_000 });
  const id = await pair.send(join(outbox, 'trip'));
  await untilRecord(id, (record) => record.written > 0);
  const text = dies(id, lanes);
  reborn.engine.restore(decodeIncomingRecord(text));
  reborn.engine.cancel(id);
  await reborn.engine.close();
  expect(await treeOf(reborn.downloads)).toEqual({});
});
