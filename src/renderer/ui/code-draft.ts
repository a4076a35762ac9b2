import type { Reason } from '../../shared/reasons.ts';
import { completeWord, findRoomCode, parseRoomCode } from '../../shared/room-code.ts';

export const codeWords = 5;
/** As many letters tell the words of the list apart. */
const tellingLetters = 4;
const completionsShown = 6;

/** A room code while it is typed. */
export interface CodeDraft {
  readonly words: readonly DraftWord[];
  /** What the word at the caret can become, best first; none if it cannot get longer. */
  readonly completions: readonly string[];
  /** What is already certain to be wrong. */
  readonly problem: Reason | null;
  /** The whole code, once it is right. */
  readonly code: string | null;
}

export interface DraftWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** `typing`: the caret is in it and it can still become a word. */
  readonly state: 'complete' | 'typing' | 'wrong';
}

const separators = /[^\p{L}\p{N}\p{M}]+/gu;

export interface Typed {
  readonly text: string;
  readonly caret: number;
}

/** Lower case, one dash between words, whatever was typed or pasted. The caret stays in its place. */
export function tidy({ text, caret }: Typed): Typed {
  const clean = (part: string): string => part.toLowerCase().replace(separators, '-').replace(/^-/, '');
  return { text: clean(text), caret: clean(text.slice(0, caret)).length };
}

function wordAt(text: string, caret: number): { start: number; end: number } | null {
  for (const { index, 0: word } of text.matchAll(/[^-]+/g)) {
    if (index <= caret && caret <= index + word.length) return { start: index, end: index + word.length };
  }
  return null;
}

/** Reads a tidy text. */
export function readDraft({ text, caret }: Typed): CodeDraft {
  const words = [...text.matchAll(/[^-]+/g)].map(({ index, 0: word }): DraftWord => {
    const end = index + word.length;
    const fitting = completeWord(word);
    const typing = index <= caret && caret <= end;
    const known = fitting.includes(word) || (fitting.length === 1 && word.length >= tellingLetters);
    return {
      text: word,
      start: index,
      end,
      state: known ? 'complete' : typing && fitting.length > 0 ? 'typing' : 'wrong',
    };
  });
  const current = wordAt(text, caret);
  const fitting = current ? completeWord(text.slice(current.start, current.end)) : [];
  const only = fitting.length === 1 && current !== null && fitting[0] === text.slice(current.start, current.end);
  return { words, completions: only ? [] : fitting.slice(0, completionsShown), ...judge(text, words) };
}

function judge(text: string, words: readonly DraftWord[]): Pick<CodeDraft, 'problem' | 'code'> {
  const wrong = words.find((word) => word.state === 'wrong');
  if (wrong) {
    // A single word is judged as a word first, and the nearest one named.
    const judged = parseRoomCode(wrong.text);
    return { problem: 'error' in judged ? judged.error : null, code: null };
  }
  if (words.length > codeWords)
    return { problem: { code: 'code-length', detail: { words: words.length } }, code: null };
  if (words.length < codeWords || words.some((word) => word.state === 'typing')) return { problem: null, code: null };
  const parsed = parseRoomCode(text);
  return 'code' in parsed ? { problem: null, code: parsed.code } : { problem: parsed.error, code: null };
}

/** Puts a word in place of a wrong one. */
export function correctDraft(now: Typed, draft: CodeDraft, word: string): Typed {
  const wrong = draft.words.find(({ state }) => state === 'wrong');
  return wrong ? completeDraft({ text: now.text, caret: wrong.end }, word) : now;
}

/** Puts a word in place of the one at the caret, and a dash after it unless it is the last. */
export function completeDraft({ text, caret }: Typed, word: string): Typed {
  const current = wordAt(text, caret) ?? { start: caret, end: caret };
  const before = text.slice(0, current.start) + word;
  const wordsBefore = before.split('-').filter((part) => part !== '').length;
  const rest = text.slice(current.end).replace(/^-/, '');
  if (rest !== '') return { text: `${before}-${rest}`, caret: before.length + 1 };
  const dash = wordsBefore < codeWords ? '-' : '';
  return { text: before + dash, caret: before.length + dash.length };
}

/** As many as a code can have, and room for what is wrong with it. */
const keptCharacters = 200;

/**
 * What a change of the field becomes: the code, where one was pasted in whatever sentence; otherwise tidy, and a word
 * that was just left by a space or dash is completed if it can become only one.
 */
export function typed(change: Typed, before = ''): Typed {
  // A key adds one character; taking away what a person types beyond the fifth word would only confuse them.
  const pasted = change.text.length > before.length + 1 ? findRoomCode(change.text) : null;
  if (pasted !== null) return { text: pasted, caret: pasted.length };
  const now = tidy({ text: change.text.slice(0, keptCharacters), caret: Math.min(change.caret, keptCharacters) });
  if (now.text[now.caret - 1] !== '-') return now;
  const left = { text: now.text, caret: now.caret - 1 };
  const current = wordAt(left.text, left.caret);
  if (!current || current.end !== left.caret) return now;
  const word = now.text.slice(current.start, current.end);
  const fitting = completeWord(word);
  const [only] = fitting;
  if (fitting.length !== 1 || only === undefined || only === word) return now;
  const grown = only.length - word.length;
  return { text: now.text.slice(0, current.start) + only + now.text.slice(current.end), caret: now.caret + grown };
}
