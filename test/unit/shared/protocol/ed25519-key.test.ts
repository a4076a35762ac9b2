import { webcrypto } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSoundKey } from '../../../../src/shared/protocol/ed25519-key.ts';
import { makeKeyPair } from '../../../support/ed25519.ts';
import { forgedSignature, smallOrderKeys } from '../../../support/small-order.ts';

const bytes = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'));

describe('a key of small order', () => {
  test.each(smallOrderKeys)('%s is nobody\u2019s', (hex) => {
    expect(isSoundKey(bytes(hex))).toBe(false);
  });

  test('would be believed by the platform, whatever is signed', async () => {
    const key = await webcrypto.subtle.importKey('raw', bytes(smallOrderKeys[0]), 'Ed25519', false, ['verify']);
    for (const text of ['one', 'another']) {
      expect(await webcrypto.subtle.verify('Ed25519', key, forgedSignature, Buffer.from(text))).toBe(true);
    }
  });
});

test.each([
  ['p, which is 0 spelled otherwise', `ed${'ff'.repeat(30)}7f`],
  ['p + 1, which is 1 spelled otherwise', `ee${'ff'.repeat(30)}7f`],
  ['p + 3', `f0${'ff'.repeat(30)}7f`],
  ['2^255 - 1', `${'ff'.repeat(31)}7f`],
  ['all ones', 'ff'.repeat(32)],
  ['0 of x with a sign', `01${'00'.repeat(30)}80`],
])('%s is not the canonical spelling of a key', (_, hex) => {
  expect(isSoundKey(bytes(hex))).toBe(false);
});

test('keys of other lengths are none', () => {
  expect(isSoundKey(new Uint8Array(31).fill(9))).toBe(false);
  expect(isSoundKey(new Uint8Array(33).fill(9))).toBe(false);
});

test('every key that is made is sound', () => {
  for (let count = 0; count < 200; count++) {
    expect(isSoundKey(new Uint8Array(Buffer.from(makeKeyPair().key, 'base64url')))).toBe(true);
  }
});
