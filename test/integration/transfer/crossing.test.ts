import { chmod, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { bytesOf, createPair, type Pair, treeOf, writeTree } from '../../support/engine-pair.ts';

let pair: Pair;
let outbox: string;

beforeEach(async () => {
  pair = await createPair();
  outbox = await pair.folders.folder('outbox');
});

afterEach(() => pair.close());

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
