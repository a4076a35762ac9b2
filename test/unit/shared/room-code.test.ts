import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeWord, findRoomCode, makeRoomCode, parseRoomCode } from '../../../src/shared/room-code.ts';

const randomness = fc.uint8Array({ minLength: 7, maxLength: 7 });
const codes = randomness.map((bytes) => makeRoomCode(() => bytes));

describe('makeRoomCode', () => {
  test('vectors: 50 bits, then 5 bits of their SHA-256', () => {
    const code = (hex: string): string => makeRoomCode(() => new Uint8Array(Buffer.from(hex, 'hex')));
    expect(code('00000000000000')).toBe('abandon-abandon-abandon-abandon-acoustic');
    expect(code('ffffffffffffff')).toBe('zoo-zoo-zoo-zoo-wrong');
    expect(code('0123456789abcd')).toBe('abuse-boss-fly-battle-round');
  });

  test('five words of the list, and the 50 bits tell all codes apart', () => {
    fc.assert(
      fc.property(randomness, randomness, (left, right) => {
        const [one, other] = [makeRoomCode(() => left), makeRoomCode(() => right)];
        expect(one.split('-')).toHaveLength(5);
        for (const word of one.split('-')) expect(wordlist).toContain(word);
        const bits = (bytes: Uint8Array): string =>
          Buffer.from(bytes.map((byte, at) => (at === 6 ? byte & 0xc0 : byte))).toString('hex');
        expect(one === other).toBe(bits(left) === bits(right));
      }),
    );
  });
});

describe('parseRoomCode', () => {
  test('reads every code back, however it is written', () => {
    const separators = fc.constantFrom('-', ' ', '  ', '\u2013', '\u2014', ' \u2212 ', '\n', '\t-\u00a0', ', ');
    fc.assert(
      fc.property(
        codes,
        fc.array(separators, { minLength: 4, maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        (code, between, upper, short) => {
          const words = code.split('-').map((word) => (short ? word.slice(0, 4) : word));
          const typed = ` ${words.map((word, at) => word + (between[at] ?? '')).join('')}\n`;
          expect(parseRoomCode(upper ? typed.toUpperCase() : typed)).toEqual({ code });
        },
      ),
    );
  });

  test('names the wrong word and the nearest right one', () => {
    expect(parseRoomCode('abandon-abandon-abandn-abandon-acoustic')).toEqual({
      error: { code: 'code-word', detail: { word: 'abandn', suggestion: 'abandon' } },
    });
    fc.assert(
      fc.property(codes, fc.integer({ min: 0, max: 4 }), fc.stringMatching(/^[a-z]{3,12}$/), (code, at, word) => {
        fc.pre(!wordlist.some((known) => known === word || (word.length >= 4 && known.startsWith(word))));
        const words = code.split('-');
        words[at] = word;
        const result = parseRoomCode(words.join(' '));
        expect(result).toMatchObject({ error: { code: 'code-word', detail: { word } } });
      }),
    );
  });

  test('two letters in the wrong order are one mistake', () => {
    for (const [word, suggestion] of [
      ['appel', 'apple'],
      ['brigde', 'bridge'],
      ['kitetn', 'kitten'],
    ]) {
      expect(parseRoomCode(word ?? '')).toEqual({ error: { code: 'code-word', detail: { word, suggestion } } });
    }
  });

  test('a prefix that several words share is no word', () => {
    // act, action, actor, actress, actual
    expect(parseRoomCode('ac abandon abandon abandon abandon')).toMatchObject({ error: { code: 'code-word' } });
    expect(parseRoomCode('acti abandon abandon abandon abandon')).toMatchObject({ error: { code: 'code-checksum' } });
  });

  test('counts the words', () => {
    for (const [text, words] of [
      ['', 0],
      [' - ', 0],
      ['abandon', 1],
      ['abandon-abandon-abandon-abandon', 4],
      ['abandon abandon abandon abandon acoustic abandon', 6],
    ] as const) {
      expect(parseRoomCode(text)).toEqual({ error: { code: 'code-length', detail: { words } } });
    }
  });

  test('one wrong word of the list fails the checksum, but for one in 32', () => {
    let accepted = 0;
    let tried = 0;
    fc.assert(
      fc.property(codes, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 2047 }), (code, at, shift) => {
        const words = code.split('-');
        words[at] = wordlist[(wordlist.indexOf(words[at] ?? '') + shift) % 2048] ?? '';
        const result = parseRoomCode(words.join('-'));
        tried++;
        if ('code' in result) accepted++;
        else expect(result.error.code).toBe('code-checksum');
      }),
      { numRuns: 4000, seed: 7 },
    );
    expect(accepted / tried).toBeGreaterThan(1 / 64);
    expect(accepted / tried).toBeLessThan(1 / 20);
  });

  test('never throws, whatever was pasted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 256 }), (text) => {
        const result = parseRoomCode(text);
        if ('code' in result) expect(parseRoomCode(result.code)).toEqual(result);
        else expect(['code-length', 'code-word', 'code-checksum']).toContain(result.error.code);
      }),
    );
  });
});

test('completeWord gives the words that begin so', () => {
  expect(completeWord('act')).toEqual(['act', 'action', 'actor', 'actress', 'actual']);
  expect(completeWord(' ABAN')).toEqual(['abandon']);
  expect(completeWord('')).toEqual([]);
  expect(completeWord('xyz')).toEqual([]);
});

describe('findRoomCode', () => {
  const code = 'camp-kitten-dinosaur-fence-gloom';

  test.each([
    [`The code is ${code}`],
    [`${code}. See you!`],
    ['1. camp 2. kitten 3. dinosaur 4. fence 5. gloom'],
    ['Room code: Camp Kitten Dinosaur Fence Gloom \u2013 see you soon then, it is about the car'],
    [`Bo wrote:\n> ${code}\n> ${code}\nIt\u2019s ok?`],
    ['join with camp-kitt-dino-fenc-gloo please'],
  ])('finds it in: %s', (text) => {
    expect(findRoomCode(text)).toBe(code);
  });

  test('finds every code in a sentence of words that are no code', () => {
    fc.assert(
      fc.property(codes, fc.constantFrom('-', ' ', ', ', ' \u2013 '), (made, between) => {
        const text = `Hi! The code is: ${made.split('-').join(between)}. See you.`;
        expect(findRoomCode(text)).toBe(made);
      }),
    );
  });

  test('finds none where there is none, and does not choose between two', () => {
    expect(findRoomCode('')).toBeNull();
    expect(findRoomCode('camp kitten dinosaur fence')).toBeNull();
    expect(findRoomCode('gloom fence dinosaur kitten camp')).toBeNull();
    expect(findRoomCode(`${code} or abuse-boss-fly-battle-round`)).toBeNull();
  });

  test('is quick with a whole book', () => {
    expect(findRoomCode(`${'abandon '.repeat(1_000_000)}`)).toBeNull();
  });
});
