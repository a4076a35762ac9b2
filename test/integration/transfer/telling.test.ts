import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { TransferView } from '../../../src/shared/views.ts';
import { bytesOf, createPair, type Pair, treeOf, writeTree } from '../../support/engine-pair.ts';

let pair: Pair;

afterEach(() => pair.close());

async function paired(onView: (view: TransferView) => void): Promise<string> {
  pair = await createPair({ alice: { onView }, bob: { onView } });
  return pair.folders.folder('outbox');
}

test('a screen that throws at everything it is told costs no byte, no file and no state', async () => {
  const outbox = await paired(() => {
    throw new Error('the screen is broken');
  });
  await writeTree(outbox, { 'trip/big.bin': bytesOf(3_000_000), 'trip/a.txt': 'a', 'trip/b': '' });
  pair.connect({ bytesPerTurn: 64 * 1024 });
  const id = await pair.send(join(outbox, 'trip'));
  const [sent, received] = await Promise.all([pair.alice.reach(id, 'done'), pair.bob.reach(id, 'done')]);
  expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
  for (const view of [sent, received]) expect(view).toMatchObject({ failedCount: 0, reason: null });
  for (const side of [pair.alice, pair.bob]) {
    const states = side.views.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]);
    expect(states).toEqual(expect.arrayContaining(['offered', 'running', 'done']));
    expect(states.at(-1)).toBe('done');
    expect(side.errors).toHaveLength(side.views.length);
  }
});

test('each change is shown as it was then, and a transfer is gone only after its last change', async () => {
  const outbox = await paired(() => undefined);
  await writeTree(outbox, { 'a.txt': 'a' });
  const { engine, views, forgotten } = pair.alice;
  const id = await pair.send(join(outbox, 'a.txt'));
  await pair.alice.reach(id, 'offered');
  views.length = 0;
  engine.pause(id);
  engine.resume(id);
  engine.cancel(id);
  engine.forget(id);
  expect([views, forgotten]).toEqual([[], []]);
  await new Promise((done) => setImmediate(done));
  expect(views.map(({ state, pausedByMe }) => `${state} ${pausedByMe}`)).toEqual([
    'offered true',
    'offered false',
    'cancelled false',
  ]);
  expect(forgotten).toEqual([id]);
});

test('a closed engine has told all that happened, and tells nothing more', async () => {
  const outbox = await paired(() => undefined);
  await writeTree(outbox, { 'big.bin': bytesOf(6_000_000) });
  const lanes = pair.connect({ bytesPerTurn: 64 * 1024, blockBytes: 1_500_000 });
  const id = await pair.send(join(outbox, 'big.bin'));
  await pair.bob.until(id, (view) => view.bytes > 0);
  await pair.bob.engine.close();
  expect(pair.bob.views.at(-1)).toMatchObject({ id, state: 'cancelled', reason: { code: 'quit' } });
  const told = pair.bob.views.length;
  lanes.cut();
  await pair.alice.reach(id, 'cancelled', 'interrupted');
  expect(pair.bob.views).toHaveLength(told);
});
