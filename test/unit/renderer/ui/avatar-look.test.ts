import fc from 'fast-check';
import { expect, test } from 'vitest';
import { avatarHue, avatarHues, initials } from '../../../../src/renderer/ui/avatar-look.ts';

test.each([
  ['Mira Okafor', 'MO'],
  ['jonas', 'J'],
  ['Ada B. Lovelace', 'AL'],
  ['Ama’s MacBook', 'AM'],
  ['写真 太郎', '写太'],
  ['…', '?'],
  ['\u202e', '?'],
])('initials of %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test('any name and key has a look, the same one each time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(initials(text)).not.toBe('');
      expect(avatarHue(text)).toBe(avatarHue(text));
      expect(avatarHue(text)).toBeLessThan(avatarHues);
    }),
  );
});

test('keys spread over all colors', () => {
  const hues = new Set(Array.from({ length: 200 }, (_, index) => avatarHue(`key-${index}`)));
  expect(hues.size).toBe(avatarHues);
});
