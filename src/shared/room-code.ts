import { sha256 } from '@noble/hashes/sha2.js';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Reason } from './reasons.ts';
import { bitsPerWord, wordsOf } from './words.ts';

/**
 * A room code: five words of the BIP39 English list, 11 bits each, most significant first. The first 50 bits are
 * random; the last 5 are the first bits of the SHA-256 of those 50, packed into 7 bytes and followed by zero bits.
 */
const codeWords = 5;
const checksumBits = 5;
const randomBits = codeWords * bitsPerWord - checksumBits;
/** The list's words are told apart by their first four letters (BIP39). */
const tellingLetters = 4;

const indexOfWord = new Map(wordlist.map((word, index) => [word, index]));

/** Makes a code in its canonical form: lower case, joined by `-`. */
export function makeRoomCode(random: (bytes: number) => Uint8Array): string {
  const packed = random(Math.ceil(randomBits / 8));
  let bits = 0n;
  for (const byte of packed) bits = (bits << 8n) | BigInt(byte);
  bits >>= BigInt(packed.length * 8 - randomBits);
  const all = (bits << BigInt(checksumBits)) | BigInt(checksum(bits));
  return wordsOf(all, codeWords).join('-');
}

/**
 * Reads what a person typed or pasted: any case, any spaces and dashes between the words, each word whole or shortened
 * to what tells it apart. Fails with `code-length`, `code-word` (which one, and the nearest word) or `code-checksum`.
 */
export function parseRoomCode(text: string): { code: string } | { error: Reason } {
  const typed = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s\p{Pd}\p{Cf}\u2212_.,;]+/u)
    .filter((word) => word !== '');
  const words: string[] = [];
  for (const word of typed.slice(0, codeWords)) {
    const known = knownWord(word);
    if (known === null) return { error: { code: 'code-word', detail: { word, suggestion: nearestWord(word) } } };
    words.push(known);
  }
  if (typed.length !== codeWords) return { error: { code: 'code-length', detail: { words: typed.length } } };
  return belongTogether(words) ? { code: words.join('-') } : { error: { code: 'code-checksum' } };
}

/** Longer texts are not searched: nobody sends a code in a book. */
const searchedCharacters = 10_000;

/**
 * The code that stands somewhere in a text: five words in a row whose checksum fits, whole ones first, then shortened
 * ones. Of several, the one that is written as one thing: with the same between all its words. Null when there is none,
 * or when two would do; a guess would be another room.
 */
export function findRoomCode(text: string): string | null {
  const parts = [
    ...text
      .slice(0, searchedCharacters)
      .normalize('NFKC')
      .toLowerCase()
      .matchAll(/([^\p{L}]*)(\p{L}+)/gu),
  ];
  const before = parts.map(([, between = '']) => between.replace(/\d+/g, '0'));
  for (const read of [wholeWord, knownWord]) {
    const words = parts.map(([, , letters = '']) => read(letters));
    const found: { code: string; even: boolean }[] = [];
    for (let start = 0; start + codeWords <= words.length; start++) {
      const five = words.slice(start, start + codeWords).filter((word) => word !== null);
      if (five.length < codeWords || !belongTogether(five)) continue;
      found.push({ code: five.join('-'), even: new Set(before.slice(start + 1, start + codeWords)).size === 1 });
    }
    const even = new Set(found.filter((each) => each.even).map(({ code }) => code));
    const [only, ...more] = even.size > 0 ? even : new Set(found.map(({ code }) => code));
    if (only !== undefined) return more.length === 0 ? only : null;
  }
  return null;
}

/** Of words of the list. */
function belongTogether(words: readonly string[]): boolean {
  let all = 0n;
  for (const word of words) all = (all << BigInt(bitsPerWord)) | BigInt(indexOfWord.get(word) ?? 0);
  const told = Number(all & BigInt((1 << checksumBits) - 1));
  return told === checksum(all >> BigInt(checksumBits));
}

/** The words that begin with what was typed so far, in alphabetical order; none for an empty prefix. */
export function completeWord(prefix: string): string[] {
  const start = prefix.trim().toLowerCase();
  return start === '' ? [] : wordlist.filter((word) => word.startsWith(start));
}

function checksum(bits: bigint): number {
  const bytes = new Uint8Array(Math.ceil(randomBits / 8));
  const aligned = bits << BigInt(bytes.length * 8 - randomBits);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number((aligned >> BigInt((bytes.length - 1 - index) * 8)) & 0xffn);
  }
  return (sha256(bytes)[0] ?? 0) >> (8 - checksumBits);
}

function wholeWord(typed: string): string | null {
  return indexOfWord.has(typed) ? typed : null;
}

function knownWord(typed: string): string | null {
  if (indexOfWord.has(typed)) return typed;
  if (typed.length < tellingLetters) return null;
  const [only, another] = completeWord(typed);
  return only !== undefined && another === undefined ? only : null;
}

/** The word with the fewest letters to change or to swap, the first of the list among equals. */
function nearestWord(typed: string): string {
  const clipped = typed.slice(0, 16);
  let nearest = '';
  let fewest = Number.POSITIVE_INFINITY;
  for (const word of wordlist) {
    const changes = editDistance(clipped, word);
    if (changes < fewest) [nearest, fewest] = [word, changes];
  }
  return nearest;
}

/** Optimal string alignment: letters put in, left out or exchanged, and two neighbours swapped, count one each. */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1];
      const swapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[right.length] ?? 0;
}
