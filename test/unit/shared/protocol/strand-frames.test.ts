import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeStrandFrame, encodeStrandFrame, strandClass } from '../../../../src/shared/protocol/strand-frames.ts';

test('every count comes through, behind the class', () => {
  fc.assert(
    fc.property(fc.constantFrom(strandClass.number, strandClass.taken), fc.maxSafeNat(), (kind, count) => {
      const frame = encodeStrandFrame(kind, count);
      expect(frame[0]).toBe(kind);
      expect(decodeStrandFrame(frame)).toBe(count);
    }),
  );
});

test('a frame is read where it lies in a larger buffer', () => {
  const whole = new Uint8Array(20).fill(7);
  whole.set(encodeStrandFrame(strandClass.number, 2 ** 40 + 1), 5);
  expect(decodeStrandFrame(whole.subarray(5, 14))).toBe(2 ** 40 + 1);
});

test('another length, and a count that no number holds exactly, are none', () => {
  const most = encodeStrandFrame(strandClass.taken, Number.MAX_SAFE_INTEGER);
  expect(decodeStrandFrame(most)).toBe(Number.MAX_SAFE_INTEGER);
  expect(decodeStrandFrame(most.subarray(0, 8))).toBeNull();
  expect(decodeStrandFrame(new Uint8Array([...most, 0]))).toBeNull();
  const beyond = most.slice();
  beyond[1] = 0x20;
  beyond.fill(0, 2);
  beyond[1] = 0;
  beyond[2] = 0x20;
  expect(decodeStrandFrame(beyond)).toBeNull();
});
