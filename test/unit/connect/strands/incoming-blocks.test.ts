import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIncomingBlocks } from '../../../../src/connect/strands/incoming-blocks.ts';
import { createOutgoingBlocks, firstWay } from '../../../../src/connect/strands/outgoing-blocks.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

const block = (mark: number, bytes = 2000): Uint8Array<ArrayBuffer> => new Uint8Array(bytes).fill(mark).fill(1, 0, 1);

function setUp() {
  const heard: (number | undefined)[] = [];
  const blocks = createIncomingBlocks((each) => heard.push(each[1]));
  return { heard, blocks, first: blocks.join(0) };
}

test('the first channel needs no numbers', () => {
  const { heard, blocks, first } = setUp();
  expect([first.block(block(7)), first.block(block(8))]).toEqual([true, true]);
  expect([heard, blocks.count]).toEqual([[7, 8], 2]);
});

test('what comes before its turn waits for it', () => {
  const { heard, blocks, first } = setUp();
  const strand = blocks.join(null);
  expect(strand.number(1)).toBe(true);
  expect([strand.block(block(1)), strand.block(block(2))]).toEqual([true, true]);
  expect([heard, blocks.count]).toEqual([[], 0]);
  first.block(block(0));
  expect([heard, blocks.count]).toEqual([[0, 1, 2], 3]);
  first.number(3);
  first.block(block(3));
  expect(heard).toEqual([0, 1, 2, 3]);
});

test('what comes again is dropped, whether it was handed on or waits', () => {
  const { heard, blocks, first } = setUp();
  const [one, other] = [blocks.join(null), blocks.join(null)];
  first.block(block(0));
  one.number(2);
  one.block(block(2));
  for (const number of [0, 2]) {
    other.number(number);
    expect(other.block(block(9))).toBe(true);
  }
  other.number(1);
  other.block(block(1));
  expect(heard).toEqual([0, 1, 2]);
});

describe('an offence', () => {
  test('is a block of a strand that has had no number', () => {
    const { heard, blocks } = setUp();
    expect(blocks.join(null).block(block(0))).toBe(false);
    expect(heard).toEqual([]);
  });

  test('is a second number before the block of the first, on the first channel too', () => {
    const { blocks, first } = setUp();
    const strand = blocks.join(null);
    for (const channel of [strand, first]) {
      channel.number(5);
      expect(channel.number(5)).toBe(false);
    }
  });

  test('is more than a window of blocks before their turn, tiny ones counted as a KiB', () => {
    for (const bytes of [64 * 1024, 40]) {
      const { heard, blocks } = setUp();
      const strand = blocks.join(null);
      strand.number(1);
      const most = limits.strandWindowBytes / Math.max(bytes, 1024);
      for (let count = 0; count < most; count++) expect(strand.block(block(0, bytes))).toBe(true);
      expect(strand.block(block(0, bytes))).toBe(false);
      expect(heard).toEqual([]);
    }
  });

  test('is not what has had its turn: the window is free again', () => {
    const { blocks, first } = setUp();
    const strand = blocks.join(null);
    for (let round = 0; round < 3; round++) {
      strand.number(blocks.count + 1);
      for (let count = 0; count < 256; count++) expect(strand.block(block(0, 64 * 1024))).toBe(true);
      first.number(blocks.count);
      expect(first.block(block(0))).toBe(true);
    }
    expect(blocks.count).toBe(3 * 257);
  });
});

test('after clear nothing is handed on, also not what waits behind the block that caused it', () => {
  const heard: (number | undefined)[] = [];
  const blocks = createIncomingBlocks((each) => {
    heard.push(each[1]);
    if (each[1] === 1) blocks.clear();
  });
  const first = blocks.join(0);
  const strand = blocks.join(null);
  strand.number(1);
  for (const mark of [1, 2]) strand.block(block(mark));
  first.block(block(0));
  first.number(blocks.count);
  expect(first.block(block(3))).toBe(true);
  expect(heard).toEqual([0, 1]);
});

test('whatever channels do, lost ones included, every block is handed on once and in order', () => {
  const ways = [firstWay, 'a', 'b', 'c'];
  const step = fc.record({
    do: fc.constantFrom('push', 'push', 'send', 'send', 'arrive', 'arrive', 'taken', 'stall', 'lose'),
    way: fc.nat(ways.length - 1),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const heard: (number | undefined)[] = [];
      const outgoing = createOutgoingBlocks(true);
      const incoming = createIncomingBlocks((each) => heard.push((each[1] ?? 0) * 256 + (each[2] ?? 0)));
      const wires = new Map(ways.map((way) => [way, { on: [] as (Uint8Array<ArrayBuffer> | number)[], up: true }]));
      const ends = new Map(ways.map((way) => [way, incoming.join(way === firstWay ? 0 : null)]));
      let pushed = 0;

      function send(way: string): boolean {
        const wire = wires.get(way);
        const taken = wire?.up ? outgoing.take(way) : null;
        if (!taken) return false;
        if (taken.number !== null) wire?.on.push(taken.number);
        wire?.on.push(taken.block);
        return true;
      }

      function arrive(way: string): boolean {
        const wire = wires.get(way);
        const message = wire?.up ? wire.on.shift() : undefined;
        if (message === undefined) return false;
        const sound = typeof message === 'number' ? ends.get(way)?.number(message) : ends.get(way)?.block(message);
        expect(sound).toBe(true);
        return true;
      }

      for (const { do: what, way: index } of steps) {
        const way = ways[index] ?? firstWay;
        const wire = wires.get(way);
        if (what === 'push') outgoing.push(new Uint8Array([1, pushed >> 8, pushed++ % 256, ...Array(40)]));
        else if (what === 'send') send(way);
        else if (what === 'arrive') arrive(way);
        else if (what === 'taken') expect(outgoing.taken(incoming.count)).toBe(true);
        else if (way !== firstWay && wire?.up) {
          if (what === 'lose') wire.up = false;
          outgoing.sendAgain(way);
        }
      }
      for (let moved = true; moved; ) moved = ways.flatMap((way) => [send(way), arrive(way)]).includes(true);
      expect(heard).toEqual(Array.from({ length: pushed }, (_, number) => number));
      expect(outgoing.taken(pushed)).toBe(true);
      expect(ways.some((way) => outgoing.outBytes(way) > 0)).toBe(false);
    }),
  );
});
