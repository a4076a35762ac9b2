import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { probeKeys } from '../../../../../src/main/lane/direct/lane-offer.ts';
import { createProbeCodec, type Probe, probeBytes } from '../../../../../src/main/lane/direct/probe.ts';
import { fromBase64url, toBase64url } from '../../../../../src/shared/base64url.ts';
import { offerLane } from '../../../../support/lane-offers.ts';

const { offer, answer, ends } = offerLane();
const { linkId } = ends.offerer;
const offerer = createProbeCodec('offerer', linkId, offer, answer);
const answerer = createProbeCodec('answerer', linkId, offer, answer);
const transaction = '000102030405060708090a0b';
const probes = (['probe', 'use', 'answer'] as const).map((type): Probe => ({ type, transaction }));

describe.each([
  { from: 'offerer' as const, sender: offerer, receiver: answerer },
  { from: 'answerer' as const, sender: answerer, receiver: offerer },
])('from the $from', ({ from, sender, receiver }) => {
  test.each(probes)('$type arrives, and no other way', (probe) => {
    const bytes = sender.encode(probe);
    expect(bytes).toHaveLength(probeBytes);
    expect(receiver.decode(bytes)).toEqual(probe);
    // Nobody can send it back to whom it came from.
    expect(sender.decode(bytes)).toBeNull();
  });

  test('it is made of what is described', () => {
    const bytes = Buffer.from(sender.encode({ type: 'use', transaction }));
    const head = Buffer.concat([
      Buffer.from('RDl1\x02'),
      fromBase64url(offer.attempt),
      Buffer.from(transaction, 'hex'),
    ]);
    expect(bytes.subarray(0, 33)).toEqual(head);
    const mac = createHmac('sha256', probeKeys(offer, answer)[from]);
    const covered = [head, Buffer.from(linkId), fromBase64url(offer.noise), fromBase64url(answer.noise)];
    expect(bytes.subarray(33)).toEqual(mac.update(Buffer.concat(covered)).digest());
    expect(probes.map((probe) => sender.encode(probe)[4])).toEqual([1, 2, 3]);
  });

  test('one bit changed, and it is nothing', () => {
    const bytes = sender.encode({ type: 'probe', transaction });
    for (let bit = 0; bit < 8 * probeBytes; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(receiver.decode(changed), `bit ${bit}`).toBeNull();
    }
    expect(receiver.decode(bytes.subarray(0, -1))).toBeNull();
    expect(receiver.decode(Uint8Array.of(...bytes, 0))).toBeNull();
  });
});

test('what holds for one attempt, link or pair of keys holds for no other', () => {
  const bytes = offerer.encode({ type: 'probe', transaction });
  const other = offerLane();
  expect(createProbeCodec('answerer', 'another', offer, answer).decode(bytes)).toBeNull();
  for (const change of [
    { attempt: toBase64url(new Uint8Array(16)) },
    { noise: other.offer.noise },
    { secret: toBase64url(new Uint8Array(32)) },
  ]) {
    expect(createProbeCodec('answerer', linkId, { ...offer, ...change }, answer).decode(bytes)).toBeNull();
  }
  for (const change of [{ noise: other.answer.noise }, { secret: toBase64url(new Uint8Array(32)) }]) {
    expect(createProbeCodec('answerer', linkId, offer, { ...answer, ...change }).decode(bytes)).toBeNull();
  }
});

test('no type but the three, however well it is signed', () => {
  const key = probeKeys(offer, answer).offerer;
  for (let type = 0; type < 256; type++) {
    const head = Buffer.from(offerer.encode({ type: 'probe', transaction }).subarray(0, 33));
    head[4] = type;
    const covered = [head, Buffer.from(linkId), fromBase64url(offer.noise), fromBase64url(answer.noise)];
    const mac = createHmac('sha256', key).update(Buffer.concat(covered)).digest();
    expect(answerer.decode(Buffer.concat([head, mac])) !== null).toBe(type >= 1 && type <= 3);
  }
});

test('any bytes are refused, and nothing throws', () => {
  const any = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ minLength: probeBytes, maxLength: probeBytes }),
  );
  fc.assert(fc.property(any, (bytes) => answerer.decode(bytes) === null));
});
