import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeReadAnswer,
  decodeReadRequest,
  encodeReadAnswer,
  encodeReadRequest,
} from '../../../../src/shared/protocol/source-port.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });

test('requests come out as they went in', () => {
  fc.assert(
    fc.property(u32, u32, fc.maxSafeNat(), u32, (id, entry, offset, length) => {
      expect(decodeReadRequest(encodeReadRequest({ id, entry, offset, length }))).toEqual({
        id,
        entry,
        offset,
        length,
      });
    }),
  );
});

test('answers come out as they went in', () => {
  const status = fc.constantFrom('ok', 'missing', 'changed', 'unreadable');
  fc.assert(
    fc.property(u32, status, fc.uint8Array(), (id, given, bytes) => {
      expect(decodeReadAnswer(encodeReadAnswer({ id, status: given, bytes }))).toEqual({ id, status: given, bytes });
    }),
  );
});

test('anything else is null, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const request = decodeReadRequest(bytes);
      if (bytes.byteLength !== 20) expect(request).toBeNull();
      if (bytes.byteLength < 5 || (bytes[4] ?? 0) > 3) expect(decodeReadAnswer(bytes)).toBeNull();
    }),
  );
  expect(decodeReadRequest(encodeReadRequest({ id: 1, entry: 1, offset: -1, length: 1 }))).toBeNull();
});
