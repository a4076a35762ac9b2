import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDesktopStage } from '../../support/desktop-stage.ts';
import { describeTree, writeMixedTree } from '../../support/trees.ts';

const stage = createDesktopStage();

test('two desktop apps meet over a broker, and a folder dropped in one window lands whole at the other', async () => {
  const { url } = await stage.broker();
  const ann = await stage.app(['--broker', url, '--name', 'Ann', '--room', 'new'], { packaged: false });
  const { code } = await ann.event('room');
  const bo = await stage.app(['--broker', url, '--name', 'Bo', '--accept', 'all', '--room', code]);
  const tree = join(ann.home, 'Things of all sorts');
  await writeMixedTree(tree, 60, 8_000_000);
  await Promise.all([ann.reads('Bo'), bo.reads('Ann')]);
  await ann.event('peer', ({ state }) => state === 'connected');

  await ann.drop([tree]);
  await bo.event('transfer', ({ state }) => state === 'done');
  expect(await describeTree(join(bo.downloads, 'Things of all sorts'))).toEqual(await describeTree(tree));
  await Promise.all([ann.reads('Sent'), bo.reads('Received')]);
  expect([...ann.events, ...bo.events].filter(({ event }) => event === 'error')).toEqual([]);
});
