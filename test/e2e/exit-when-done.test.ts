import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createStage } from '../support/stage.ts';
import { describeTree, writeMixedTree } from '../support/trees.ts';

const stage = createStage();

/** Somebody who exits when done with a folder, in a room whose code `ready` comes before. */
async function startSender() {
  const { url } = await stage.broker();
  const home = await stage.app('--broker', url, '--room', 'new');
  const tree = join(home.home, 'Things');
  await writeMixedTree(tree, 20, 2_000_000);
  const sender = await stage.app('--broker', url, '--room', 'new', '--exit-when-done', tree);
  await stage.visit(sender);
  const { code } = await sender.event('room');
  return { url, code, tree, sender };
}

test('two scripts hand over a folder, say where it is, and both exit with 0', async () => {
  const { url, code, tree, sender } = await startSender();
  const receiver = await stage.app('--broker', url, '--room', code, '--accept', 'all', '--exit-when-done');
  // The name is taken already.
  await mkdir(receiver.downloads, { recursive: true });
  await writeFile(join(receiver.downloads, 'Things'), 'something else');
  await stage.visit(receiver);

  expect(await Promise.all([sender.exited, receiver.exited])).toEqual([0, 0]);
  for (const app of [sender, receiver]) {
    expect(app.events.map(({ event }) => event).slice(0, 2)).toEqual(['ready', 'room']);
    expect(app.events.filter((each) => each.event === 'transfer' && each.state === 'done')).toHaveLength(1);
    expect(app.events.filter(({ event }) => event === 'error')).toEqual([]);
  }
  const shape = { name: 'Things', files: 20, folders: expect.any(Number) };
  expect(await sender.event('transfer', ({ state }) => state === 'done')).toMatchObject({ ...shape, path: null });
  const { path } = await receiver.event('transfer', ({ state }) => state === 'done');
  expect(path).toBe(join(receiver.downloads, 'Things (2)'));
  expect(await describeTree(path ?? '')).toEqual(await describeTree(tree));
});

test('of several things the folder they are in is told', async () => {
  const { url } = await stage.broker();
  const home = await stage.app('--broker', url, '--room', 'new');
  const { code } = await home.event('room');
  const files = ['a.txt', 'b.txt'].map((name) => join(home.home, name));
  for (const file of files) await writeFile(file, file);
  const sender = await stage.app('--broker', url, '--room', code, '--exit-when-done', ...files);
  const receiver = await stage.app('--broker', url, '--room', code, '--accept', 'all', '--exit-when-done');
  await Promise.all([sender, receiver].map((app) => stage.visit(app)));
  expect(await Promise.all([sender.exited, receiver.exited])).toEqual([0, 0]);
  const { path } = await receiver.event('transfer', ({ state }) => state === 'done');
  expect(path).toBe(receiver.downloads);
});

test('who declines makes both exit with 1, and each of them knows why', async () => {
  const { url, code, sender } = await startSender();
  const receiver = await stage.app('--broker', url, '--room', code, '--exit-when-done');
  const page = await stage.open(receiver);
  await page.getByRole('button', { name: 'Decline' }).click();
  expect(await Promise.all([sender.exited, receiver.exited])).toEqual([1, 1]);
  const told = await sender.event('transfer', ({ state }) => state === 'declined');
  expect(told.reason).toMatch(/declined/);
});
