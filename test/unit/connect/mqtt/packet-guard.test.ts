import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPacketGuard } from '../../../../src/connect/mqtt/packet-guard.ts';

/** A packet with this first byte and a body of so many bytes. */
function packet(first: number, bodyBytes: number): number[] {
  const header = [first];
  let left = bodyBytes;
  do {
    header.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return [...header, ...Array<number>(bodyBytes).fill(0xff)];
}

const publish1 = 0x32;
const publish2 = 0x34;
const honest = [
  ...packet(0x20, 2),
  ...packet(0x90, 3),
  ...packet(publish1, 200),
  ...packet(0xd0, 0),
  ...packet(0x40, 2),
];

describe('what a broker sends', () => {
  test('passes however it is cut, while it is honest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: honest.length })), (cuts) => {
        const guard = createPacketGuard(500);
        const ends = [...cuts, honest.length].sort((a, b) => a - b);
        let from = 0;
        for (const end of ends) {
          expect(guard.admit(new Uint8Array(honest.slice(from, end)))).toBe(true);
          from = end;
        }
      }),
    );
  });

  test.each<[string, number[]]>([
    ['a message of QoS 2', packet(publish2, 5)],
    ['a message of QoS 3', packet(0x36, 5)],
    ['a packet one byte too large', packet(publish1, 498)],
    ['a length of five bytes', [publish1, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('%s ends it, and nothing comes after', (_, bytes) => {
    const guard = createPacketGuard(500);
    expect(guard.admit(new Uint8Array(honest))).toBe(true);
    expect(guard.admit(new Uint8Array(bytes))).toBe(false);
    expect(guard.admit(new Uint8Array(honest))).toBe(false);
  });

  test('the largest packet that may come passes', () => {
    expect(createPacketGuard(500).admit(new Uint8Array(packet(publish1, 497)))).toBe(true);
  });

  test('a release of QoS 2 has flags of its own and is no message', () => {
    expect(createPacketGuard(500).admit(new Uint8Array(packet(0x62, 2)))).toBe(true);
  });
});
