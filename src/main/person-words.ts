import { limits } from '../shared/protocol/limits.ts';
import { ReasonError } from '../shared/reasons.ts';
import { bitsPerWord, wordsOf } from '../shared/words.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { stretch } from './stretch.ts';

const salt = 'roomdrop person v1';
const personWords = 6;
const derivedBytes = Math.ceil((personWords * bitsPerWord) / 8);

/**
 * Six words that stand for one installation's key, for two people to read to each other. Of this key alone: words of both
 * keys mixed would fall to whoever chooses two keys, with 2^33 tries instead of 2^66. Test vectors are in docs/PROTOCOL.md.
 *
 * @param key raw Ed25519 public key, base64url
 */
export async function derivePersonWords(key: string): Promise<string[]> {
  const derived = await stretch(Buffer.from(key, 'base64url'), salt, derivedBytes);
  const spareBits = BigInt(derivedBytes * 8 - personWords * bitsPerWord);
  return wordsOf(BigInt(`0x${derived.toString('hex')}`) >> spareBits, personWords);
}

/** The words of whoever is asked about; they are dear to make, so each is made once and kept for a while. */
export interface PersonWords {
  /** Rejects with `request-invalid` when too many are asked for at once. */
  of(key: string): Promise<string[]>;
}

export function createPersonWords(derive = derivePersonWords): PersonWords {
  /** The one asked about longest ago comes first. */
  const kept = new Map<string, Promise<string[]>>();
  const oneAtATime = createOneAtATime();
  let waiting = 0;

  async function make(key: string): Promise<string[]> {
    waiting++;
    try {
      // Each takes 128 MiB while it is made.
      return await oneAtATime(() => derive(key));
    } catch (error) {
      kept.delete(key);
      throw error;
    } finally {
      waiting--;
    }
  }

  return {
    async of(key) {
      const known = kept.get(key);
      if (!known && waiting >= limits.personWordsWaiting) {
        throw new ReasonError('request-invalid', { message: 'too many words are asked for at once' });
      }
      const words = known ?? make(key);
      kept.delete(key);
      kept.set(key, words);
      const [oldest] = kept.keys();
      if (oldest !== undefined && kept.size > limits.personWordsKept) kept.delete(oldest);
      return words;
    },
  };
}
