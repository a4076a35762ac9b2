import * as v from 'valibot';
import { limits } from './limits.ts';

/**
 * Control characters, direction marks and overrides, separators of lines, invisible spaces, halves of surrogate pairs:
 * what lets a name pretend to be another or breaks a line. Joiners stay, scripts and emoji need them.
 */
const unwanted =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/gu;

/** A display name as it may be shown: at most `limits.nameCharacters` code points; empty if nothing is left. */
export function cleanName(text: string): string {
  const clean = text.normalize('NFC').replace(unwanted, '').replace(/\s+/gu, ' ').trim();
  return [...clean].slice(0, limits.nameCharacters).join('').trim();
}

/** A name from a peer, cleaned while it is parsed. */
export const peerNameSchema = v.pipe(v.string(), v.maxLength(512), v.transform(cleanName), v.minLength(1));
