import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AppInNode, startAppInNode } from '../support/app-in-node.ts';
import { bytesOf, createFolders, type Folders, treeOf, writeTree } from '../support/engine-pair.ts';
import { type PeerWithoutPage, startPeer } from '../support/peer-without-page.ts';

// `src/connect` and the engine are a whole peer: a short program of them meets the app, in Node, over real data channels.

let folders: Folders;
let app: AppInNode;
let peer: PeerWithoutPage;
const arrivals = { app: '', peer: '' };
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folders = await createFolders();
  cleanups.unshift(() => folders.remove());
  arrivals.app = await folders.folder('to-app');
  app = await startAppInNode(await folders.folder('app'), arrivals.app);
  cleanups.unshift(() => app.close());
  arrivals.peer = await folders.folder('to-peer');
  peer = await startPeer({ name: 'Program', code: app.code, broker: app.broker, downloads: arrivals.peer });
  cleanups.unshift(() => peer.close());
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A folder with more than a segment in one of its files. */
async function makePhotos(): Promise<string> {
  const root = await folders.folder('outgoing');
  await writeTree(root, {
    'photos/empty/': '',
    'photos/note.txt': 'read me first',
    'photos/large.bin': bytesOf(20 * 1024 * 1024, 7),
  });
  return join(root, 'photos');
}

test('a program without a page sends a folder to the app, byte by byte as it is', async () => {
  const photos = await makePhotos();
  await peer.send(photos);
  await peer.reach('done');
  expect(await treeOf(join(arrivals.app, 'photos'))).toEqual(await treeOf(photos));
});

test('what the app offers to everybody comes to a program without a page, byte by byte as it is', async () => {
  const photos = await makePhotos();
  await app.send(photos);
  await peer.reach('done');
  expect(await treeOf(join(arrivals.peer, 'photos'))).toEqual(await treeOf(photos));
});
