import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPathSource } from '../../../src/main/files/path-source.ts';
import type { Source } from '../../../src/main/files/source.ts';
import type { SourceEntry } from '../../../src/main/files/source-entry.ts';
import { createPair, type Pair, writeTree } from '../../support/engine-pair.ts';
import { connectRawPeer, idOf, offerOf, type RawPeer } from '../../support/engine-raw-peer.ts';
import { collectGarbage, isLetGo } from '../../support/garbage.ts';

let pair: Pair;
let accepts: boolean;

beforeEach(async () => {
  accepts = true;
  pair = await createPair({ bob: { shouldAccept: () => accepts } });
});

afterEach(() => pair.close());

/** A folder of files that nobody will read. */
function largeSource(files: number): Source {
  const entries: SourceEntry[] = Array.from({ length: files }, (_, index) => ({
    index,
    path: `large/${'a long name that takes some memory '.repeat(5)}${index}.bin`,
    kind: 'file',
    bytes: 1,
    modifiedMs: 0,
    executable: false,
  }));
  return {
    id: 'large',
    entries,
    open: () => Promise.reject(new Error('never read')),
    describe: () => ({ from: 'page', id: 'large', entries: [] }),
    release: () => undefined,
  };
}

/** Offers without keeping the source itself. */
function offerLarge(files: number): { id: string; entries: WeakRef<object> } {
  const source = largeSource(files);
  return { id: pair.alice.engine.offer(source, pair.bob.person), entries: new WeakRef(source.entries) };
}

test('the list of files of an offer that was declined is let go', async () => {
  accepts = false;
  pair.connect();
  const { id, entries } = offerLarge(1000);
  await pair.bob.reach(id, 'offered');
  await pair.bob.engine.answer(id, false);
  await pair.alice.reach(id, 'declined');
  expect(await isLetGo(entries)).toBe(true);
  expect(pair.alice.view(id)).toMatchObject({ state: 'declined', files: 1000, title: 'large' });
});

test('the list of files of an offer that was taken back with nobody there is let go', async () => {
  const { id, entries } = offerLarge(1000);
  pair.alice.engine.cancel(id);
  await pair.alice.reach(id, 'cancelled');
  expect(await isLetGo(entries)).toBe(true);
});

test('transfers that are over take no memory for their files, on either side', async () => {
  pair.connect();
  const entries: WeakRef<object>[] = [];
  async function begunAndCancelled(): Promise<void> {
    const offered = offerLarge(4000);
    entries.push(offered.entries);
    pair.alice.engine.pause(offered.id);
    // The folder is made when the whole list is there.
    while ((await readdir(pair.bob.downloads)).length === 0) await new Promise((done) => setImmediate(done));
    pair.alice.engine.cancel(offered.id);
    await Promise.all([pair.alice.reach(offered.id, 'cancelled'), pair.bob.reach(offered.id, 'cancelled')]);
    while ((await readdir(pair.bob.downloads)).length > 0) await new Promise((done) => setImmediate(done));
  }
  await begunAndCancelled();
  await collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 6; count++) await begunAndCancelled();
  for (const each of entries) expect(await isLetGo(each)).toBe(true);
  // Kept, the receiver's lists alone would be three times that.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2_000_000);
  expect(pair.bob.engine.list()).toHaveLength(7);
});

test('what has arrived is still listed, found, and forgotten on demand', async () => {
  const outbox = await pair.folders.folder('outbox');
  await writeTree(outbox, { 'trip/a.txt': 'a', 'trip/b.txt': 'b' });
  pair.connect();
  const id = await pair.send(join(outbox, 'trip'));
  const shown = await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  await collectGarbage();
  expect([pair.alice.view(id), pair.bob.view(id)]).toEqual(shown);
  expect(pair.bob.engine.location(id)).toBe(join(pair.bob.downloads, 'trip'));
  expect(pair.alice.engine.location(id)).toBeNull();
  for (const { engine } of [pair.alice, pair.bob]) {
    // What means nothing any more does nothing.
    for (const verb of ['pause', 'resume', 'cancel'] as const) engine[verb](id);
    expect(engine.list().map(({ state }) => state)).toEqual(['done']);
    engine.forget(id);
    expect(engine.list()).toEqual([]);
    expect(engine.location(id)).toBeNull();
  }
});

test('a sender that comes back and has not heard is told how it ended', async () => {
  accepts = false;
  const id = idOf(7);
  const offer = offerOf(id, [['f', 'a.txt', 1, 0]]);
  async function offers(peer: RawPeer): Promise<void> {
    peer.say(offer);
    await peer.settled();
  }
  const first = connectRawPeer(pair.bob);
  await offers(first);
  await first.hears('want-manifest');
  first.say({ type: 'manifest', transfer: id, page: 0, entries: [['f', 'a.txt', 1, 0]] });
  await pair.bob.reach(id, 'offered');
  await pair.bob.engine.answer(id, false);
  const word = await first.hears('ended');
  expect(word).toMatchObject({ state: 'declined', reason: 'declined' });
  await offers(first);
  expect(await first.hears('ended')).toEqual(word);
  const second = connectRawPeer(pair.bob);
  second.say({ type: 'cancel', transfer: id, reason: 'cancelled-by-peer' });
  expect(await second.hears('ended')).toEqual(word);
  expect(pair.bob.view(id).state).toBe('declined');
});

test('a cancel that nobody heard is said again, and what the receiver says of it stands', async () => {
  const outbox = await pair.folders.folder('outbox');
  await writeTree(outbox, { 'a.txt': 'abc', 'b.txt': 'abc', 'c.txt': 'abc' });
  const first = connectRawPeer(pair.alice);
  const source = await createPathSource(['a.txt', 'b.txt', 'c.txt'].map((name) => join(outbox, name)));
  const person = { key: 'key-of-mallory', session: 'session-of-mallory', name: 'mallory' };
  const id = pair.alice.engine.offer(source, person);
  await first.hears('offer');
  first.say({ type: 'accept', transfer: id, binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: null });
  await pair.alice.reach(id, 'verifying');
  first.close();
  await pair.alice.reach(id, 'interrupted');
  pair.alice.engine.cancel(id);
  await pair.alice.reach(id, 'cancelled');
  await collectGarbage();
  const second = connectRawPeer(pair.alice);
  expect(await second.hears('cancel')).toMatchObject({ transfer: id });
  second.say({ type: 'query', transfer: id });
  expect(await second.hears('cancel')).toMatchObject({ transfer: id });
  const failures: [number, 'file-corrupt'][] = [[1, 'file-corrupt']];
  second.say({
    type: 'ended',
    transfer: id,
    state: 'done',
    reason: 'some-files-failed',
    files: 2,
    failed: 1,
    failures,
  });
  const view = await pair.alice.reach(id, 'done');
  expect(view).toMatchObject({
    filesDone: 2,
    failedCount: 1,
    reason: { code: 'some-files-failed', detail: { count: 1 } },
  });
  // It is settled: a third lane hears nothing of it.
  const third = connectRawPeer(pair.alice);
  await third.settled();
  expect(third.received).toEqual([]);
});
