import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '../../../src/shared/base64url.ts';

test('bytes read and write as everybody else writes them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64url');
      expect(toBase64url(bytes)).toBe(text);
      expect([...fromBase64url(text)]).toEqual([...bytes]);
    }),
  );
});

test.each(['A', 'AAAAA', 'AA==', 'A+', 'A/', 'A ', 'é'])('%s is none', (text) => {
  expect(() => fromBase64url(text)).toThrow(RangeError);
});
