import { hkdfSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openIdentity } from '../../../../../src/main/identity.ts';
import {
  type LaneEnds,
  type LaneTranscript,
  laneTranscriptBytes,
  laneWordProves,
  makeLaneWord,
  probeKeys,
} from '../../../../../src/main/lane/direct/lane-offer.ts';
import { toBase64url } from '../../../../../src/shared/base64url.ts';
import { type LaneAnswer, type LaneOffer, parseLaneWord } from '../../../../../src/shared/protocol/lane-messages.ts';
import { ReasonError } from '../../../../../src/shared/reasons.ts';
import { offerLane } from '../../../../support/lane-offers.ts';
import { forgedSignature, smallOrderKeys } from '../../../../support/small-order.ts';

const { offer, answer, ends } = offerLane();
const base64 = (hexadecimal: string): string => Buffer.from(hexadecimal, 'hex').toString('base64url');

test('each side finds the word of the other one proven, and no word of its own', () => {
  expect(laneWordProves(offer, ends.answerer)).toBe(true);
  expect(laneWordProves(answer, ends.offerer)).toBe(true);
  expect(laneWordProves(offer, ends.offerer)).toBe(false);
  expect(laneWordProves(answer, ends.answerer)).toBe(false);
  expect(parseLaneWord(JSON.stringify(offer))).toEqual(offer);
  expect(parseLaneWord(JSON.stringify(answer))).toEqual(answer);
});

test('what is signed are lines, the candidates last', () => {
  const transcript: LaneTranscript = {
    linkId: 'link',
    attempt: 'attempt',
    role: 'answerer',
    ownKey: 'own',
    peerKey: 'peer',
    noise: 'noise',
    secret: 'secret',
    stream: 4_294_967_295,
    candidates: [
      { kind: 'host', address: '192.0.2.1', port: 1024 },
      { kind: 'mapped', address: '2001:db8::1', port: 65_535 },
    ],
  };
  expect(Buffer.from(laneTranscriptBytes(transcript)).toString()).toBe(
    'roomdrop-lane-v1\nlink\nattempt\nanswerer\nown\npeer\nnoise\nsecret\n4294967295\nhost 192.0.2.1 1024\nmapped 2001:db8::1 65535',
  );
  expect(Buffer.from(laneTranscriptBytes({ ...transcript, candidates: [] })).toString()).toMatch(/\n4294967295$/);
  expect(() => laneTranscriptBytes({ ...transcript, linkId: 'li\nnk' })).toThrow(ReasonError);
});

const other = offerLane();
test.each<[string, Partial<LaneOffer>]>([
  ['attempt', { attempt: toBase64url(new Uint8Array(16)) }],
  ['Noise key', { noise: other.offer.noise }],
  ['secret', { secret: toBase64url(new Uint8Array(32)) }],
  ['stream', { stream: offer.stream + 1 }],
  ['address', { candidates: [{ kind: 'host', address: '192.0.2.2', port: 40_001 }] }],
  ['port', { candidates: [{ kind: 'host', address: '192.0.2.1', port: 40_002 }] }],
  ['kind of address', { candidates: [{ kind: 'mapped', address: '192.0.2.1', port: 40_001 }] }],
  ['list of addresses', { candidates: [] }],
  ['signature', { signature: other.offer.signature }],
])('not proven: another %s', (_, change) => {
  expect(laneWordProves({ ...offer, ...change }, ends.answerer)).toBe(false);
  expect(laneWordProves({ ...offer }, ends.answerer)).toBe(true);
});

test.each<[string, Partial<LaneEnds>]>([
  ['link', { linkId: 'another' }],
  ['receiver', { ownKey: other.ends.answerer.ownKey }],
  ['sender', { peerKey: other.ends.answerer.peerKey }],
])('not proven: for another %s', (_, change) => {
  expect(laneWordProves(offer, { ...ends.answerer, ...change })).toBe(false);
});

test('an answer is no offer, whoever sends it back', () => {
  const turned: LaneOffer = { ...answer, type: 'lane-offer' };
  expect(laneWordProves(turned, ends.offerer)).toBe(false);
  const back: LaneAnswer = { ...offer, type: 'lane-answer' };
  expect(laneWordProves(back, ends.answerer)).toBe(false);
});

test('nobody has a key of small order, neither as an installation nor for Noise', () => {
  const forged = { ...offer, signature: toBase64url(forgedSignature) };
  for (const key of smallOrderKeys) {
    expect(laneWordProves(forged, { ...ends.answerer, peerKey: base64(key) })).toBe(false);
    const { offer: unsound, ends: unsoundEnds } = offerLane({ offerer: { noise: base64(key) } });
    expect(laneWordProves(unsound, unsoundEnds.answerer)).toBe(false);
  }
});

test('no signature that somebody makes up holds, and none throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (signature) => {
      expect(laneWordProves({ ...offer, signature: toBase64url(signature) }, ends.answerer)).toBe(false);
    }),
  );
});

test('an installation signs it by its key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-lane-'));
  try {
    const identity = await openIdentity(folder);
    const own = { ...ends.offerer, ownKey: identity.key };
    const { noise, secret, stream, candidates } = offer;
    const part = { noise, secret, stream, candidates };
    const made = makeLaneWord('lane-answer', offer.attempt, own, part, identity.signLane);
    expect(made).toMatchObject({ type: 'lane-answer', attempt: offer.attempt, ...part });
    expect(laneWordProves(made, { ...ends.answerer, peerKey: identity.key })).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the checks have a key for each direction, from what both sides brought', () => {
  const keys = probeKeys(offer, answer);
  const secrets = Buffer.concat([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
  const derived = (role: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secrets, new Uint8Array(16).fill(8), `roomdrop-lane-v1 probe ${role}`, 32));
  expect(Buffer.from(keys.offerer)).toEqual(derived('offerer'));
  expect(Buffer.from(keys.answerer)).toEqual(derived('answerer'));
});
