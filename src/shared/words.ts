import { wordlist } from '@scure/bip39/wordlists/english.js';

/** The BIP39 English list has 2,048 words. */
export const bitsPerWord = 11;

/** The lowest bits of a number as words of the list, most significant first. */
export function wordsOf(bits: bigint, count: number): string[] {
  return Array.from({ length: count }, (_, place) => {
    const below = BigInt((count - 1 - place) * bitsPerWord);
    return wordlist[Number((bits >> below) & 0x7ffn)] ?? '';
  });
}
