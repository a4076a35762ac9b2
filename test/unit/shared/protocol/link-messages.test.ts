import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLinkMessage } from '../../../../src/shared/protocol/link-messages.ts';

const hello = {
  type: 'hello',
  versions: [1],
  name: 'Ada',
  capabilities: [],
  key: 'k'.repeat(43),
  signature: `${'s'.repeat(85)}g`,
};
const decode = (message: unknown) => decodeLinkMessage(JSON.stringify(message));

describe('decodeLinkMessage', () => {
  test('knows its messages', () => {
    for (const message of [hello, { type: 'refuse', reason: 'own-key' }, { type: 'beat' }, { type: 'bye' }]) {
      expect(decode(message)).toEqual({ kind: 'message', message });
    }
  });

  test('a hello of other versions is told apart, even if nothing else of it is known', () => {
    expect(decode({ ...hello, versions: [1, 2] }).kind).toBe('message');
    expect(decode({ ...hello, versions: [2] })).toEqual({ kind: 'version-unknown' });
    expect(decode({ type: 'hello', versions: [2, 3] })).toEqual({ kind: 'version-unknown' });
    expect(decode({ type: 'hello', versions: [] }).kind).toBe('malformed');
  });

  test('a message of a later version\u2019s type is no offence', () => {
    expect(decode({ type: 'members', members: [] })).toEqual({ kind: 'unknown-type' });
    expect(decode({ type: 'hello' }).kind).toBe('malformed');
    expect(decode({ ...hello, key: 'k'.repeat(42) }).kind).toBe('malformed');
    // Another spelling of the same 32 bytes would be another person to whoever compares keys.
    expect(decode({ ...hello, key: `${'k'.repeat(42)}l` }).kind).toBe('malformed');
    expect(decode({ ...hello, signature: `${'s'.repeat(85)}=` }).kind).toBe('malformed');
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        decodeLinkMessage(text);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        decodeLinkMessage(text);
      }),
    );
  });
});
