import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { untilArriving } from '../support/arriving.ts';
import { createStage } from '../support/stage.ts';
import { describeTree, writeRandomFile } from '../support/trees.ts';

const stage = createStage();

/** Drops real files and folders of the disk on the page, as the system's file manager does. */
async function drop(page: Page, paths: string[], selector: string): Promise<void> {
  const target = await page.locator(selector).first().boundingBox();
  if (!target) throw new Error(`nothing to drop on: ${selector}`);
  const session = await page.context().newCDPSession(page);
  const at = { x: target.x + target.width / 2, y: target.y + target.height / 2 };
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}

test('two people meet by hand, one drops a folder, the other accepts, and it arrives', async () => {
  const { url } = await stage.broker();
  const ann = await stage.app('--broker', url, '--name', 'Ann', '--room', 'new');
  const { code } = await ann.event('room');
  const bo = await stage.app('--broker', url, '--name', 'Bo', '--room', code);
  const [annPage, boPage] = [await stage.open(ann), await stage.open(bo)];
  await ann.event('peer', ({ state }) => state === 'connected');

  const tree = join(ann.home, 'Fotos aus Köln');
  await mkdir(join(tree, 'leer'), { recursive: true });
  await writeFile(join(tree, 'brief.txt'), 'Hallo');
  await writeRandomFile(join(tree, 'tief', 'er', 'bild.bin'), 2_000_000);
  await annPage.getByText('Bo').first().waitFor();
  await drop(annPage, [tree], 'main');

  await boPage.getByRole('button', { name: /^Accept/ }).click();
  await bo.event('transfer', ({ state }) => state === 'done');
  expect(await describeTree(join(bo.downloads, 'Fotos aus Köln'))).toEqual(await describeTree(tree));
  await annPage
    .getByText(/Done|Sent|Delivered/i)
    .first()
    .waitFor();
});

test('a page that is reloaded with dropped files waits for the same files, and goes on with them', async () => {
  const { url } = await stage.broker();
  const ann = await stage.app('--broker', url, '--room', 'new');
  const { code } = await ann.event('room');
  // By a direct lane all would be there before the page is reloaded.
  const bo = await stage.appWith({ direct: false }, '--broker', url, '--name', 'Bo', '--accept', 'all', '--room', code);
  const annPage = await stage.open(ann);
  await stage.visit(bo);
  await ann.event('peer', ({ state }) => state === 'connected');
  const file = join(ann.home, 'large.bin');
  await writeRandomFile(file, 24_000_000);
  await annPage.getByText('Bo').first().waitFor();
  await drop(annPage, [file], 'main');
  await untilArriving(bo.downloads, 'large.bin');

  await annPage.reload();
  await ann.event('transfer', ({ reason }) => /drop/i.test(reason ?? ''));
  await annPage.getByText('Bo').first().waitFor();
  await drop(annPage, [file], 'main');
  await bo.event('transfer', ({ state }) => state === 'done');
  expect((await describeTree(bo.downloads))['large.bin']).toBe((await describeTree(ann.home))['large.bin']);
  expect(new Set(bo.events.flatMap((each) => (each.event === 'transfer' ? each.id : []))).size).toBe(1);
});

test('files given on the command line are in sight while nobody is here, also after a reload, and can be taken back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-given-'));
  stage.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'given.txt');
  await writeFile(file, 'given');
  const app = await stage.app('--broker', 'ws://127.0.0.1:9', file);
  const page = await stage.open(app);
  const standing = page.getByRole('region', { name: 'Will be offered to whoever joins' });
  await standing.getByText('given.txt').waitFor();
  await page.reload();
  await standing.getByText('given.txt').waitFor();
  await standing.getByRole('button', { name: 'Do not offer given.txt any more' }).click();
  await standing.waitFor({ state: 'detached' });
});

test('a browser that cannot make the keys says so instead of connecting for ever', async () => {
  const app = await stage.app('--broker', 'ws://127.0.0.1:9', '--room', 'new');
  const page = await stage.open(app, () => {
    const { generateKey } = SubtleCrypto.prototype;
    SubtleCrypto.prototype.generateKey = function refuse(
      this: SubtleCrypto,
      algorithm: AlgorithmIdentifier,
      ...rest: never[]
    ) {
      const name = typeof algorithm === 'string' ? algorithm : algorithm.name;
      if (name === 'Ed25519') throw new DOMException('Algorithm: Unrecognized name', 'NotSupportedError');
      return Reflect.apply(generateKey, this, [algorithm, ...rest]);
    } as typeof generateKey;
  });
  await page.getByText('This browser cannot make the keys that Roomdrop needs.').waitFor();
  await page.getByRole('button', { name: 'Offline' }).waitFor();
});

test('a new name reaches the other person and costs no connection', async () => {
  const { url } = await stage.broker();
  const ann = await stage.app('--broker', url, '--name', 'Ann', '--room', 'new');
  const { code } = await ann.event('room');
  const bo = await stage.app('--broker', url, '--name', 'Bo', '--room', code);
  const [annPage, boPage] = [await stage.open(ann), await stage.open(bo)];
  await bo.event('peer', ({ state }) => state === 'connected');
  await annPage.getByRole('button', { name: 'Settings', exact: true }).click();
  await annPage.getByRole('textbox', { name: 'Your name' }).fill('Ann on the train');
  await annPage.getByRole('button', { name: 'Save' }).click();
  await boPage.getByRole('heading', { name: 'Ann on the train', exact: true }).waitFor();
  await bo.event('peer', ({ name, state }) => name === 'Ann on the train' && state === 'connected');
  const states = bo.events.flatMap((each) => (each.event === 'peer' ? each.state : []));
  expect(states.filter((state) => state === 'reconnecting' || state === 'closed')).toEqual([]);
});

test('a direct lane comes up by itself and the card says so, and goes when the settings allow none', async () => {
  const { url } = await stage.broker();
  const ann = await stage.app('--broker', url, '--name', 'Ann', '--room', 'new');
  const { code } = await ann.event('room');
  const bo = await stage.app('--broker', url, '--name', 'Bo', '--room', code);
  const [annPage, boPage] = [await stage.open(ann), await stage.open(bo)];
  await Promise.all([annPage, boPage].map((page) => page.getByText(/^Direct · same network/).waitFor()));
  await annPage.getByRole('button', { name: 'Settings', exact: true }).click();
  await annPage.getByRole('checkbox', { name: 'Direct lane' }).uncheck();
  await annPage.getByRole('button', { name: 'Save' }).click();
  await annPage.getByText(/^Connected · same network/).click();
  await annPage.getByText('No direct lane: the settings here allow none.').waitFor();
  await boPage.getByText(/^Connected · same network/).waitFor();
  const states = bo.events.flatMap((each) => (each.event === 'peer' ? each.state : []));
  expect(states.filter((state) => state === 'reconnecting' || state === 'closed')).toEqual([]);
});

test('a second page is told that the room is open elsewhere, and the first goes on', async () => {
  const { url } = await stage.broker();
  const app = await stage.app('--broker', url, '--name', 'Ann', '--room', 'new');
  const { code } = await app.event('room');
  const other = await stage.app('--broker', url, '--room', code);
  await stage.visit(other);
  await stage.visit(app);
  await other.event('peer', ({ state }) => state === 'connected');
  const second = await stage.open(app);
  await second
    .getByText(/another (tab|page|window)/i)
    .first()
    .waitFor();
  const states = other.events.flatMap((each) => (each.event === 'peer' ? each.state : []));
  expect(new Set(states)).toEqual(new Set(['connecting', 'connected']));
});

test('a page without the token is told nothing', async () => {
  const app = await stage.app('--broker', 'ws://127.0.0.1:9', '--room', 'new');
  const page = await stage.open(app);
  const { origin } = new URL(page.url());
  const { code } = await app.event('room');
  await page
    .getByText(code.split('-')[0] ?? '')
    .first()
    .waitFor();
  expect(page.url()).toBe(`${origin}/`);

  const stranger = await page.context().browser()?.newPage();
  await stranger?.goto(origin);
  await stranger?.waitForLoadState('networkidle');
  expect(await stranger?.content()).not.toContain(code.split('-')[0]);
});
