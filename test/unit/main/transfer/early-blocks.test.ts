import { expect, test } from 'vitest';
import { createEarlyBlocks, type EarlyBlocks } from '../../../../src/main/transfer/early-blocks.ts';
import type { Block } from '../../../../src/shared/protocol/block.ts';

function blockAt(entry: number, offset: number, bytes: number): Block {
  return { transfer: '0'.repeat(32), binding: 1, entry, offset, payload: new Uint8Array(bytes) };
}

function keep(early: EarlyBlocks, entry: number, offset: number, bytes: number): boolean {
  return early.keep(blockAt(entry, offset, bytes));
}

/** Where those are that are let go, one behind the other, up to the first of this entry. */
function handedOn(early: EarlyBlocks, before = Number.POSITIVE_INFINITY): [entry: number, offset: number][] {
  const found: [number, number][] = [];
  early.handOn(({ entry, offset }) => {
    if (entry >= before) return false;
    found.push([entry, offset]);
    return true;
  });
  return found;
}

test('what is kept begins a file, and goes on in it or begins a later one', () => {
  const early = createEarlyBlocks();
  expect(keep(early, 3, 1, 10)).toBe(false);
  expect(keep(early, 3, 0, 10)).toBe(true);
  expect(keep(early, 3, 0, 10)).toBe(false);
  expect(keep(early, 3, 9, 10)).toBe(false);
  expect(keep(early, 3, 11, 10)).toBe(false);
  expect(keep(early, 3, 10, 5)).toBe(true);
  expect(keep(early, 2, 0, 10)).toBe(false);
  expect(keep(early, 4, 15, 10)).toBe(false);
  expect(keep(early, 6, 0, 10)).toBe(true);
  expect(keep(early, 3, 15, 10)).toBe(false);
  expect(keep(early, 5, 0, 10)).toBe(false);
  expect(handedOn(early)).toEqual([
    [3, 0],
    [3, 10],
    [6, 0],
  ]);
});

test('what is kept counts as in the window, until it is let go', () => {
  const early = createEarlyBlocks();
  expect(early.charge).toBe(0);
  keep(early, 1, 0, 1);
  expect(early.charge).toBe(1024);
  keep(early, 2, 0, 5000);
  expect(early.charge).toBe(1024 + 5033);
  keep(early, 1, 1, 5000);
  expect(early.charge).toBe(1024 + 5033);
  handedOn(early, 2);
  expect(early.charge).toBe(5033);
  handedOn(early);
  expect(early.charge).toBe(0);
});

test('it is let go in order, once, and no further than it is taken', () => {
  const early = createEarlyBlocks();
  keep(early, 1, 0, 10);
  keep(early, 1, 10, 10);
  keep(early, 2, 0, 10);
  expect(handedOn(early, 1)).toEqual([]);
  expect(handedOn(early, 2)).toEqual([
    [1, 0],
    [1, 10],
  ]);
  // Behind what is still kept, as before.
  expect(keep(early, 3, 5, 10)).toBe(false);
  expect(keep(early, 2, 10, 10)).toBe(true);
  expect(handedOn(early)).toEqual([
    [2, 0],
    [2, 10],
  ]);
  expect(handedOn(early)).toEqual([]);
  // And anew when nothing is.
  expect(keep(early, 1, 20, 10)).toBe(false);
  expect(keep(early, 1, 0, 10)).toBe(true);
});

test('nothing is left of what is let go of altogether, also while it is handed on', () => {
  const early = createEarlyBlocks();
  keep(early, 1, 0, 10);
  early.clear();
  expect(early.charge).toBe(0);
  expect(handedOn(early)).toEqual([]);
  keep(early, 1, 0, 10);
  keep(early, 1, 10, 10);
  let count = 0;
  early.handOn(() => {
    count++;
    early.clear();
    return true;
  });
  expect(count).toBe(1);
  expect(early.charge).toBe(0);
  expect(keep(early, 1, 0, 10)).toBe(true);
});
