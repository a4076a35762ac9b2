import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { untilArriving } from '../support/arriving.ts';
import { createStage } from '../support/stage.ts';
import { describeTree, writeEndlessFile, writeMixedTree, writeRandomFile } from '../support/trees.ts';

const stage = createStage();

test('a folder given to one app arrives byte-identical at the other, nothing clicked', async () => {
  const { url } = await stage.broker();
  const home = await stage.app('--broker', url, '--room', 'new');
  const tree = join(home.home, 'Things of all sorts');
  await writeMixedTree(tree, 120, 20_000_000);

  const sender = await stage.app('--broker', url, tree);
  await stage.visit(sender);
  const { code } = await sender.event('room');
  const receiver = await stage.app('--broker', url, '--accept', 'all', '--room', code);
  await stage.visit(receiver);

  const [sent, received] = await Promise.all(
    [sender, receiver].map((app) => app.event('transfer', ({ state }) => state === 'done')),
  );
  expect([sent?.bytes, received?.bytes]).toEqual([sent?.total, sent?.total]);
  expect(await describeTree(join(receiver.downloads, 'Things of all sorts'))).toEqual(await describeTree(tree));
  expect([...sender.events, ...receiver.events].filter(({ event }) => event === 'error')).toEqual([]);
});

test('three meet, all with all, and what is offered to everyone reaches both others', async () => {
  const { url } = await stage.broker();
  const first = await stage.app('--broker', url, '--room', 'new');
  const file = join(first.home, 'for everyone.bin');
  await writeRandomFile(file, 3_000_000);
  const { code } = await first.event('room');
  const others = await Promise.all([0, 1].map(() => stage.app('--broker', url, '--accept', 'all', '--room', code)));
  const sender = await stage.app('--broker', url, '--room', code, file);
  const people = [sender, ...others];
  await Promise.all(people.map((app) => stage.visit(app)));

  for (const app of people) {
    const ids = new Set<string>();
    while (ids.size < 2)
      ids.add((await app.event('peer', ({ id, state }) => state === 'connected' && !ids.has(id))).id);
  }
  for (const app of others) {
    await app.event('transfer', ({ state }) => state === 'done');
    expect(await describeTree(app.downloads)).toEqual(
      Object.fromEntries(
        Object.entries(await describeTree(first.home)).filter(([name]) => name === 'for everyone.bin'),
      ),
    );
  }
});

test('the broker dies in mid-transfer and the transfer ends well', async () => {
  const broker = await stage.broker();
  const home = await stage.app('--broker', broker.url, '--room', 'new');
  const file = join(home.home, 'large.bin');
  await writeRandomFile(file, 24_000_000);
  const { code } = await home.event('room');
  // By a direct lane all would be there before the broker is gone.
  const receiver = await stage.appWith({ direct: false }, '--broker', broker.url, '--accept', 'all', '--room', code);
  const sender = await stage.app('--broker', broker.url, '--room', code, file);
  await Promise.all([receiver, sender].map((app) => stage.visit(app)));
  await untilArriving(receiver.downloads, 'large.bin');
  await broker.close();
  await Promise.all([sender, receiver].map((app) => app.event('transfer', ({ state }) => state === 'done')));
  expect((await describeTree(receiver.downloads))['large.bin']).toBe((await describeTree(home.home))['large.bin']);
});

test('the page is killed in mid-transfer, comes back, and the transfer goes on where it was', async () => {
  const { url } = await stage.broker();
  const home = await stage.app('--broker', url, '--room', 'new');
  const file = join(home.home, 'large.bin');
  await writeRandomFile(file, 24_000_000);
  const { code } = await home.event('room');
  // A direct lane would go on without a page.
  const receiver = await stage.appWith({ direct: false }, '--broker', url, '--accept', 'all', '--room', code);
  const sender = await stage.app('--broker', url, '--room', code, file);
  const browser = await stage.visit(receiver);
  await stage.visit(sender);
  const bytes = await untilArriving(receiver.downloads, 'large.bin', 2_000_000);

  await browser.close();
  await receiver.event('transfer', ({ state }) => state === 'interrupted');
  await stage.visit(receiver);
  await Promise.all([sender, receiver].map((app) => app.event('transfer', ({ state }) => state === 'done')));
  const interrupted = receiver.events.findIndex((each) => each.event === 'transfer' && each.state === 'interrupted');
  const after = receiver.events.slice(interrupted).filter((each) => each.event === 'transfer');
  expect(Math.min(...after.map((each) => each.bytes))).toBeGreaterThanOrEqual(bytes);
  expect((await describeTree(receiver.downloads))['large.bin']).toBe((await describeTree(home.home))['large.bin']);
});

test.each(['receiver', 'sender'] as const)(
  'the %s stops in mid-transfer: it exits with 0, both know that it is over, and nothing is left half-written',
  async (who) => {
    const { url } = await stage.broker();
    const home = await stage.app('--broker', url, '--room', 'new');
    const file = join(home.home, 'large.bin');
    await writeEndlessFile(file);
    const { code } = await home.event('room');
    const downloads = join(home.home, 'received');
    const receiver = await stage.app('--broker', url, '--accept', 'all', '--room', code, '--downloads', downloads);
    const sender = await stage.app('--broker', url, '--room', code, file);
    await Promise.all([receiver, sender].map((app) => stage.visit(app)));
    await untilArriving(downloads, 'large.bin');
    const [stops, stays] = who === 'receiver' ? [receiver, sender] : [sender, receiver];
    expect(await stops.stop()).toBe(0);
    const over = await stays.event('transfer', ({ state }) => state === 'cancelled' || state === 'failed');
    expect([over.state, over.reason]).toEqual(['cancelled', expect.stringContaining('left')]);
    // Who stays says first that it is over, and then tidies up.
    await expect.poll(() => readdir(downloads)).toEqual([]);
  },
);
