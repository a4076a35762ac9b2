import { expect, test } from 'vitest';
import type { Source } from '../../../../src/main/files/source.ts';
import type { SourceEntry } from '../../../../src/main/files/source-entry.ts';
import { type BlockReader, createBlockReader } from '../../../../src/main/transfer/block-reader.ts';

const tick = () => new Promise<void>((done) => setImmediate(done));

/** A source of zeros that counts how often it is opened. */
function createSource(sizes: readonly number[]) {
  const count = { opened: 0 };
  const entries = sizes.map(
    (bytes, index): SourceEntry => ({
      index,
      path: `${index}`,
      kind: 'file',
      bytes,
      modifiedMs: 0,
      executable: false,
    }),
  );
  const source: Source = {
    id: 'source',
    entries,
    async open() {
      count.opened++;
      return { read: async () => {}, assertUnchanged: async () => {}, close: async () => {} };
    },
    describe: () => ({ from: 'page', id: 'source', entries: [] }),
    release() {},
  };
  return { source, count };
}

function readerOf(source: Source, ready: () => void = () => {}): BlockReader {
  return createBlockReader({
    source,
    transfer: '0'.repeat(32),
    binding: 1,
    position: { entry: 0, offset: 0 },
    isFailed: () => false,
    payloadBytes: () => 60_000,
    aheadBytes: () => 512 * 1024,
    after: Promise.resolve(),
    ready,
    failed() {},
    away() {},
  });
}

async function digestsUntilExhausted(reader: BlockReader): Promise<number> {
  let digests = 0;
  while (!reader.exhausted) {
    for (let item = reader.take(); item; item = reader.take()) if (item.digest) digests++;
    await tick();
  }
  return digests;
}

test('a segment that is asked for a thousand times at once is read once more, and one that there is not never', async () => {
  const { source } = createSource([100_000, 5]);
  const reader = readerOf(source);
  expect(await digestsUntilExhausted(reader)).toBe(2);
  const again = Array.from({ length: 1000 }, (): [number, number][] => [
    [0, 0],
    [0, 1],
    [7, 0],
  ]);
  reader.again(again.flat());
  expect(reader.exhausted).toBe(false);
  expect(await digestsUntilExhausted(reader)).toBe(1);
  reader.again([[7, 0]]);
  expect(reader.exhausted).toBe(true);
  await reader.stop();
});

test('empty files are not read ahead without end', async () => {
  const { source, count } = createSource(Array.from({ length: 20_000 }, () => 0));
  const reader = readerOf(source);
  for (let before = -1; before < count.opened; ) {
    before = count.opened;
    for (let turns = 0; turns < 20; turns++) await tick();
  }
  expect(count.opened).toBeLessThan(5000);
  expect(await digestsUntilExhausted(reader)).toBe(20_000);
  await reader.stop();
});

test('a reader that is stopped from within what it calls has stopped', async () => {
  const { source } = createSource([5]);
  let stopped: Promise<void> | null = null;
  const reader = readerOf(source, () => {
    reader.take();
    if (reader.exhausted) stopped ??= reader.stop();
  });
  while (!stopped) await tick();
  await stopped;
});
