import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBase64url } from '../../../../src/shared/base64url.ts';
import { type LaneWord, laneEnds, parseLaneWord } from '../../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

const attempt = toBase64url(new Uint8Array(16).fill(1));
const offer = {
  type: 'lane-offer',
  attempt,
  noise: toBase64url(new Uint8Array(32).fill(2)),
  secret: toBase64url(new Uint8Array(32).fill(3)),
  stream: 1,
  candidates: [
    { kind: 'host', address: '192.168.1.7', port: 50_000 },
    { kind: 'host', address: '2001:db8::7', port: 1024 },
    { kind: 'mapped', address: '::ffff:198.51.100.7', port: 65_535 },
  ],
  signature: toBase64url(new Uint8Array(64).fill(4)),
} as const;
const candidate = { kind: 'host', address: '192.0.2.7', port: 50_000 } as const;
const withCandidate = (given: object) => ({ ...offer, candidates: [{ ...candidate, ...given }] });

test('every word survives its text', () => {
  const words: unknown[] = [
    offer,
    { ...offer, type: 'lane-answer', stream: 2 ** 32 - 1, candidates: [] },
    { ...offer, candidates: Array.from({ length: limits.laneCandidates }, () => candidate) },
    ...laneEnds.map((why): LaneWord => ({ type: 'lane-over', attempt, why })),
  ];
  for (const word of words) expect(parseLaneWord(JSON.stringify(word))).toEqual(word);
});

test('what is not known is left out', () => {
  const more = { ...offer, later: 1, candidates: [{ ...candidate, later: 2 }] };
  expect(parseLaneWord(JSON.stringify(more))).toEqual({ ...offer, candidates: [candidate] });
});

test.each([
  ['another type', { ...offer, type: 'lane-novelty' }],
  ['an attempt of 15 bytes', { ...offer, attempt: toBase64url(new Uint8Array(15)) }],
  ['an attempt with bits to spare', { ...offer, attempt: `${attempt.slice(0, -1)}R` }],
  ['an over of a short attempt', { type: 'lane-over', attempt: 'A', why: 'lost' }],
  ['a reason that is none', { type: 'lane-over', attempt, why: 'whatever' }],
  ['a noise key of 31 bytes', { ...offer, noise: toBase64url(new Uint8Array(31)) }],
  ['a secret of 33 bytes', { ...offer, secret: toBase64url(new Uint8Array(33)) }],
  ['a signature of 63 bytes', { ...offer, signature: toBase64url(new Uint8Array(63)) }],
  ['the stream 0', { ...offer, stream: 0 }],
  ['a stream beyond 32 bits', { ...offer, stream: 2 ** 32 }],
  ['half a stream', { ...offer, stream: 1.5 }],
  [
    'one candidate too many',
    { ...offer, candidates: Array.from({ length: limits.laneCandidates + 1 }, () => candidate) },
  ],
  ['no candidates', { ...offer, candidates: undefined }],
  ['a candidate of another kind', withCandidate({ kind: 'relay' })],
  ['a port of the system', withCandidate({ port: 1023 })],
  ['a port beyond 16 bits', withCandidate({ port: 65_536 })],
  ['half a port', withCandidate({ port: 50_000.5 })],
  ['a name in place of an address', withCandidate({ address: 'printer.local' })],
  ['an address with a line feed', withCandidate({ address: '192.0.2.7\n' })],
  ['an address with a zone', withCandidate({ address: 'fe80::1%eth0' })],
  ['an empty address', withCandidate({ address: '' })],
  ['an address with a port', withCandidate({ address: '192.0.2.7:5' })],
  ['no object', ['lane-offer']],
])('refused: %s', (_, value) => {
  expect(parseLaneWord(JSON.stringify(value))).toBeNull();
});

test('any text is refused or parsed, and nothing throws', () => {
  for (const texts of [fc.string(), fc.json()]) {
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseLaneWord(text)).toBeNull();
      }),
    );
  }
  const broken = fc.record({ ...mapValues(offer), type: fc.constant('lane-offer') }, { requiredKeys: [] });
  fc.assert(
    fc.property(broken, (value) => {
      const word = parseLaneWord(JSON.stringify(value));
      if (word) expect(parseLaneWord(JSON.stringify(word))).toEqual(word);
    }),
  );
});

/** Each field as it should be, or as anything. */
function mapValues(fields: object): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, fc.jsonValue()),
    ]),
  );
}
