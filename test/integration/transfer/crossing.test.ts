import { chmod, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPathSource } from '../../../src/main/files/path-source.ts';
import type { Source } from '../../../src/main/files/source.ts';
import { decodeBlock } from '../../../src/shared/protocol/block.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { bytesOf, createPair, createSide, type Pair, treeOf, writeTree } from '../../support/engine-pair.ts';
import { createLanePair } from '../../support/lanes.ts';

let pair: Pair;
let outbox: string;

beforeEach(async () => {
  pair = await createPair();
  outbox = await pair.folders.folder('outbox');
});

afterEach(() => pair.close());

/** The source, read into memory before, so that no disk has a say in when its bytes are there. */
async function sourceInMemory(path: string, onRead: () => void): Promise<Source> {
  const content = await readFile(path);
  const real = await createPathSource([path]);
  return {
    ...real,
    open: async () => ({
      async read(target, offset) {
        onRead();
        target.set(content.subarray(offset, offset + target.byteLength));
      },
      assertUnchanged: async () => undefined,
      close: async () => undefined,
    }),
  };
}

async function crosses(...names: string[]): Promise<void> {
  pair.connect();
  const id = await pair.send(...names.map((name) => join(outbox, name)));
  const [sent, received] = await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
  expect(sent).toMatchObject({ bytes: sent.total, filesDone: sent.files, failedCount: 0, reason: null });
  expect(received).toMatchObject({ bytes: sent.total, total: sent.total, filesDone: sent.files, title: sent.title });
}

test('one file', async () => {
  await writeTree(outbox, { 'letter.txt': 'hello' });
  await crosses('letter.txt');
});

test('files around the size of a segment, with and without a byte more', async () => {
  await writeTree(outbox, {
    'empty.bin': '',
    'one.bin': bytesOf(1),
    'below.bin': bytesOf(limits.segmentBytes - 1, 1),
    'exact.bin': bytesOf(limits.segmentBytes, 2),
    'above.bin': bytesOf(limits.segmentBytes + 1, 3),
    'several.bin': bytesOf(2 * limits.segmentBytes + 12345, 4),
  });
  await crosses('empty.bin', 'one.bin', 'below.bin', 'exact.bin', 'above.bin', 'several.bin');
});

test('a folder: nested, empty, executable, with its times', async () => {
  await writeTree(outbox, {
    'trip/notes.txt': 'notes',
    'trip/empty/': '',
    'trip/a/b/c/d/e/f/deep.txt': 'deep',
    'trip/a/b/run.sh': '#!/bin/sh',
    'trip/a/zero': '',
  });
  await chmod(join(outbox, 'trip/a/b/run.sh'), 0o755);
  await utimes(join(outbox, 'trip/notes.txt'), 1_000_000_000.123, 1_000_000_000.123);
  await utimes(join(outbox, 'trip/empty'), 900_000_000, 900_000_000);
  await utimes(join(outbox, 'trip/a'), 800_000_000, 800_000_000);
  await crosses('trip');
});

test('an empty folder alone', async () => {
  await writeTree(outbox, { 'nothing/': '' });
  await crosses('nothing');
});

test('an empty file alone', async () => {
  await writeTree(outbox, { nothing: '' });
  await crosses('nothing');
});

test('names in several scripts', async () => {
  await writeTree(outbox, {
    'Grüße/naïve café.txt': '1',
    'Grüße/日本語/写真.jpg': '2',
    'Grüße/العربية.txt': '3',
    'Grüße/👩‍👩‍👧‍👦 family.txt': '4',
    'Grüße/ไทย/हिन्दी.txt': '5',
    'Grüße/a "quoted" name; with: $signs & more.txt': '6',
  });
  await crosses('Grüße');
});

test('many small files, by many manifest pages', async () => {
  const tree: Record<string, string> = {};
  for (let index = 0; index < 1200; index++) tree[`many/folder ${index % 20}/file number ${index}.txt`] = `${index}`;
  await writeTree(outbox, tree);
  await crosses('many');
});

test('both ways at once', async () => {
  const more = await pair.folders.folder('more');
  await writeTree(outbox, { 'from-alice.bin': bytesOf(5_000_000, 1) });
  await writeTree(more, { 'from-bob.bin': bytesOf(6_000_000, 2) });
  pair.connect({ bytesPerTurn: 256 * 1024 });
  const there = await pair.send(join(outbox, 'from-alice.bin'));
  const back = pair.bob.engine.offer(await createPathSource([join(more, 'from-bob.bin')]), pair.alice.person);
  await Promise.all([pair.alice.reach(there, 'done'), pair.bob.reach(there, 'done')]);
  await Promise.all([pair.alice.reach(back, 'done'), pair.bob.reach(back, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
  expect(await treeOf(pair.alice.downloads)).toEqual(await treeOf(more));
});

test('an offer made before there is a lane is sent when one comes', async () => {
  await writeTree(outbox, { 'later.txt': 'later' });
  const id = await pair.send(join(outbox, 'later.txt'));
  expect(pair.alice.view(id)).toMatchObject({ state: 'offered', direction: 'out' });
  pair.connect();
  await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
});

test('what is there already is never overwritten', async () => {
  await writeTree(outbox, { 'photo.jpg': 'new', 'album/one.jpg': 'new' });
  await writeTree(pair.bob.downloads, { 'photo.jpg': 'old', 'ALBUM (2)/': '', 'album/one.jpg': 'old' });
  pair.connect();
  const id = await pair.send(join(outbox, 'photo.jpg'), join(outbox, 'album'));
  await pair.bob.reach(id, 'done');
  const names = Object.keys(await treeOf(pair.bob.downloads));
  expect(names).toContain('photo (2).jpg');
  expect(await readFile(join(pair.bob.downloads, 'photo.jpg'), 'utf8')).toBe('old');
  expect(await readFile(join(pair.bob.downloads, 'album/one.jpg'), 'utf8')).toBe('old');
  expect(await readFile(join(pair.bob.downloads, 'photo (2).jpg'), 'utf8')).toBe('new');
  expect(pair.bob.engine.location(id)).toBe(join(pair.bob.downloads, 'photo (2).jpg'));
});

test('twins of one offer, in another case or normal form, all arrive', async () => {
  await writeTree(outbox, { 'twins/A.txt': '1', 'twins/a.txt': '2', 'twins/\u00e9': '3', 'twins/e\u0301': '4' });
  pair.connect();
  const id = await pair.send(join(outbox, 'twins'));
  const view = await pair.bob.reach(id, 'done');
  expect(view.filesDone).toBe(4);
  const names = Object.keys(await treeOf(pair.bob.downloads));
  expect(names).toEqual(['twins/', 'twins/A.txt', 'twins/a (2).txt', 'twins/\u00e9', 'twins/\u00e9 (2)'].sort());
});

test('transfers on one lane share it', async () => {
  await writeTree(outbox, { 'one.bin': bytesOf(8_000_000, 1), 'two.bin': bytesOf(8_000_000, 2) });
  const carried = new Map<string, number>();
  // What fills the lane at first is of whoever goes on first.
  let skippedBytes = Number.POSITIVE_INFINITY;
  // Either may send so much, and what it has sent before, although nothing is written yet.
  let watchedBytes = 512 * 1024;
  const lanes = pair.connect({
    bytesPerTurn: limits.linkMessageBytes,
    tamper(message, towards) {
      const block = towards === 'b' ? decodeBlock(message) : null;
      if (!block) return message;
      if (skippedBytes > 0) skippedBytes -= message.byteLength;
      else if (watchedBytes > 0) {
        watchedBytes -= message.byteLength;
        carried.set(block.transfer, (carried.get(block.transfer) ?? 0) + message.byteLength);
      }
      return message;
    },
  });
  const read = new Set<string>();
  const ids: string[] = [];
  for (const name of ['one.bin', 'two.bin']) {
    const source = await sourceInMemory(join(outbox, name), () => read.add(name));
    const id = pair.alice.engine.offer(source, pair.bob.person);
    pair.alice.engine.pause(id);
    ids.push(id);
  }
  // Both are accepted; whoever begins to read is through with reading ahead by the next turn.
  while (read.size < 2) await new Promise((done) => setImmediate(done));
  for (const id of ids) pair.alice.engine.resume(id);
  skippedBytes = lanes.a.undrainedBytes;
  for (const id of ids) await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  const [one = 0, two = 0] = carried.values();
  expect(watchedBytes).toBeLessThanOrEqual(0);
  expect(Math.abs(one - two)).toBeLessThanOrEqual(2 * limits.linkMessageBytes);
});

test('control messages that arrive long after the blocks beside them change nothing', async () => {
  await writeTree(outbox, {
    'mixed/a.bin': bytesOf(3_000_000, 1),
    'mixed/b': '',
    'mixed/c.txt': 'c',
    'mixed/d.bin': bytesOf(limits.segmentBytes + 5, 2),
  });
  pair.connect({ controlDelayTurns: 25 });
  const id = await pair.send(join(outbox, 'mixed'));
  await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
});

test('the request shows names, sizes, folder and free space, and can be declined', async () => {
  const asking = createSide('carol', await pair.folders.folder('carol-downloads'), { shouldAccept: () => false });
  const lanes = createLanePair();
  await writeTree(outbox, { 'trip/a.txt': 'abc', 'trip/b/': '' });
  const id = pair.alice.engine.offer(await createPathSource([join(outbox, 'trip')]), asking.person);
  pair.alice.engine.attach(asking.person, lanes.a);
  asking.engine.attach(pair.alice.person, lanes.b);
  const view = await asking.offered();
  expect(view).toMatchObject({
    id,
    direction: 'in',
    state: 'offered',
    title: 'trip',
    topLevelEntries: 1,
    files: 1,
    folders: 2,
    total: 3,
    folder: asking.downloads,
  });
  for (const side of [asking, pair.alice]) {
    expect(await side.engine.contents(id, null, null)).toEqual({
      items: [{ entry: 0, folder: true, name: 'trip', bytes: 3, files: 1 }],
      left: 0,
      unlisted: 0,
    });
    expect(await side.engine.contents(id, { entry: 0, depth: 1 }, null)).toMatchObject({
      items: [
        { folder: true, name: 'b', bytes: 0, files: 0 },
        { folder: false, name: 'a.txt', bytes: 3 },
      ],
    });
  }
  expect(view.freeBytes).toBeGreaterThan(0);
  await asking.engine.answer(id, false);
  await Promise.all([asking.reach(id, 'declined'), pair.alice.reach(id, 'declined')]);
  await expect(asking.engine.answer(id, true)).rejects.toThrow('request-invalid');
  expect(await treeOf(asking.downloads)).toEqual({});
  await expect(asking.engine.contents(id, null, null)).rejects.toThrow('transfer-unknown');
  await asking.engine.close();
});

test('an offer tells its first names and how many more there are; once it is accepted, all of them', async () => {
  const tree = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`many/${index}.txt`, 'x']));
  await writeTree(outbox, tree);
  const asking = createSide('carol', await pair.folders.folder('carol-downloads'), { shouldAccept: () => false });
  const lanes = createLanePair();
  const id = pair.alice.engine.offer(await createPathSource([join(outbox, 'many')]), asking.person);
  pair.alice.engine.attach(asking.person, lanes.a);
  asking.engine.attach(pair.alice.person, lanes.b);
  await asking.offered();
  const folder = { entry: 0, depth: 1 };
  const offered = await asking.engine.contents(id, folder, null);
  const known = offered.items.length + offered.left;
  expect(known).toBeGreaterThan(50);
  expect(offered.unlisted).toBe(700 - known);

  pair.alice.engine.pause(id);
  await asking.engine.answer(id, true);
  await expect.poll(async () => (await asking.engine.contents(id, folder, null)).unlisted).toBe(0);
  const names: string[] = [];
  for (let after: number | null = null, left = 1; left > 0; ) {
    const page = await asking.engine.contents(id, folder, after);
    names.push(...page.items.map(({ name }) => name));
    [after, left] = [page.items.at(-1)?.entry ?? null, page.left];
  }
  expect(names).toEqual(Array.from({ length: 700 }, (_, index) => `${index}.txt`));
  await asking.engine.close();
});
