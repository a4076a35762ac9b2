import { createHash } from 'node:crypto';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPathSource } from '../../../src/main/files/path-source.ts';
import type { Source } from '../../../src/main/files/source.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { ControlOf, ManifestEntry } from '../../../src/shared/protocol/transfer-messages.ts';
import type { Reason } from '../../../src/shared/reasons.ts';
import { createFaultyDisk, type FaultyDisk } from '../../support/engine-disk.ts';
import { bytesOf, createPair, createSide, type Pair, type Side, treeOf, writeTree } from '../../support/engine-pair.ts';
import { connectRawPeer, idOf, offerOf, type RawPeer } from '../../support/engine-raw-peer.ts';
import { createLanePair } from '../../support/lanes.ts';

let pair: Pair;
let disk: FaultyDisk;
let peer: RawPeer;
const id = idOf(1);

beforeEach(async () => {
  disk = createFaultyDisk();
  pair = await createPair({ bob: { world: { disk } } });
  peer = connectRawPeer(pair.bob);
});

afterEach(async () => {
  await pair.bob.engine.close();
  expect(disk.openHandles).toBe(0);
  await pair.close();
});

/** Whatever was said before: nothing was written, and an honest transfer on the same lane still goes through. */
async function survives(existing: Record<string, string> = {}): Promise<void> {
  expect(await treeOf(pair.bob.downloads)).toEqual(existing);
  expect(peer.closed).toBe(false);
  const content = Buffer.from('honest');
  const entries: ManifestEntry[] = [['f', 'honest.txt', content.byteLength, 0]];
  const honest = idOf(0xabc);
  const binding = await accepted(honest, entries);
  peer.block({ transfer: honest, binding, entry: 0, offset: 0 }, content);
  peer.say({ type: 'digests', transfer: honest, list: [[0, 0, sha256(content)]] });
  await pair.bob.reach(honest, 'done');
  expect(Object.keys(await treeOf(pair.bob.downloads))).toContain('honest.txt');
}

function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

async function accepted(transfer: string, entries: ManifestEntry[]): Promise<number> {
  peer.say(offerOf(transfer, entries));
  await peer.hears('want-manifest');
  peer.say({ type: 'manifest', transfer, page: 0, entries });
  const accept = await peer.hears('accept');
  expect(accept.transfer).toBe(transfer);
  return accept.binding;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64');
}

async function refusedWith(code: string): Promise<void> {
  expect(await peer.hears('ended')).toMatchObject({ transfer: id, state: 'failed', reason: code });
}

test('bytes that are no message', async () => {
  for (const message of [[], [0], [1], [2, 3], [0, 0x7b], [0, 0xff, 0xfe], [1, ...Array(40).fill(0)]]) {
    peer.bytes(Uint8Array.from(message));
  }
  peer.bytes(new Uint8Array(limits.controlBytes + 1));
  peer.bytes(Uint8Array.from([0, ...Buffer.from('{"type":"offer","transfer":"../../x"}')]));
  peer.bytes(Uint8Array.from([0, ...Buffer.from(`{"type":"nonsense","transfer":"${id}"}`)]));
  await peer.settled();
  await survives();
});

test('messages for a transfer that nobody knows', async () => {
  peer.say({ type: 'accept', transfer: id, binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: null });
  peer.say({ type: 'want-manifest', transfer: id, page: 0 });
  peer.say({ type: 'digests', transfer: id, list: [[0, 0, sha256(Buffer.from('x'))]] });
  peer.say({ type: 'progress', transfer: id, binding: 1, charge: 5, written: 5, files: 1 });
  peer.block({ transfer: id, binding: 1, entry: 0, offset: 0 }, Buffer.from('x'));
  peer.say({ type: 'query', transfer: id });
  expect(await peer.hears('gone')).toEqual({ type: 'gone', transfer: id });
  await survives();
});

describe('an offer that cannot be true', () => {
  const good: ManifestEntry[] = [['f', 'a.txt', 10, 0]];

  test.each<[string, Partial<ControlOf<'offer'>>]>([
    ['with no entries', { files: 0 }],
    ['with no pages', { pages: 0 }],
    ['with more pages than entries', { pages: 2 }],
    ['with more top-level entries than entries', { topLevelEntries: 2 }],
  ])('%s', async (_, wrong) => {
    peer.say({ ...offerOf(id, good), ...wrong });
    await refusedWith('bad-offer');
    await survives();
  });

  test('with more entries than anybody sends', async () => {
    peer.say({ ...offerOf(id, good), files: limits.manifestEntries + 1, pages: 5 });
    await refusedWith('too-many-entries');
    await survives();
  });

  const untrue: [string, ManifestEntry[]][] = [
    ['a size that does not add up', [['f', 'a.txt', 11, 0]]],
    ['another kind', [['d', 'a.txt', 0, 0]]],
    ['one entry more', [...good, ['f', 'b.txt', 0, 0]]],
    ['no entries', []],
    ['a folder with bytes', [['d', 'a.txt', 10, 0]]],
    ['a path upwards', [['f', '../a.txt', 10, 0]]],
    ['a path upwards further down', [['f', 'a/../../b.txt', 10, 0]]],
    ['an absolute path', [['f', '/etc/passwd', 10, 0]]],
    ['an empty segment', [['f', 'a//b', 10, 0]]],
    ['a dot', [['f', './a', 10, 0]]],
    ['a zero byte', [['f', 'a\0b', 10, 0]]],
  ];

  test.each(untrue)('whose manifest has %s', async (_, entries) => {
    peer.say(offerOf(id, good));
    await peer.hears('want-manifest');
    peer.say({ type: 'manifest', transfer: id, page: 0, entries });
    await refusedWith('bad-offer');
    expect(pair.bob.views).toEqual([]);
    await survives();
  });

  test.each(untrue)('that brings a manifest with %s', async (_, entries) => {
    peer.say({ ...offerOf(id, good), first: entries });
    await refusedWith('bad-offer');
    expect(pair.bob.views).toEqual([]);
    await survives();
  });

  test.each<[string, Record<string, unknown>]>([
    ['a negative size', { bytes: -1 }],
    ['a size that no number holds', { bytes: 2 ** 53 }],
    ['half a file', { files: 0.5 }],
    ['no number of pages', { pages: undefined }],
    ['a text where a number belongs', { folders: '0' }],
    ['a first page that is none', { first: [['f', 'a.txt']] }],
  ])('that breaks its form, with %s', async (_, wrong) => {
    peer.json({ ...offerOf(id, good), ...wrong });
    await refusedWith('bad-offer');
    await survives();
  });

  test.each<[string, unknown[]]>([
    ['a negative size', ['f', 'a.txt', -1, 0]],
    ['a size that no number holds', ['f', 'a.txt', 2 ** 53, 0]],
    ['a kind nobody knows', ['l', 'a.txt', 10, 0]],
    ['a number as its path', ['f', 7, 10, 0]],
    ['a path of 5,000 bytes', ['f', 'a'.repeat(5000), 10, 0]],
    ['no path', ['f', '', 10, 0]],
    ['half a character in its path', ['f', 'a\ud800.txt', 10, 0]],
  ])('whose manifest breaks its form, with %s', async (_, entry) => {
    peer.say(offerOf(id, good));
    await peer.hears('want-manifest');
    peer.json({ type: 'manifest', transfer: id, page: 0, entries: [entry] });
    await refusedWith('bad-offer');
    expect(pair.bob.views).toEqual([]);
    await survives();
  });

  test('that comes again without form once it is over is answered as it ended', async () => {
    peer.say({ ...offerOf(id, good), pages: 1 });
    await peer.hears('want-manifest');
    peer.say({ type: 'manifest', transfer: id, page: 0, entries: good });
    await peer.hears('accept');
    peer.say({ type: 'cancel', transfer: id, reason: 'cancelled-by-peer' });
    expect(await peer.hears('ended')).toMatchObject({ state: 'cancelled' });
    peer.json({ ...offerOf(id, good), bytes: -1 });
    expect(await peer.hears('ended')).toMatchObject({ state: 'cancelled' });
  });

  test('whose pages come unasked or twice', async () => {
    const offer = { ...offerOf(id, [...good, ['f', 'b.txt', 1, 0]]), pages: 2 };
    peer.say(offer);
    await peer.hears('want-manifest');
    peer.say({ type: 'manifest', transfer: id, page: 0, entries: good });
    await peer.hears('want-manifest');
    peer.say({ type: 'manifest', transfer: id, page: 0, entries: good });
    await refusedWith('bad-offer');
    await survives();
  });

  test.each<[string, ManifestEntry[]]>([
    [
      'the same path twice',
      [
        ['f', 'x/a', 1, 0],
        ['f', 'x/a', 1, 0],
      ],
    ],
    [
      'a path through a file',
      [
        ['f', 'x/a', 1, 0],
        ['f', 'x/a/b', 1, 0],
      ],
    ],
  ])('because it names %s', async (_, entries) => {
    peer.say(offerOf(id, entries));
    await peer.hears('want-manifest');
    peer.say({ type: 'manifest', transfer: id, page: 0, entries });
    await refusedWith('bad-offer');
    await survives();
  });

  test('because it changed', async () => {
    const entries: ManifestEntry[] = [['f', 'a.txt', 10, 0]];
    await accepted(id, entries);
    peer.say({ ...offerOf(id, entries), bytes: 11 });
    await refusedWith('bad-offer');
    await pair.bob.reach(id, 'failed');
    await pair.bob.engine.close();
    expect(await treeOf(pair.bob.downloads)).toEqual({});
  });
});

test('names that are hostile are made safe, and nothing leaves the folder', async () => {
  const names = [
    'con',
    'AUX.txt',
    'C:evil',
    '..\\..\\up',
    'evil\u202etxt.exe',
    ' . ',
    '...',
    'a/b\\c',
    'x'.repeat(300),
  ];
  const entries = names.map((name): ManifestEntry => ['f', name, 0, 0]);
  const transfer = id;
  await accepted(transfer, entries);
  peer.say({ type: 'digests', transfer, list: names.map((_, entry) => [entry, 0, sha256(Buffer.alloc(0))]) });
  await pair.bob.reach(id, 'done');
  const found = Object.keys(await treeOf(pair.folders.root)).filter((path) => path.startsWith('bob-downloads/'));
  const files = found.filter((path) => !path.endsWith('/')).map((path) => path.slice('bob-downloads/'.length));
  expect(files).toHaveLength(names.length);
  for (const path of files) {
    for (const segment of path.split('/')) {
      expect(segment).not.toMatch(/[\\\p{Cc}\u202e]|^(con|aux)\b|^[A-Za-z]:|[. ]$/iu);
      expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(limits.diskNameBytes);
    }
  }
});

test('a link in the folder is not followed', async () => {
  await writeTree(pair.folders.root, { 'outside/': '' });
  await symlink(join(pair.folders.root, 'outside'), join(pair.bob.downloads, 'trip'));
  await symlink(join(pair.folders.root, 'outside/made'), join(pair.bob.downloads, 'a.txt'));
  await symlink(join(pair.folders.root, 'outside/part'), join(pair.bob.downloads, 'a (2).txt.roomdrop-part'));
  const content = Buffer.from('x');
  const entries: ManifestEntry[] = [
    ['f', 'trip/in.txt', 1, 0],
    ['f', 'a.txt', 1, 0],
  ];
  const binding = await accepted(id, entries);
  for (const entry of [0, 1]) peer.block({ transfer: id, binding, entry, offset: 0 }, content);
  peer.say({ type: 'digests', transfer: id, list: [0, 1].map((entry) => [entry, 0, sha256(content)]) });
  await pair.bob.reach(id, 'done');
  expect(await treeOf(join(pair.folders.root, 'outside'))).toEqual({});
});

describe('blocks out of place', () => {
  const content = bytesOf(100_000);
  const entries: ManifestEntry[] = [
    ['f', 'trip/a.bin', content.byteLength, 0],
    ['d', 'trip/sub', 0, 0],
    ['f', 'trip/b.bin', 10, 0],
  ];

  async function broken(): Promise<void> {
    await refusedWith('protocol-error');
    expect(await pair.bob.reach(id, 'failed')).toMatchObject({ reason: { code: 'protocol-error' } });
    // What follows is for a transfer that is over.
    peer.block({ transfer: id, binding: 1, entry: 0, offset: 0 }, content.subarray(0, 10));
    await pair.bob.engine.close();
    expect(await treeOf(pair.bob.downloads)).toEqual({});
  }

  test.each<[string, { entry: number; offset: number; bytes: number }]>([
    ['behind a gap', { entry: 0, offset: 10, bytes: 10 }],
    ['beyond the end of the file', { entry: 0, offset: 0, bytes: 60_000 + 50_000 }],
    ['of an entry that does not exist', { entry: 3, offset: 0, bytes: 10 }],
    ['of a folder', { entry: 1, offset: 0, bytes: 10 }],
    ['in the middle of a file whose turn it is not', { entry: 2, offset: 5, bytes: 5 }],
    ['beyond the end of a file whose turn it is not', { entry: 2, offset: 0, bytes: 11 }],
    ['at an offset beyond any file', { entry: 0, offset: Number.MAX_SAFE_INTEGER, bytes: 10 }],
  ])('%s', async (_, { entry, offset, bytes }) => {
    const binding = await accepted(id, entries);
    if (bytes > 60_000) {
      peer.block({ transfer: id, binding, entry, offset: 0 }, content.subarray(0, 60_000));
      peer.block({ transfer: id, binding, entry, offset: 60_000 }, bytesOf(50_000));
    } else peer.block({ transfer: id, binding, entry, offset }, content.subarray(0, bytes));
    await broken();
  });

  test('the same twice', async () => {
    const binding = await accepted(id, entries);
    peer.block({ transfer: id, binding, entry: 0, offset: 0 }, content.subarray(0, 10));
    peer.block({ transfer: id, binding, entry: 0, offset: 0 }, content.subarray(0, 10));
    await broken();
  });

  test('of a file that was left for a later one', async () => {
    const binding = await accepted(id, entries);
    peer.block({ transfer: id, binding, entry: 2, offset: 0 }, content.subarray(0, 10));
    peer.block({ transfer: id, binding, entry: 0, offset: 0 }, content.subarray(0, 10));
    await broken();
  });

  test('of an earlier binding are dropped', async () => {
    const binding = await accepted(id, entries);
    peer.block({ transfer: id, binding: binding + 7, entry: 0, offset: 50 }, content.subarray(0, 10));
    await peer.settled();
    expect(pair.bob.view(id)).toMatchObject({ state: 'accepted', bytes: 0 });
  });

  test('far more than the window', async () => {
    const large: ManifestEntry[] = [['f', 'large.bin', 64 * 1024 * 1024, 0]];
    const binding = await accepted(id, large);
    const payload = new Uint8Array(64_000);
    for (let offset = 0; offset < 40 * 1024 * 1024; ) {
      const room = limits.segmentBytes - (offset % limits.segmentBytes);
      const bytes = Math.min(payload.byteLength, room);
      peer.block({ transfer: id, binding, entry: 0, offset }, payload.subarray(0, bytes));
      offset += bytes;
    }
    await broken();
  });

  test('so small that their number is what fills the memory', async () => {
    const binding = await accepted(id, [['f', 'large.bin', 1_000_000, 0]]);
    for (let offset = 0; offset < 20_000; offset++) {
      peer.block({ transfer: id, binding, entry: 0, offset }, Uint8Array.of(1));
    }
    await broken();
  });

  test('digests of segments that do not exist', async () => {
    await accepted(id, entries);
    peer.say({ type: 'digests', transfer: id, list: [[0, 1, sha256(content)]] });
    await broken();
  });
});

test('more offers than a person can answer', async () => {
  for (let index = 0; index <= limits.pendingOffersPerPeer; index++) {
    peer.say(offerOf(idOf(0x100 + index), [['f', `${index}.txt`, 1, 0]]));
  }
  expect(await peer.hears('ended')).toMatchObject({
    transfer: idOf(0x100 + limits.pendingOffersPerPeer),
    reason: 'too-many-offers',
  });
  for (let index = 0; index < limits.pendingOffersPerPeer; index++) {
    peer.say({ type: 'cancel', transfer: idOf(0x100 + index), reason: 'cancelled-by-peer' });
  }
  await peer.settled();
  await survives();
});

describe('accepting everything is bounded', () => {
  async function take(transfer: string, size: Partial<ControlOf<'offer'>> = {}): Promise<void> {
    peer.say({ ...offerOf(transfer, [['f', transfer, 1, 0]]), ...size });
    await peer.hears('want-manifest');
    peer.say({ type: 'manifest', transfer, page: 0, entries: [['f', transfer, 1, 0]] });
    await pair.bob.reach(transfer, 'accepted');
  }

  test('in how many', async () => {
    for (let index = 0; index < limits.transfersPerPeer; index++) await take(idOf(0x1000 + index));
    peer.say(offerOf(id, [['f', 'one more', 1, 0]]));
    await refusedWith('too-many-offers');
  });

  test('in how much they name', async () => {
    await take(idOf(0x1000), { files: limits.manifestEntries - 5, pages: 2 });
    peer.say({ ...offerOf(id, [['f', 'a', 1, 0]]), files: 6 });
    await refusedWith('too-many-offers');
  });
});

test('offers that were never shown are forgotten with the lane they came by', async () => {
  for (let index = 0; index < limits.pendingOffersPerPeer; index++) {
    peer.say(offerOf(idOf(0x100 + index), [['f', `${index}.txt`, 1, 0]]));
  }
  await peer.settled();
  peer.close();
  peer = connectRawPeer(pair.bob);
  await survives();
});

test('a manifest that is named anew while its pages are on the way is not asked for twice', async () => {
  const entries = Array.from({ length: 5 }, (_, index): ManifestEntry => ['f', `${index}.txt`, 0, 0]);
  const offer: ControlOf<'offer'> = { ...offerOf(id, entries), pages: entries.length };
  peer.say(offer);
  await peer.hears('want-manifest');
  peer.say({ type: 'manifest', transfer: id, page: 0, entries: entries.slice(0, 1) });
  for (let page = 1; page < 5; page++) expect(await peer.hears('want-manifest')).toMatchObject({ page });
  peer.say(offer);
  for (let page = 1; page < 5; page++) {
    peer.say({ type: 'manifest', transfer: id, page, entries: entries.slice(page, page + 1) });
  }
  await peer.hears('accept');
  expect(peer.received.filter((control) => control.type === 'want-manifest')).toHaveLength(entries.length);
});

test('a first page that comes with the offer is not asked for, and looked past when it is here or on its way', async () => {
  const entries: ManifestEntry[] = [['f', 'a.txt', 1, 0]];
  const lie: ManifestEntry[] = [['f', 'b.txt', 1, 0]];
  peer.say(offerOf(id, entries));
  await peer.hears('want-manifest');
  peer.say({ ...offerOf(id, entries), first: lie });
  peer.say({ type: 'manifest', transfer: id, page: 0, entries });
  await peer.hears('accept');
  peer.say({ ...offerOf(id, entries), first: lie });
  await peer.hears('accept');
  const other = idOf(0x777);
  peer.say({ ...offerOf(other, entries), first: entries });
  expect(await peer.hears('accept')).toMatchObject({ transfer: other });
  expect(peer.received.filter((control) => control.type === 'want-manifest')).toHaveLength(1);
  expect(pair.bob.views.map(({ title }) => title)).not.toContain('b.txt');
});

test('files that are given up together are told together', async () => {
  const { makeFolder } = disk;
  disk.makeFolder = (path) =>
    path.endsWith('refused') ? Promise.reject(Object.assign(new Error(), { code: 'ENAMETOOLONG' })) : makeFolder(path);
  const entries = Array.from({ length: 300 }, (_, index): ManifestEntry => ['f', `trip/refused/${index}`, 0, 0]);
  peer.say(offerOf(id, entries));
  await peer.hears('want-manifest');
  peer.say({ type: 'manifest', transfer: id, page: 0, entries });
  await refusedWith('all-files-failed');
  const skips = peer.received.filter((control) => control.type === 'skip');
  expect(skips.map((skip) => skip.list.length)).toEqual([300]);
});

test('a transfer that is flipped to and fro is shown a bounded number of times, and at last as it is', async () => {
  await accepted(id, [['f', 'a.txt', 1, 0]]);
  const before = pair.bob.views.length;
  for (let index = 0; index < 500; index++) {
    peer.say({ type: 'hold', transfer: id, reason: 'paused-by-me' });
    peer.say({ type: 'resume', transfer: id });
  }
  peer.say({ type: 'hold', transfer: id, reason: 'paused-by-me' });
  await peer.settled();
  expect(pair.bob.views.length - before).toBeLessThan(100);
  await pair.bob.until(id, (view) => view.pausedByPeer);
});

describe('a receiver that makes the sender work', () => {
  async function counted(tree: Record<string, Buffer | string>) {
    const outbox = await pair.folders.folder('outbox');
    await writeTree(outbox, tree);
    const real = await createPathSource([join(outbox, 'trip')]);
    const count = { open: 0, most: 0 };
    const source: Source = {
      ...real,
      async open(entry) {
        count.open++;
        count.most = Math.max(count.most, count.open);
        const file = await real.open(entry);
        return {
          ...file,
          async close() {
            await file.close();
            count.open--;
          },
        };
      },
    };
    const raw = connectRawPeer(pair.alice, 'bob');
    const own = pair.alice.engine.offer(source, pair.bob.person);
    await raw.hears('offer');
    return { raw, own, count };
  }

  test('by asking for pages faster than it takes them is heard no more', async () => {
    const names = Array.from({ length: 400 }, (_, index): [string, string] => [`trip/${index}${'x'.repeat(200)}`, '']);
    const { raw, own } = await counted(Object.fromEntries(names));
    for (let index = 0; index < 1000; index++) raw.say({ type: 'want-manifest', transfer: own, page: 1 + (index % 3) });
    expect(await raw.hears('cancel')).toMatchObject({ reason: 'protocol-error' });
    expect(raw.received.filter((control) => control.type === 'manifest').length).toBeLessThan(40);
  });

  test('by beginning anew again and again has one file open', async () => {
    const { raw, own, count } = await counted({ 'trip/a.bin': bytesOf(3_000_000) });
    for (let binding = 1; binding <= 200; binding++) {
      raw.say({ type: 'accept', transfer: own, binding, entry: 1, offset: 0, written: 0, files: 0, hold: null });
    }
    while (raw.blockBytes < 500_000) await turn();
    expect(count.most).toBe(1);
  });
});

test("another person's transfer can be neither seen nor touched", async () => {
  const binding = await accepted(id, [['f', 'a.txt', 1, 0]]);
  const other = connectRawPeer(pair.bob, 'eve');
  other.say({ type: 'cancel', transfer: id, reason: 'cancelled-by-peer' });
  other.say({ type: 'query', transfer: id });
  other.block({ transfer: id, binding, entry: 0, offset: 0 }, Buffer.from('y'));
  other.say(offerOf(id, [['f', 'a.txt', 1, 0]]));
  expect(await other.hears('ended')).toMatchObject({ reason: 'bad-offer' });
  expect(pair.bob.view(id)).toMatchObject({ state: 'accepted', bytes: 0 });
});

test('an impossible acknowledgement ends the transfer, not the lane', async () => {
  const outbox = await pair.folders.folder('outbox');
  await writeTree(outbox, { 'a.txt': 'abc' });
  const raw = connectRawPeer(pair.alice, 'bob');
  const own = await pair.send(join(outbox, 'a.txt'));
  await raw.hears('offer');
  raw.say({ type: 'accept', transfer: own, binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: null });
  await raw.hears('digests');
  raw.say({ type: 'progress', transfer: own, binding: 1, charge: 1e9, written: 3, files: 1 });
  expect(await raw.hears('cancel')).toMatchObject({ reason: 'protocol-error' });
  await pair.alice.reach(own, 'failed');
  const next = await pair.send(join(outbox, 'a.txt'));
  expect(await raw.hears('offer')).toMatchObject({ transfer: next });
});

test('a receiver that acknowledges nothing gets one window and no more', async () => {
  const outbox = await pair.folders.folder('outbox');
  await writeTree(outbox, { 'big.bin': bytesOf(8_000_000) });
  const raw = connectRawPeer(pair.alice, 'bob');
  const own = await pair.send(join(outbox, 'big.bin'));
  await raw.hears('offer');
  raw.say({ type: 'accept', transfer: own, binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: null });
  while (raw.blockBytes < limits.windowStartBytes * 0.9) await turn();
  // Long enough for a sender that does not wait to read and send all of it.
  for (let reads = 0; reads < 10; reads++) await readFile(join(outbox, 'big.bin'));
  expect(raw.blockBytes).toBeLessThan(limits.windowStartBytes + limits.linkMessageBytes);
  raw.say({ type: 'progress', transfer: own, binding: 1, charge: 500_000, written: 500_000, files: 0 });
  while (raw.blockBytes < limits.windowStartBytes + 400_000) await turn();
});

test('an offer is not accepted by itself when little space would stay free', async () => {
  disk.space = async () => ({ freeBytes: limits.automaticFreeBytes + 5, blockBytes: 0, freeEntries: null });
  const entries: ManifestEntry[] = [['f', 'a.txt', 10, 0]];
  peer.say(offerOf(id, entries));
  await peer.hears('want-manifest');
  peer.say({ type: 'manifest', transfer: id, page: 0, entries });
  expect(await pair.bob.reach(id, 'offered')).toMatchObject({ freeBytes: limits.automaticFreeBytes + 5 });
  await peer.settled();
  expect(pair.bob.view(id).state).toBe('offered');
  await pair.bob.engine.answer(id, true);
  await peer.hears('accept');
});

test('what transfers under way still have to write is not free, also when they are offered at once', async () => {
  const told: unknown[] = [];
  const GiB = 1024 ** 3;
  disk.space = async () => ({ freeBytes: 3 * GiB, blockBytes: 0, freeEntries: null });
  const side = createSide('carol', pair.bob.downloads, {
    world: { disk },
    onNotAccepted: (_, reason) => told.push(reason),
  });
  const raw = connectRawPeer(side);
  const offers = [idOf(0x21), idOf(0x22)];
  for (const transfer of offers) {
    const entries: ManifestEntry[] = [['f', transfer, 1.5 * GiB, 0]];
    raw.say(offerOf(transfer, entries));
    await raw.hears('want-manifest');
  }
  for (const transfer of offers) {
    raw.say({ type: 'manifest', transfer, page: 0, entries: [['f', transfer, 1.5 * GiB, 0]] });
  }
  expect(await raw.hears('accept')).toMatchObject({ transfer: offers[0] });
  await raw.settled();
  expect(offers.map((transfer) => side.view(transfer).state)).toEqual(['accepted', 'offered']);
  expect(told).toEqual([{ code: 'not-enough-space', detail: { needed: 4 * GiB, free: 3 * GiB } }]);
  await side.engine.close();
});

test('few files in very many folders are refused before anything is made', async () => {
  const path = (file: number): string => `${`${file}/`}${'d/'.repeat(1_898)}f`;
  const entries = Array.from({ length: 499 }, (_, file): ManifestEntry => ['f', path(file), 1, 0]);
  // As many pages as it takes to fit messages; the first is enough.
  const shape = { topLevelEntries: 499, files: 499, folders: 0, bytes: 499, pages: 50 };
  peer.say({ type: 'offer', transfer: id, ...shape, hold: null });
  await peer.hears('want-manifest');
  peer.say({ type: 'manifest', transfer: id, page: 0, entries: entries.slice(0, 10) });
  await refusedWith('bad-offer');
  expect(pair.bob.views).toEqual([]);
  await survives();
});

test.each([0, 2])('folders that were not told of are not made: %d of 3', async (folders) => {
  const entries: ManifestEntry[] = [['f', 'a/b/c/d.txt', 1, 0]];
  peer.say({ ...offerOf(id, entries), folders });
  await peer.hears('want-manifest');
  peer.say({ type: 'manifest', transfer: id, page: 0, entries });
  await refusedWith('bad-offer');
  await survives();
});

test('a person is shown every folder that would be made', async () => {
  const asked = createSide('carol', pair.bob.downloads, { world: { disk }, shouldAccept: () => false });
  const raw = connectRawPeer(asked);
  const entries: ManifestEntry[] = [['f', 'a/b/c/d.txt', 1, 0]];
  raw.say(offerOf(id, entries));
  await raw.hears('want-manifest');
  raw.say({ type: 'manifest', transfer: id, page: 0, entries });
  expect(await asked.reach(id, 'offered')).toMatchObject({ files: 1, folders: 3 });
  await asked.engine.close();
});

describe('what is accepted without asking leaves the promised space free', () => {
  const floor = limits.automaticFreeBytes;
  const told: Reason[] = [];
  let asked: Side;
  let raw: RawPeer;

  beforeEach(() => {
    told.length = 0;
    asked = createSide('carol', pair.bob.downloads, {
      world: { disk },
      onNotAccepted: (_, reason) => told.push(reason),
    });
    raw = connectRawPeer(asked);
  });
  afterEach(() => asked.engine.close());

  async function offered(entries: ManifestEntry[]): Promise<void> {
    raw.say(offerOf(id, entries));
    await raw.hears('want-manifest');
    raw.say({ type: 'manifest', transfer: id, page: 0, entries });
  }

  function small(count: number): ManifestEntry[] {
    return Array.from({ length: count }, (_, index) => ['f', `${index}`, 1, 0]);
  }

  test('with a block of the disk for each small file', async () => {
    disk.space = async () => ({ freeBytes: floor + 500 * 4096, blockBytes: 4096, freeEntries: null });
    await offered(small(500));
    while (told.length === 0) await turn();
    const needed = floor + 500 * 4097;
    expect(told).toEqual([{ code: 'not-enough-space', detail: { needed, free: floor + 500 * 4096 } }]);
    expect(asked.view(id).state).toBe('offered');
  });

  test('with as many files as the disk can still have', async () => {
    disk.space = async () => ({ freeBytes: 1e12, blockBytes: 4096, freeEntries: 499 });
    await offered(small(500));
    while (told.length === 0) await turn();
    expect(told).toEqual([{ code: 'not-enough-space' }]);
  });

  test('while folders are made: it waits, and a person may go on with what is left', async () => {
    let freeBytes = 1e12;
    disk.space = async () => ({ freeBytes, blockBytes: 4096, freeEntries: null });
    const { makeFolder } = disk;
    let made = 0;
    disk.makeFolder = async (path) => {
      if (++made === 3) freeBytes = floor + 4095;
      await makeFolder(path);
    };
    const folders = Array.from({ length: 2500 }, (_, index): ManifestEntry => ['d', `trip/${index}`, 0, 0]);
    const entries: ManifestEntry[] = [['d', 'trip', 0, 0], ...folders];
    const half = 1200;
    raw.say({ ...offerOf(id, entries), pages: 3 });
    for (let page = 0; page < 3; page++) {
      await raw.hears('want-manifest');
      raw.say({ type: 'manifest', transfer: id, page, entries: entries.slice(page * half, (page + 1) * half) });
    }
    const view = await asked.until(id, ({ state }) => state === 'paused');
    expect(view.reason).toMatchObject({ code: 'not-enough-space', detail: { kept: floor } });
    expect(await raw.hears('hold')).toMatchObject({ reason: 'not-enough-space' });
    expect(made).toBeLessThan(1100);
    asked.engine.resume(id);
    await asked.reach(id, 'done');
    expect(Object.keys(await treeOf(pair.bob.downloads))).toHaveLength(2501);
  });

  test('while files are written: it waits, and goes on once there is space', async () => {
    const size = 40 * 1024 * 1024;
    let freeBytes = 1e12;
    disk.space = async () => ({ freeBytes, blockBytes: 4096, freeEntries: null });
    let written = 0;
    disk.onWrite = () => {
      written++;
      freeBytes = floor - 1;
    };
    await writeTree(pair.folders.root, { 'outbox/big.bin': bytesOf(size) });
    const lanes = createLanePair();
    pair.alice.engine.attach(asked.person, lanes.a);
    asked.engine.attach(pair.alice.person, lanes.b);
    const source = await createPathSource([join(pair.folders.root, 'outbox/big.bin')]);
    const sent = pair.alice.engine.offer(source, asked.person);
    const view = await asked.until(sent, ({ state }) => state === 'paused');
    expect(view.reason?.code).toBe('not-enough-space');
    expect(view.bytes).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(written).toBeGreaterThan(0);
    await pair.alice.reach(sent, 'paused');
    disk.onWrite = null;
    freeBytes = 1e12;
    asked.engine.resume(sent);
    await asked.reach(sent, 'done');
  });
});

test('a folder that cannot be had when an offer should be accepted by itself is said', async () => {
  const told: unknown[] = [];
  disk.faults.set('ensureFolder', 'EACCES');
  const side = createSide('carol', pair.bob.downloads, {
    world: { disk },
    onNotAccepted: (_, { code }) => told.push(code),
  });
  const raw = connectRawPeer(side);
  raw.say(offerOf(id, [['f', 'a.txt', 1, 0]]));
  await raw.hears('want-manifest');
  raw.say({ type: 'manifest', transfer: id, page: 0, entries: [['f', 'a.txt', 1, 0]] });
  await side.reach(id, 'offered');
  while (told.length === 0) await turn();
  expect(told).toEqual(['folder-read-only']);
  disk.faults.clear();
  await side.engine.close();
});
