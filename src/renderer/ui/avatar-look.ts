import { displayName } from '../../shared/format.ts';

/** Colors of the style sheet: `.avatar[data-hue='0']` and on. */
export const avatarHues = 10;

/** FNV-1a, 32 bit: enough to spread keys over a few colors and animals; no proof of anything. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) {
    value ^= character.codePointAt(0) ?? 0;
    value = Math.imul(value, 0x01000193) >>> 0;
  }
  return value;
}

/** The same key has the same color everywhere and always. */
export function avatarHue(key: string): number {
  return hash(key) % avatarHues;
}

/** The same key has the same number everywhere and always, whatever its color; from 0 to `count - 1`. */
export function avatarNumber(key: string, count: number): number {
  return Math.floor(hash(key) / avatarHues) % count;
}

const graphemes = new Intl.Segmenter('en');

/** Up to two letters: of the first and the last word, or of the only one. */
export function initials(name: string): string {
  const words = displayName(name)
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '');
  const firstLetter = (word: string | undefined): string => {
    const [segment] = graphemes.segment(word ?? '');
    return segment ? segment.segment.toLocaleUpperCase('en') : '';
  };
  if (words.length === 0) return '?';
  return words.length === 1 ? firstLetter(words[0]) : firstLetter(words[0]) + firstLetter(words.at(-1));
}
