import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeLinkMessage,
  encodeLinkMessage,
  type LinkMessage,
} from '../../../../src/shared/protocol/link-messages.ts';
import { makeRoomCode } from '../../../../src/shared/room-code.ts';

const hello = {
  type: 'hello',
  versions: [1],
  name: 'Ada',
  capabilities: [],
  key: 'k'.repeat(43),
  signature: `${'s'.repeat(85)}g`,
};
const code = makeRoomCode((bytes) => new Uint8Array(bytes).fill(7));
const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'u' };
const decode = (message: unknown) => decodeLinkMessage(JSON.stringify(message));

describe('decodeLinkMessage', () => {
  test('knows its messages', () => {
    const messages: LinkMessage[] = [
      { ...hello, type: 'hello' },
      { type: 'refuse', reason: 'own-key' },
      { type: 'beat' },
      { type: 'rename', name: 'Ada' },
      { type: 'path', path: 'relay' },
      { type: 'lock', turn: 1, locked: true, keys: ['k'.repeat(42).concat('k')] },
      { type: 'renew', code },
      { type: 'strand-offer', strand: 's'.repeat(22), sdp: 'v=0' },
      { type: 'strand-answer', strand: 's'.repeat(22), sdp: 'v=0' },
      { type: 'strand-candidates', strand: 's'.repeat(22), candidates: [candidate, null], end: true },
      { type: 'strand-over', strand: 's'.repeat(22) },
      { type: 'bye' },
    ];
    for (const message of messages) {
      expect(decodeLinkMessage(encodeLinkMessage(message))).toEqual({ kind: 'message', message });
    }
  });

  test.each([
    ['typed by hand', code.toUpperCase()],
    ['with spaces', code.replaceAll('-', ' ')],
    ['with a word too many', `${code}-zoo`],
    ['of other words', 'a-b-c'],
  ])('a code %s is none that an app has made', (_what, given) => {
    expect(decode({ type: 'renew', code: given }).kind).toBe('malformed');
  });

  test('a candidate of a strand that is none costs only itself', () => {
    const said = { type: 'strand-candidates', strand: 's'.repeat(22), end: false };
    const without = { candidate: 'candidate:1' };
    const decoded = decode({
      ...said,
      candidates: [{ ...candidate, candidate: 'c'.repeat(513) }, candidate, without, 7],
    });
    expect(decoded).toEqual({ kind: 'message', message: { ...said, candidates: [candidate] } });
  });

  test.each<[string, object]>([
    ['by no id', { type: 'strand-over', strand: 's' }],
    ['with an empty description', { type: 'strand-offer', strand: 's'.repeat(22), sdp: '' }],
    ['with too long a description', { type: 'strand-answer', strand: 's'.repeat(22), sdp: 'x'.repeat(8193) }],
    ['whose candidates may go on or not', { type: 'strand-candidates', strand: 's'.repeat(22), candidates: [] }],
    [
      'with too many candidates',
      { type: 'strand-candidates', strand: 's'.repeat(22), candidates: Array(65).fill(null), end: true },
    ],
  ])('a strand %s is malformed', (_what, said) => {
    expect(decode(said).kind).toBe('malformed');
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
        expect(decodeLinkMessage(text)).toEqual({ kind: 'malformed' });
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        decodeLinkMessage(text);
      }),
    );
  });
});
