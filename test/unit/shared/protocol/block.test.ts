import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  blockCharge,
  blockHeaderBytes,
  blockPayload,
  createBlock,
  decodeBlock,
} from '../../../../src/shared/protocol/block.ts';

const header = fc.record({
  transfer: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  binding: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  entry: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  offset: fc.maxSafeNat(),
});
const payload = fc.uint8Array({ minLength: 1, maxLength: 200 });

function encode(fields: Parameters<typeof createBlock>[0], bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = createBlock(fields, bytes.byteLength);
  blockPayload(message).set(bytes);
  return message;
}

test('what is encoded is decoded, in a buffer of exactly its size', () => {
  fc.assert(
    fc.property(header, payload, (fields, bytes) => {
      const message = encode(fields, bytes);
      expect(message.buffer.byteLength).toBe(blockHeaderBytes + bytes.byteLength);
      expect(decodeBlock(message)).toEqual({ ...fields, payload: bytes });
    }),
  );
});

test('a view in the middle of a larger buffer is decoded too', () => {
  const fields = { transfer: '0123456789abcdef'.repeat(2), binding: 3, entry: 7, offset: 2 ** 40 + 5 };
  const larger = Buffer.concat([Buffer.alloc(13), encode(fields, Uint8Array.of(1, 2, 3)), Buffer.alloc(5)]);
  const view = larger.subarray(13, larger.byteLength - 5);
  expect(decodeBlock(view)).toMatchObject(fields);
});

test('the bytes on the wire stay as documented', () => {
  const fields = { transfer: '000102030405060708090a0b0c0d0e0f', binding: 1, entry: 2, offset: 2 ** 32 + 3 };
  expect(Buffer.from(encode(fields, Uint8Array.of(0xff))).toString('hex')).toBe(
    '01000102030405060708090a0b0c0d0e0f000000010000000200000001' + '00000003' + 'ff',
  );
});

test('any other bytes are no block, and nothing throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const block = decodeBlock(bytes);
      if (bytes[0] !== 1 || bytes.byteLength <= blockHeaderBytes) expect(block).toBeNull();
      else if (block) expect(Number.isSafeInteger(block.offset)).toBe(true);
    }),
  );
  const beyond = encode({ transfer: '0'.repeat(32), binding: 0, entry: 0, offset: 0 }, Uint8Array.of(1));
  beyond.fill(0xff, 25, 33);
  expect(decodeBlock(beyond)).toBeNull();
});

test('a block counts at least a kilobyte in the window', () => {
  expect(blockCharge(1)).toBe(1024);
  expect(blockCharge(60_000)).toBe(60_000 + blockHeaderBytes);
});

test('a block has a payload, and a class of its own', () => {
  const message = encode({ transfer: '0'.repeat(32), binding: 0, entry: 0, offset: 0 }, Uint8Array.of(1));
  expect(decodeBlock(message)).not.toBeNull();
  expect(decodeBlock(message.subarray(0, blockHeaderBytes))).toBeNull();
  message[0] = 0;
  expect(decodeBlock(message)).toBeNull();
});
