import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ControlOf } from '../../../src/shared/protocol/transfer-messages.ts';
import { bytesOf, createPair, type Pair, writeTree } from '../../support/engine-pair.ts';
import { connectRawPeer, type RawPeer } from '../../support/engine-raw-peer.ts';

let pair: Pair;
let receiver: RawPeer;
let transfer: string;
const size = 8_000_000;

/** A folder, a large file and a small one, offered to somebody who says what they like about them. */
beforeEach(async () => {
  pair = await createPair();
  const outbox = await pair.folders.folder('outbox');
  await writeTree(outbox, { 'trip/a.bin': bytesOf(size), 'trip/b.txt': 'abc' });
  receiver = connectRawPeer(pair.alice, 'bob');
  transfer = await pair.send(join(outbox, 'trip'));
  await receiver.hears('offer');
});

afterEach(() => pair.close());

function accept(from: Partial<ControlOf<'accept'>> = {}): void {
  receiver.say({
    type: 'accept',
    transfer,
    binding: 1,
    entry: 1,
    offset: 0,
    written: 0,
    files: 0,
    hold: null,
    ...from,
  });
}

function ended(what: Partial<ControlOf<'ended'>> = {}): void {
  receiver.say({ type: 'ended', transfer, state: 'done', reason: null, files: 2, failed: 0, failures: [], ...what });
}

async function someBlocks(bytes = 100_000): Promise<void> {
  while (receiver.blockBytes < bytes) await new Promise((done) => setImmediate(done));
}

test('who says it has everything while most was never sent is not believed', async () => {
  accept();
  await someBlocks();
  ended();
  const view = await pair.alice.reach(transfer, 'failed');
  expect(view).toMatchObject({ reason: { code: 'false-report' }, filesDone: 0 });
  expect(view.bytes).toBeLessThan(size);
});

test('nor who says so before anything was sent', async () => {
  ended();
  expect(await pair.alice.reach(transfer, 'failed')).toMatchObject({ reason: { code: 'false-report' }, bytes: 0 });
});

test('nor who forgets files that neither arrived nor failed', async () => {
  accept({ entry: 2 });
  await receiver.hears('digests');
  ended({ files: 1 });
  expect(await pair.alice.reach(transfer, 'failed')).toMatchObject({ reason: { code: 'false-report' } });
});

test('nor who says so of what was cancelled here while nobody was there', async () => {
  accept();
  await someBlocks();
  receiver.close();
  await pair.alice.reach(transfer, 'interrupted');
  pair.alice.engine.cancel(transfer);
  await pair.alice.reach(transfer, 'cancelled');
  receiver = connectRawPeer(pair.alice, 'bob');
  await receiver.hears('cancel');
  ended();
  expect(await pair.alice.reach(transfer, 'failed')).toMatchObject({ reason: { code: 'false-report' } });
});

test('who says which one failed is believed about the other', async () => {
  accept({ entry: 2 });
  await receiver.hears('digests');
  ended({ reason: 'some-files-failed', files: 1, failed: 1, failures: [[1, 'file-name-refused']] });
  expect(await pair.alice.reach(transfer, 'done')).toMatchObject({ filesDone: 1, failedCount: 1 });
});

test.each<[string, Partial<ControlOf<'accept'>>]>([
  ['beyond the last entry', { entry: 4 }],
  ['behind the last entry, and beyond its end', { entry: 3, offset: 1 }],
  ['beyond the end of a file', { entry: 2, offset: 4 }],
  ['within a folder', { entry: 0, offset: 1 }],
  ['with bytes that were never sent', { written: 3 }],
  ['with a file that was never sent', { files: 1 }],
])('to begin %s is no place to begin', async (_, from) => {
  accept(from);
  expect(await receiver.hears('cancel')).toMatchObject({ reason: 'protocol-error' });
  expect(await pair.alice.reach(transfer, 'failed')).toMatchObject({ reason: { code: 'protocol-error' }, bytes: 0 });
});

test('progress in what was never sent is none', async () => {
  accept();
  await someBlocks();
  receiver.say({ type: 'progress', transfer, binding: 1, charge: 10, written: size, files: 0 });
  expect(await pair.alice.reach(transfer, 'failed')).toMatchObject({ reason: { code: 'protocol-error' }, bytes: 0 });
});

test('what went out over an earlier lane counts', async () => {
  accept();
  await someBlocks();
  receiver.close();
  await pair.alice.reach(transfer, 'interrupted');
  receiver = connectRawPeer(pair.alice, 'bob');
  await receiver.hears('offer');
  accept({ binding: 2, offset: 50_000, written: 50_000 });
  let charge = 0;
  while (pair.alice.view(transfer).state !== 'verifying') {
    await someBlocks(Math.min(charge + 100_000, size - 50_000));
    // A block counts more than its payload, so this much has gone out.
    charge = Math.min(receiver.blockBytes, size - 50_000);
    receiver.say({ type: 'progress', transfer, binding: 2, charge, written: charge, files: 0 });
    await receiver.settled();
  }
  ended();
  expect(await pair.alice.reach(transfer, 'done')).toMatchObject({ bytes: size + 3, filesDone: 2 });
});
