import { execFileSync } from 'node:child_process';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFaultyDisk, type FaultyDisk } from '../../support/engine-disk.ts';
import { bytesOf, createPair, type Pair, treeOf, writeTree } from '../../support/engine-pair.ts';

let pair: Pair;
let disk: FaultyDisk;
let outbox: string;
const total = 6_000_000;

beforeEach(async () => {
  disk = createFaultyDisk();
  pair = await createPair({ bob: { world: { disk } } });
  outbox = await pair.folders.folder('outbox');
});

afterEach(async () => {
  await pair.close();
  expect(disk.openHandles).toBe(0);
});

async function arrives(id: string): Promise<void> {
  await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
}

test('a full disk pauses with a reason, and going on loses nothing', async () => {
  await writeTree(outbox, { 'trip/big.bin': bytesOf(total), 'trip/b.txt': 'b', 'trip/c.txt': 'c' });
  disk.spaceBytes = total / 2;
  pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'trip'));
  const [sent, received] = await Promise.all([pair.alice.reach(id, 'paused'), pair.bob.reach(id, 'paused')]);
  expect(received).toMatchObject({ pausedByMe: true, reason: { code: 'disk-full' } });
  expect(sent).toMatchObject({ pausedByPeer: true, reason: { code: 'peer-disk-full' } });
  // Still full: it says so again.
  pair.bob.engine.resume(id);
  await pair.bob.until(id, (view) => view.state === 'running');
  await pair.bob.until(id, (view) => view.reason?.code === 'disk-full');
  const written = pair.bob.view(id).bytes;
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThanOrEqual(total / 2);
  disk.spaceBytes = Number.POSITIVE_INFINITY;
  const before = pair.bob.views.length;
  pair.bob.engine.resume(id);
  await arrives(id);
  // From the last written offset, not from the start.
  expect(pair.bob.views.slice(before).every((view) => view.bytes >= written)).toBe(true);
});

test('a full disk that is met again and again, also by small files', async () => {
  for (let index = 0; index < 200; index++) await writeTree(outbox, { [`many/${index}.bin`]: bytesOf(5000, index) });
  disk.spaceBytes = 100_000;
  pair.connect();
  const id = await pair.send(join(outbox, 'many'));
  for (let round = 0; round < 12; round++) {
    const view = await pair.bob.until(id, (each) => each.reason?.code === 'disk-full' || each.state === 'done');
    if (view.state === 'done') break;
    disk.spaceBytes = 150_000;
    pair.bob.engine.resume(id);
    await pair.bob.until(id, (each) => !each.pausedByMe);
  }
  await arrives(id);
});

test('a full disk while the link is lost and comes back', async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(total) });
  disk.spaceBytes = total / 2;
  const lanes = pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.until(id, (view) => view.reason?.code === 'disk-full');
  lanes.cut();
  pair.connect();
  await pair.alice.until(id, (view) => view.reason?.code === 'peer-disk-full');
  disk.spaceBytes = Number.POSITIVE_INFINITY;
  pair.bob.engine.resume(id);
  await arrives(id);
});

test("a person's pause does not hide a full disk", async () => {
  await writeTree(outbox, { 'big.bin': bytesOf(total) });
  disk.spaceBytes = total / 2;
  pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.until(id, (view) => view.reason?.code === 'disk-full');
  pair.bob.engine.pause(id);
  expect(pair.bob.view(id).reason).toEqual({ code: 'disk-full' });
  disk.spaceBytes = Number.POSITIVE_INFINITY;
  pair.bob.engine.resume(id);
  await arrives(id);
});

test('files that cannot be finished now are finished later', async () => {
  await writeTree(outbox, { 'one.txt': 'one', 'two.bin': bytesOf(2_000_000) });
  disk.faults.set('flush', 'ENOSPC');
  pair.connect();
  const id = await pair.send(join(outbox, 'one.txt'), join(outbox, 'two.bin'));
  await pair.bob.until(id, (view) => view.reason?.code === 'disk-full');
  expect(Object.keys(await treeOf(pair.bob.downloads)).every((name) => name.endsWith('.roomdrop-part'))).toBe(true);
  disk.faults.clear();
  pair.bob.engine.resume(id);
  await arrives(id);
});

test('the chosen folder goes away and comes back', async () => {
  await writeTree(outbox, { 'trip/big.bin': bytesOf(total), 'trip/later/b.txt': 'b' });
  const lanes = pair.connect({ bytesPerTurn: 64 * 1024, blockBytes: total / 4 });
  const id = await pair.send(join(outbox, 'trip'));
  await pair.bob.until(id, (view) => view.bytes > 0);
  const away = join(pair.folders.root, 'away');
  await rename(pair.bob.downloads, away);
  lanes.release();
  await pair.bob.until(id, (view) => view.reason?.code === 'folder-gone');
  // Still away: it looks, and waits again.
  const { taken } = disk;
  const looked = new Promise<void>((done) => {
    disk.taken = async (path) => {
      const there = await taken(path);
      done();
      return there;
    };
  });
  pair.bob.engine.resume(id);
  await looked;
  await rename(away, pair.bob.downloads);
  expect(pair.bob.view(id).reason?.code).toBe('folder-gone');
  pair.bob.engine.resume(id);
  await arrives(id);
});

test('a part that was removed meanwhile is received anew', async () => {
  await writeTree(outbox, { 'trip/big.bin': bytesOf(total), 'trip/later.txt': 'b' });
  disk.spaceBytes = total / 2;
  pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'trip'));
  await pair.bob.until(id, (view) => view.reason?.code === 'disk-full');
  await rm(join(pair.bob.downloads, 'trip'), { recursive: true });
  disk.spaceBytes = Number.POSITIVE_INFINITY;
  pair.bob.engine.resume(id);
  await arrives(id);
});

test('a folder that cannot be made leaves the offer standing', async () => {
  await pair.close();
  pair = await createPair({ bob: { world: { disk }, shouldAccept: () => false } });
  const source = await pair.folders.folder('outbox');
  await writeTree(source, { 'a.txt': 'a' });
  disk.faults.set('ensureFolder', 'EACCES');
  pair.connect();
  const id = await pair.send(join(source, 'a.txt'));
  await pair.bob.reach(id, 'offered');
  await expect(pair.bob.engine.answer(id, true)).rejects.toMatchObject({ reason: { code: 'folder-read-only' } });
  expect(pair.bob.view(id).state).toBe('offered');
  disk.faults.clear();
  await pair.bob.engine.answer(id, true);
  await pair.bob.reach(id, 'done');
});

test.each([
  ['createPart', 'EROFS', 'folder-read-only'],
  ['makeFolder', 'EACCES', 'folder-read-only'],
  ['publish', 'EIO', 'write-failed'],
] as const)('%s refused with %s waits as %s and can be resumed', async (call, code, reason) => {
  await writeTree(outbox, { 'trip/sub/a.txt': 'a', 'trip/b.bin': bytesOf(100_000) });
  disk.faults.set(call, code);
  pair.connect();
  const id = await pair.send(join(outbox, 'trip'));
  await pair.bob.until(id, (view) => view.reason?.code === reason && view.pausedByMe);
  await pair.alice.until(id, (view) => view.state === 'paused' || view.pausedByPeer);
  disk.faults.clear();
  pair.bob.engine.resume(id);
  await arrives(id);
});

test('a name that this disk refuses fails only that file', async () => {
  await writeTree(outbox, { 'trip/a.txt': 'a', 'trip/b.txt': 'b' });
  const { createPart } = disk;
  disk.createPart = (path) =>
    path.includes('a.txt') ? Promise.reject(Object.assign(new Error(), { code: 'ENAMETOOLONG' })) : createPart(path);
  pair.connect();
  const id = await pair.send(join(outbox, 'trip'));
  const views = await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  for (const view of views) {
    expect(view).toMatchObject({
      failedCount: 1,
      failed: [{ path: 'trip/a.txt', reason: { code: 'file-name-refused' } }],
    });
  }
  expect(Object.keys(await treeOf(pair.bob.downloads))).toEqual(['trip/', 'trip/b.txt']);
});

test('a file that appears under the final name meanwhile is kept', async () => {
  await writeTree(outbox, { 'a.txt': 'new' });
  pair.connect();
  const { publish } = disk;
  disk.publish = async (part, final) => {
    disk.publish = publish;
    await writeFile(final, 'old');
    await publish(part, final);
  };
  const id = await pair.send(join(outbox, 'a.txt'));
  await pair.bob.reach(id, 'done');
  expect(Object.keys(await treeOf(pair.bob.downloads))).toEqual(['a (2).txt', 'a.txt']);
  expect(pair.bob.engine.location(id)).toBe(join(pair.bob.downloads, 'a (2).txt'));
});

test('a real disk of 4 MB fills up, is emptied, and takes the rest', async (context) => {
  context.skip(!canMount(), 'this user cannot mount a small disk');
  await pair.close();
  pair = await createPair({ bob: { world: { disk }, incomingFolder: () => join(mounted, 'in') } });
  const mounted = await pair.folders.folder('tiny');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mounted]);
  try {
    const ballast = join(mounted, 'ballast');
    await writeFile(ballast, Buffer.alloc(2_500_000));
    const source = await pair.folders.folder('outbox');
    await writeTree(source, { 'big.bin': bytesOf(3_000_000) });
    disk.space = async () => ({ freeBytes: 1e12, blockBytes: 4096, freeEntries: null });
    pair.connect();
    const id = await pair.send(join(source, 'big.bin'));
    await pair.bob.until(id, (view) => view.reason?.code === 'disk-full');
    await rm(ballast);
    pair.bob.engine.resume(id);
    await pair.bob.reach(id, 'done');
    expect(await treeOf(join(mounted, 'in'))).toEqual(await treeOf(source));
  } finally {
    execFileSync('umount', [mounted]);
  }
});

/** Only root can mount, and not in every sandbox. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a read-only folder is told apart from a missing one', async (context) => {
  context.skip(process.getuid?.() === 0, 'root may write into every folder');
  await writeTree(outbox, { 'a.txt': 'a' });
  await chmod(pair.bob.downloads, 0o500);
  pair.connect();
  const id = await pair.send(join(outbox, 'a.txt'));
  await pair.bob.until(id, (view) => view.reason?.code === 'folder-read-only');
  await chmod(pair.bob.downloads, 0o700);
  pair.bob.engine.resume(id);
  await arrives(id);
});

test('a transfer that is cancelled while it looks for its disk leaves nothing behind', async () => {
  await writeTree(outbox, { 'trip/sub/big.bin': bytesOf(total) });
  disk.spaceBytes = total / 2;
  pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'trip'));
  await pair.bob.until(id, (view) => view.reason?.code === 'disk-full');
  pair.bob.engine.resume(id);
  pair.bob.engine.cancel(id);
  await pair.bob.engine.close();
  expect(await treeOf(pair.bob.downloads)).toEqual({});
});

test('a transfer that gets only some of its names leaves none of them behind when it is cancelled', async () => {
  await writeTree(outbox, { 'first/a.txt': 'a', 'second/b.txt': 'b', 'third.txt': 'c' });
  const { makeFolder } = disk;
  disk.makeFolder = (path) =>
    path.endsWith('second') ? Promise.reject(Object.assign(new Error(), { code: 'EACCES' })) : makeFolder(path);
  pair.connect();
  const id = await pair.send(...['first', 'second', 'third.txt'].map((name) => join(outbox, name)));
  await pair.bob.until(id, (view) => view.reason?.code === 'folder-read-only');
  expect(Object.keys(await treeOf(pair.bob.downloads))).toEqual(['first/']);
  pair.bob.engine.cancel(id);
  await pair.bob.engine.close();
  expect(await treeOf(pair.bob.downloads)).toEqual({});
});

test('a disk that keeps no times and no modes keeps the files', async () => {
  await writeTree(outbox, { 'a.txt': 'a' });
  const { createPart } = disk;
  disk.createPart = async (path) => ({
    ...(await createPart(path)),
    dress: () => Promise.reject(Object.assign(new Error(), { code: 'EPERM' })),
  });
  pair.connect();
  const id = await pair.send(join(outbox, 'a.txt'));
  await pair.bob.reach(id, 'done');
  expect(Object.keys(await treeOf(pair.bob.downloads))).toEqual(['a.txt']);
});

test('every file is marked as downloaded before it has its name', async () => {
  await writeTree(outbox, { 'trip/a.txt': 'a', 'trip/empty': '', 'trip/b.bin': bytesOf(100_000) });
  const { publish } = disk;
  const marked = new Set<string>();
  const published: boolean[] = [];
  disk.markDownloaded = async (part) => void marked.add(part);
  disk.publish = (part, final) => {
    published.push(marked.has(part));
    return publish(part, final);
  };
  pair.connect();
  const id = await pair.send(join(outbox, 'trip'));
  await pair.bob.reach(id, 'done');
  expect(published).toEqual([true, true, true]);
});
