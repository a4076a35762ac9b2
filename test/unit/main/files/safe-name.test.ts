import { win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameKey, numberedName, safeName, shorten } from '../../../../src/main/files/safe-name.ts';

const platforms = ['linux', 'darwin', 'win32'] as const;
const platform = fc.constantFrom(...platforms);
/** Any UTF-16, half pairs included, salted with what does harm. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('..', '.', ' ', '/', '\\', 'C:', 'con', 'NUL', 'com1', 'LPT\u00b9', '.txt', '\0', '\u202e', '\n'),
      fc.constantFrom('\u200b', '\u2066', '\ufeff', ':', '*', '"', 'e\u0301', '\u{1f600}', 'x'.repeat(120)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('a safe name', () => {
  test('is a plain name of bounded length, whatever was given', () => {
    fc.assert(
      fc.property(hostile, platform, (given, on) => {
        const name = safeName(given, 255, on);
        expect(name).not.toBe('');
        expect(['.', '..']).not.toContain(name);
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
        expect(name).not.toMatch(/[. ]$/);
        expect(name).not.toMatch(/^[A-Za-z]:/);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com[0-9\u00b9]|lpt[0-9\u00b9])(\.|$)/i);
        expect(name.normalize('NFC')).toBe(name);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(win32.basename(name)).toBe(name);
        if (on === 'win32') expect(name).not.toMatch(/[<>:"|?*]/);
      }),
      { numRuns: 2000 },
    );
  });

  test('is safe already: nothing more happens to it', () => {
    fc.assert(
      fc.property(hostile, platform, (given, on) => {
        const name = safeName(given, 255, on);
        expect(safeName(name, 255, on)).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['letter.txt', 'letter.txt'],
    ['Grüße 日本語 العربية.txt', 'Grüße 日本語 العربية.txt'],
    ['👩‍👩‍👧‍👦.png', '👩‍👩‍👧‍👦.png'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['.bashrc', '.bashrc'],
    ['note: "c"?', 'note: "c"?'],
    ['..', '_'],
    ['', '_'],
    ['name. . ', 'name'],
    ['CON', '_CON'],
    ['aux.tar.gz', '_aux.tar.gz'],
    ['console', 'console'],
    ['C:\\Windows', 'C__Windows'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['exe\u202ecod.txt', 'execod.txt'],
    ['e\u0301', '\u00e9'],
    ['a\ud800b', 'a\ufffdb'],
    ['con x.txt', 'con x.txt'],
    ['soft\u00adhyphen', 'softhyphen'],
    ['vowel\u180eseparator', 'vowelseparator'],
    ['filler\u3164.exe', 'filler.exe'],
    ['\u3164', '_'],
    ['\u2800\u034f\u{e0041}', '_'],
    ['photo.jpg\u2003\u2003\u2003\u2003.exe', 'photo.jpg .exe'],
    [`photo.jpg${' '.repeat(100)}.exe`, 'photo.jpg .exe'],
    ['two  spaces', 'two  spaces'],
    ['全角\u3000空白.txt', '全角\u3000空白.txt'],
    [`a${'\u0301'.repeat(40)}`, `\u00e1${'\u0301'.repeat(6)}`],
    ['葛\u{e0100}飾', '葛\u{e0100}飾'],
    ['❤\ufe0f.png', '❤\ufe0f.png'],
  ])('of %j is %j', (given, name) => {
    expect(safeName(given, 255, 'linux')).toBe(name);
  });

  test('leaves to Linux what only Windows forbids', () => {
    expect(safeName('a:b|c', 255, 'win32')).toBe('a_b_c');
  });
});

test('shortening keeps the extension and whole characters', () => {
  expect(shorten(`${'x'.repeat(300)}.jpeg`, 255)).toBe(`${'x'.repeat(250)}.jpeg`);
  const short = shorten(`${'\u{1f600}'.repeat(100)}.png`, 255);
  expect(short).toBe(`${'\u{1f600}'.repeat(62)}.png`);
});

test('a number stands before the extension and within the length', () => {
  expect(numberedName('photo.jpg', 2, 255)).toBe('photo (2).jpg');
  expect(numberedName('album', 10, 255)).toBe('album (10)');
  expect(numberedName('.bashrc', 2, 255)).toBe('.bashrc (2)');
  fc.assert(
    fc.property(hostile, fc.integer({ min: 2, max: 1e6 }), (given, number) => {
      const name = numberedName(safeName(given, 255, 'linux'), number, 255);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).toContain(`(${number})`);
    }),
  );
});

test('names that are one on some disk have one key', () => {
  expect(nameKey('Readme.TXT')).toBe(nameKey('README.txt'));
  expect(nameKey('\u00e9')).toBe(nameKey('E\u0301'));
  expect(nameKey('a')).not.toBe(nameKey('b'));
});

test('a name is shortened only where it must be, before its extension, which is short', () => {
  expect(shorten('abc.txt', 7)).toBe('abc.txt');
  expect(shorten('abcd.txt', 7)).toBe('abc.txt');
  const [extension, long] = [`.${'e'.repeat(31)}`, `.${'e'.repeat(32)}`];
  expect(shorten(`abc${extension}`, 34)).toBe(`ab${extension}`);
  expect(shorten(`abc${long}`, 35)).toBe(`abc${long}`.slice(0, 35));
  expect(shorten('.hidden', 4)).toBe('.hid');
});

test('a number is put before the extension and the whole still fits', () => {
  expect(numberedName('photo.jpg', 2, 255)).toBe('photo (2).jpg');
  expect(numberedName('photo', 10, 255)).toBe('photo (10)');
  expect(numberedName('photo.jpg', 2, 12)).toBe('phot (2).jpg');
});

test.each([
  ['A', 'a'],
  ['\u00e9', 'E\u0301'],
  ['stra\u00dfe', 'STRASSE'],
  ['\ufb01', 'fi'],
])('%j and %j are one file on some disk', (one, other) => {
  expect(nameKey(one)).toBe(nameKey(other));
});
