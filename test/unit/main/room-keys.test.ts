import { expect, test } from 'vitest';
import { deriveRoomKeys } from '../../../src/main/room-keys.ts';

test('vectors', async () => {
  expect(await deriveRoomKeys('abandon-abandon-abandon-abandon-acoustic')).toEqual({
    topic: 'roomdrop/w23ADU5IpX1MkKFZGANQfA',
    sealingKey: 'p23iPefOaUhF-aYGS533lz9Zjv5uFzkUnm323k3DeEA',
  });
  expect(await deriveRoomKeys('abuse-boss-fly-battle-round')).toEqual({
    topic: 'roomdrop/SKBLeV33NZlsBRFl5jit1g',
    sealingKey: 'sQr2z9pKke4z8g0Hry2CcRjQetzatq2M--Zscz6ABzY',
  });
});

test('another code has another topic and another key', async () => {
  const [one, other] = await Promise.all([deriveRoomKeys('a-b-c-d-e'), deriveRoomKeys('a-b-c-d-f')]);
  expect(one.topic).toMatch(/^roomdrop\/[A-Za-z0-9_-]{22}$/);
  expect(Buffer.from(one.sealingKey, 'base64url')).toHaveLength(32);
  expect(other.topic).not.toBe(one.topic);
  expect(other.sealingKey).not.toBe(one.sealingKey);
});
