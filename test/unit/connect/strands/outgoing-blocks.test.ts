import { describe, expect, test } from 'vitest';
import {
  createOutgoingBlocks,
  firstWay,
  type OutgoingBlocks,
} from '../../../../src/connect/strands/outgoing-blocks.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

const block = (mark: number, bytes = 2000): Uint8Array<ArrayBuffer> => new Uint8Array(bytes).fill(mark).fill(1, 0, 1);

/** What goes: the block's mark, the number that is said before it, and whether it went before. */
function take(blocks: OutgoingBlocks, way: string): [number | undefined, number | null, boolean] | null {
  const taken = blocks.take(way);
  return taken && [taken.block[1], taken.number, taken.again];
}

function setUp(count: number): OutgoingBlocks {
  const blocks = createOutgoingBlocks(true);
  for (let mark = 0; mark < count; mark++) blocks.push(block(mark));
  return blocks;
}

describe('numbers', () => {
  test('are not said on the first channel as long as it is the only one', () => {
    const blocks = setUp(3);
    expect(blocks.waiting).toBe(true);
    expect([take(blocks, firstWay), take(blocks, firstWay), take(blocks, firstWay)]).toEqual([
      [0, null, false],
      [1, null, false],
      [2, null, false],
    ]);
    expect([take(blocks, firstWay), blocks.waiting]).toEqual([null, false]);
  });

  test('are said where a channel goes on with another than the next', () => {
    const blocks = setUp(6);
    const ways = [firstWay, 'a', 'a', firstWay, firstWay, 'a'];
    expect(ways.map((way) => take(blocks, way)?.[1])).toEqual([null, 1, null, 3, null, 5]);
  });
});

describe('what is kept', () => {
  test('is nothing where nothing is told of it: there is no bound either', () => {
    const blocks = createOutgoingBlocks(false);
    const count = limits.strandWindowBytes / limits.linkMessageBytes + 10;
    for (let sent = 0; sent < count; sent++) {
      blocks.push(block(sent % 256, limits.linkMessageBytes));
      expect(blocks.take(firstWay)).not.toBeNull();
    }
    expect([blocks.awaited, blocks.outBytes(firstWay)]).toEqual([null, 0]);
  });

  test('what went by the first channel before there was a strand goes again, but for what is taken', () => {
    const blocks = setUp(3);
    for (let sent = 0; sent < 3; sent++) blocks.take(firstWay);
    expect(blocks.taken(1)).toBe(true);
    blocks.sendAgain(firstWay);
    expect([take(blocks, 'a'), take(blocks, 'a'), take(blocks, 'a')]).toEqual([[1, 1, true], [2, null, true], null]);
  });

  test('is a window at most, in which the next one fits whatever its size', () => {
    const blocks = createOutgoingBlocks(true);
    const count = limits.strandWindowBytes / limits.linkMessageBytes;
    for (let mark = 0; mark < count + 2; mark++) blocks.push(block(mark % 256, limits.linkMessageBytes));
    let sent = 0;
    while (blocks.take(sent % 2 === 0 ? 'a' : firstWay)) sent++;
    expect([sent, blocks.waiting]).toEqual([count, true]);
    expect(blocks.taken(1)).toBe(true);
    expect(blocks.take('a')).not.toBeNull();
    expect(blocks.take('a')).toBeNull();
  });

  test('counts a tiny block as a whole KiB', () => {
    const blocks = createOutgoingBlocks(true);
    const count = (limits.strandWindowBytes - limits.linkMessageBytes) / 1024 + 1;
    for (let mark = 0; mark < count + 1; mark++) blocks.push(block(0, 40));
    let sent = 0;
    while (blocks.take('a')) sent++;
    expect(sent).toBe(count);
  });
});

describe('what the far side has taken', () => {
  test.each([
    ['more than went out', 4, false],
    ['all that went out', 3, true],
    ['what it has said before', 2, true],
    ['fewer than it has said', 1, false],
  ])('%s', (_, count, sound) => {
    const blocks = setUp(5);
    for (const way of ['a', firstWay, 'a']) blocks.take(way);
    expect(blocks.taken(2)).toBe(true);
    expect(blocks.taken(count)).toBe(sound);
    expect(blocks.takenCount).toBe(sound ? count : 2);
  });

  test('is no longer out', () => {
    const blocks = setUp(3);
    for (const way of ['a', 'b', 'a']) blocks.take(way);
    expect([blocks.awaited, blocks.outBytes('a'), blocks.outBytes('b'), blocks.outBytes('c')]).toEqual([
      'a',
      4000,
      2000,
      0,
    ]);
    blocks.taken(1);
    expect([blocks.awaited, blocks.outBytes('a'), blocks.outBytes('b')]).toEqual(['b', 2000, 2000]);
    blocks.taken(2);
    expect([blocks.awaited, blocks.outBytes('b')]).toEqual(['a', 0]);
    blocks.taken(3);
    expect([blocks.awaited, blocks.outBytes('a')]).toEqual([null, 0]);
  });
});

describe('what a channel has not delivered', () => {
  test('goes again by the others, in order, before anything new, each with its number where that is needed', () => {
    const blocks = setUp(7);
    for (const way of ['a', firstWay, 'a', 'a', firstWay]) blocks.take(way);
    blocks.taken(1);
    blocks.sendAgain('a');
    expect([blocks.awaited, blocks.outBytes('a'), blocks.waiting]).toEqual([firstWay, 0, true]);
    expect(take(blocks, firstWay)).toEqual([2, 2, true]);
    expect(take(blocks, firstWay)).toEqual([3, null, true]);
    expect(take(blocks, firstWay)).toEqual([5, 5, false]);
    expect(take(blocks, firstWay)).toEqual([6, null, false]);
  });

  test('goes even when the window is full', () => {
    const blocks = createOutgoingBlocks(true);
    for (let mark = 0; mark < 300; mark++) blocks.push(block(mark % 256, limits.linkMessageBytes));
    while (blocks.take('a'));
    blocks.sendAgain('a');
    expect(blocks.awaited).toBeNull();
    expect(take(blocks, 'b')).toEqual([0, 0, true]);
    expect(blocks.awaited).toBe('b');
  });

  test('does not go again once it has been taken after all', () => {
    const blocks = setUp(3);
    for (const way of ['a', 'a', 'a']) blocks.take(way);
    blocks.sendAgain('a');
    blocks.taken(2);
    expect(take(blocks, 'b')).toEqual([2, 2, true]);
    expect(take(blocks, 'b')).toBeNull();
  });

  test('of two channels is put in one order', () => {
    const blocks = setUp(4);
    for (const way of ['a', 'b', 'a', 'b']) blocks.take(way);
    expect(blocks.waiting).toBe(false);
    blocks.sendAgain('b');
    expect(blocks.waiting).toBe(true);
    blocks.sendAgain('a');
    expect([0, 1, 2, 3].map(() => take(blocks, firstWay)?.[0])).toEqual([0, 1, 2, 3]);
    blocks.sendAgain(firstWay);
    expect(take(blocks, 'c')).toEqual([0, 0, true]);
  });
});

test('what waits can be dropped, and what has gone is kept all the same', () => {
  const blocks = setUp(4);
  blocks.take('a');
  blocks.dropWaiting();
  expect([blocks.waiting, blocks.take(firstWay), blocks.outBytes('a')]).toEqual([false, null, 2000]);
  blocks.sendAgain('a');
  expect(take(blocks, firstWay)?.[0]).toBe(0);
});

test('after clear there is nothing', () => {
  const blocks = setUp(4);
  blocks.take('a');
  blocks.take('b');
  blocks.sendAgain('b');
  blocks.clear();
  expect([blocks.waiting, blocks.take(firstWay), blocks.outBytes('a'), blocks.awaited]).toEqual([false, null, 0, null]);
});
