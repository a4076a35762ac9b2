import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Control,
  listItems,
  namedFailures,
  parseControl,
  parseMalformedOffer,
} from '../../../../src/shared/protocol/transfer-messages.ts';

const transfer = '0123456789abcdef0123456789abcdef';

test('every message survives its text', () => {
  const messages: Control[] = [
    { type: 'offer', transfer, topLevelEntries: 1, files: 1, folders: 0, bytes: 5, pages: 1, hold: null },
    { type: 'want-manifest', transfer, page: 0 },
    { type: 'manifest', transfer, page: 0, entries: [['f', 'a/b', 5, 1_700_000_000_000]] },
    {
      type: 'manifest',
      transfer,
      page: 1,
      entries: [
        ['x', 'run', 0, -1],
        ['d', 'c', 0, 0],
      ],
    },
    { type: 'accept', transfer, binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: 'disk-full' },
    { type: 'digests', transfer, list: [[0, 0, `${'A'.repeat(43)}=`]] },
    { type: 'again', transfer, list: [[0, 1]] },
    { type: 'skip', transfer, list: [[0, 'file-missing']] },
    { type: 'progress', transfer, binding: 1, charge: 5, written: 5, files: 0 },
    { type: 'hold', transfer, reason: 'paused-by-me' },
    { type: 'resume', transfer },
    { type: 'query', transfer },
    { type: 'cancel', transfer, reason: 'cancelled-by-peer' },
    { type: 'ended', transfer, state: 'done', reason: null, files: 1, failed: 0, failures: [] },
    ...(['declined', 'cancelled', 'failed'] as const).map(
      (state): Control => ({
        type: 'ended',
        transfer,
        state,
        reason: 'declined',
        files: 0,
        failed: 1,
        failures: [[2 ** 32 - 1, 'file-missing']],
      }),
    ),
    { type: 'gone', transfer },
  ];
  for (const message of messages) expect(parseControl(JSON.stringify(message))).toEqual(message);
});

test('unknown fields are dropped and an unknown reason is kept as one that is known', () => {
  expect(parseControl(JSON.stringify({ type: 'hold', transfer, reason: 'new-in-2030', more: 1 }))).toEqual({
    type: 'hold',
    transfer,
    reason: 'internal-error',
  });
});

test.each([
  ['another id', { type: 'query', transfer: `${transfer}0` }],
  ['an id in upper case', { type: 'query', transfer: transfer.toUpperCase() }],
  ['a negative page', { type: 'want-manifest', transfer, page: -1 }],
  ['half a page', { type: 'want-manifest', transfer, page: 0.5 }],
  ['bytes beyond exact numbers', { type: 'progress', transfer, binding: 1, charge: 2 ** 53, written: 0, files: 0 }],
  ['an entry of another kind', { type: 'manifest', transfer, page: 0, entries: [['l', 'a', 0, 0]] }],
  ['an empty path', { type: 'manifest', transfer, page: 0, entries: [['f', '', 0, 0]] }],
  ['no digest', { type: 'digests', transfer, list: [[0, 0, 'abc']] }],
  ['a digest and more', { type: 'digests', transfer, list: [[0, 0, `${'A'.repeat(44)}=`]] }],
  ['a digest with a tail', { type: 'digests', transfer, list: [[0, 0, `${'A'.repeat(43)}==`]] }],
  ['an entry beyond 32 bits', { type: 'again', transfer, list: [[2 ** 32, 0]] }],
  ['a failure without a reason', { type: 'skip', transfer, list: [[0]] }],
  ['a time no Date reaches', { type: 'manifest', transfer, page: 0, entries: [['f', 'a', 0, 8.64e15 + 1]] }],
  [
    'an end that is none',
    { type: 'ended', transfer, state: 'running', reason: null, files: 0, failed: 0, failures: [] },
  ],
  [
    'too many named failures',
    {
      type: 'ended',
      transfer,
      state: 'failed',
      reason: null,
      files: 0,
      failed: 0,
      failures: Array.from({ length: namedFailures + 1 }, () => [0, 'file-missing']),
    },
  ],
  ['a long list', { type: 'again', transfer, list: Array.from({ length: listItems + 1 }, () => [0, 0]) }],
  ['another type', { type: 'hello', transfer }],
  ['no object', [1]],
])('refused: %s', (_, value) => {
  expect(parseControl(JSON.stringify(value))).toBeNull();
});

test('of an offer or a manifest that breaks its schema its id is read, of nothing else', () => {
  for (const type of ['offer', 'manifest'] as const) {
    expect(parseMalformedOffer(JSON.stringify({ type, transfer, files: -1 }))).toEqual({ type, transfer });
  }
  expect(parseMalformedOffer(JSON.stringify({ type: 'query', transfer }))).toBeNull();
  expect(parseMalformedOffer(JSON.stringify({ type: 'offer', transfer: 'x' }))).toBeNull();
  expect(parseMalformedOffer('{')).toBeNull();
});

test('any text is refused or parsed, and nothing throws', () => {
  for (const texts of [fc.string(), fc.json()]) {
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseControl(text)).toBeNull();
      }),
    );
  }
  expect(parseControl('['.repeat(60_000))).toBeNull();
});
