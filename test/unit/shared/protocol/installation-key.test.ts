import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { toBase64url } from '../../../../src/shared/base64url.ts';
import { base64urlOf, installationKeySchema } from '../../../../src/shared/protocol/installation-key.ts';

describe('bytes as text have one spelling', () => {
  const whole = 'A'.repeat(43);

  test('of their length, in the letters of base64url alone', () => {
    expect(v.is(installationKeySchema, whole)).toBe(true);
    expect(v.is(installationKeySchema, toBase64url(new Uint8Array(32).fill(255)))).toBe(true);
    for (const text of [whole.slice(1), `${whole}A`, `+${whole.slice(1)}`, `${whole.slice(0, 41)}=A`, '']) {
      expect(v.is(installationKeySchema, text), text).toBe(false);
    }
  });

  test('with no bit set that belongs to none of them', () => {
    for (const [bytes, right, wrong] of [
      [32, 'AEw048', 'BCD159'],
      [64, 'AQgw', 'BEIM'],
      [16, 'AQgw', 'BEIM'],
    ] as const) {
      const start = 'A'.repeat(Math.ceil((bytes * 8) / 6) - 1);
      for (const last of right) expect(v.is(base64urlOf(bytes), start + last), `${bytes} ${last}`).toBe(true);
      for (const last of wrong) expect(v.is(base64urlOf(bytes), start + last), `${bytes} ${last}`).toBe(false);
    }
  });
});
