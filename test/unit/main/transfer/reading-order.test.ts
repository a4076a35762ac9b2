import { expect, test } from 'vitest';
import type { SourceEntry } from '../../../../src/main/files/source-entry.ts';
import { createReadingOrder } from '../../../../src/main/transfer/reading-order.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

const segment = limits.segmentBytes;

function entriesOf(...sizes: readonly (number | 'folder')[]): SourceEntry[] {
  return sizes.map((size, index) => ({
    index,
    path: `${index}`,
    kind: size === 'folder' ? 'folder' : 'file',
    bytes: size === 'folder' ? 0 : size,
    modifiedMs: 0,
    executable: false,
  }));
}

/** All that is read, each step as `entry:segment@from`. */
function walk(entries: SourceEntry[], from = { entry: 0, offset: 0 }, failed: readonly number[] = []): string[] {
  const isFailed = (entry: number): boolean => failed.includes(entry);
  const order = createReadingOrder({ entries, from, smallFileBytes: 100, isFailed });
  const steps: string[] = [];
  for (let step = order.next(); step.length > 0; step = order.next()) {
    steps.push(step.map((each) => `${each.entry.index}:${each.segment}@${each.from}`).join(' '));
  }
  return steps;
}

test('large files are read segment by segment, small ones that follow each other side by side', () => {
  expect(walk(entriesOf(5, 'folder', 0, 100, segment + 101, 7))).toEqual([
    '0:0@0 2:0@0 3:0@0',
    '4:0@0',
    `4:1@${segment}`,
    '5:0@0',
  ]);
});

test('no more than eight small files are open at once', () => {
  expect(walk(entriesOf(...Array<number>(10).fill(1))).map((step) => step.split(' ').length)).toEqual([8, 2]);
});

test('what is resumed goes on in the middle of its segment, and a file that is whole is not read', () => {
  expect(walk(entriesOf(50, 60), { entry: 0, offset: 20 })).toEqual(['0:0@20', '1:0@0']);
  expect(walk(entriesOf(50, 60), { entry: 0, offset: 50 })).toEqual(['1:0@0']);
  expect(walk(entriesOf(50), { entry: 1, offset: 0 })).toEqual([]);
});

test('files that were given up are left out', () => {
  expect(walk(entriesOf(1, 2, 3), undefined, [1])).toEqual(['0:0@0 2:0@0']);
});

test('what is asked for again comes first, each once and small files side by side, and then the walk goes on', () => {
  const entries = entriesOf(0, segment + 200, 0, 5, 7, 3);
  const failed = new Set([4]);
  const order = createReadingOrder({
    entries,
    from: { entry: 3, offset: 0 },
    smallFileBytes: 100,
    isFailed: (entry) => failed.has(entry),
  });
  for (const [at, part] of [
    [0, 0],
    [2, 0],
    [0, 0],
    [1, 1],
    [1, 0],
    [4, 0],
  ] as const) {
    const entry = entries[at];
    if (entry) order.again(entry, part);
  }
  const steps: string[] = [];
  const repairing: boolean[] = [];
  for (let step = order.next(); step.length > 0; step = order.next()) {
    steps.push(step.map((each) => `${each.entry.index}:${each.segment}@${each.from} ${each.repair}`).join(' '));
    repairing.push(order.repairing);
  }
  expect(steps).toEqual(['0:0@0 true 2:0@0 true', `1:1@${segment} true`, '1:0@0 true', '3:0@0 false 5:0@0 false']);
  expect(repairing).toEqual([true, true, true, false]);
});
