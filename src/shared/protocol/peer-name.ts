import * as v from 'valibot';
import { limits } from './limits.ts';
import { visibleText } from './visible-text.ts';

/** Halves of a surrogate pair standing alone are no characters. */
const halves = /\p{Cs}/gu;

/** A display name as it may be shown: at most `limits.nameCharacters` code points; empty if nothing is left. */
export function cleanName(text: string): string {
  const clean = visibleText(text.replace(halves, '')).replace(/\s+/gu, ' ').trim();
  return [...clean].slice(0, limits.nameCharacters).join('').trim();
}

/** A name from a peer, cleaned while it is parsed. */
export const peerNameSchema = v.pipe(v.string(), v.maxLength(512), v.transform(cleanName), v.minLength(1));
