import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeDraft, correctDraft, readDraft, tidy, typed } from '../../../../src/renderer/ui/code-draft.ts';
import { makeRoomCode } from '../../../../src/shared/room-code.ts';

const code = makeRoomCode((bytes) => new Uint8Array(bytes).fill(7));
/** Text with `|` where the caret is. */
const at = (marked: string) => ({ text: marked.replace('|', ''), caret: marked.indexOf('|') });
const show = ({ text, caret }: { text: string; caret: number }) => `${text.slice(0, caret)}|${text.slice(caret)}`;

describe('tidying what is typed', () => {
  test.each([
    ['Camp  Kitten|', 'camp-kitten|'],
    [' camp — kitten, |', 'camp-kitten-|'],
    ['ca|mp kitten', 'ca|mp-kitten'],
    ['--|camp', '|camp'],
  ])('%s', (before, after) => {
    expect(show(tidy(at(before)))).toBe(after);
  });

  test('is done once, and keeps the caret inside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, place) => {
        const once = tidy({ text, caret: Math.min(place, text.length) });
        expect(once.caret).toBeLessThanOrEqual(once.text.length);
        expect(tidy(once)).toEqual(once);
      }),
    );
  });
});

describe('leaving a word by a space', () => {
  test('completes it when it can become only one', () => {
    expect(show(typed(at('dino |')))).toBe('dinosaur-|');
    expect(show(typed(at('dino |kitten')))).toBe('dinosaur-|kitten');
  });

  test('leaves it when it can become several, or is whole', () => {
    expect(show(typed(at('ca |')))).toBe('ca-|');
    expect(show(typed(at('camp |')))).toBe('camp-|');
  });

  test('deleting the dash does not complete again', () => {
    expect(show(typed(at('dino|')))).toBe('dino|');
  });
});

describe('reading', () => {
  test('completions fit the word at the caret, not the last one', () => {
    expect(readDraft(at('camp-kitt|-fence')).completions).toEqual(['kitten']);
    expect(readDraft(at('camp-|')).completions).toEqual([]);
    expect(readDraft(at('abandon|')).completions).toEqual([]);
  });

  test('a word is wrong once it cannot be right any more', () => {
    expect(readDraft(at('ki|')).problem).toBeNull();
    expect(readDraft(at('ki-|')).problem?.code).toBe('code-word');
    expect(readDraft(at('kix|')).problem).toMatchObject({ code: 'code-word', detail: { word: 'kix' } });
  });

  test('a code is known as soon as its last word is', () => {
    expect(readDraft({ text: code, caret: code.length })).toMatchObject({ code, problem: null });
    const words = code.split('-');
    expect(readDraft({ text: words.slice(0, 4).join('-'), caret: 0 })).toMatchObject({ code: null, problem: null });
  });

  test('five good words that do not belong together are told before joining', () => {
    const swapped = code.split('-').reverse().join('-');
    const draft = readDraft({ text: swapped, caret: swapped.length });
    expect(draft).toMatchObject({ code: null, problem: { code: 'code-checksum' } });
  });

  test('more than five words are too many', () => {
    const six = `${code}-abandon`;
    expect(readDraft({ text: six, caret: six.length }).problem?.code).toBe('code-length');
  });

  test('any code can be pasted in any dress', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 7, maxLength: 7 }),
        fc.constantFrom(' ', '-', ' – ', '\n', '_', ', '),
        fc.boolean(),
        (random, between, upper) => {
          const made = makeRoomCode(() => random);
          const dressed = made.split('-').join(between);
          const pasted = typed({ text: upper ? dressed.toUpperCase() : dressed, caret: dressed.length });
          expect(readDraft(pasted).code).toBe(made);
        },
      ),
    );
  });
});

describe('pasting', () => {
  const pasted = (text: string, before = '') => show(typed({ text, caret: text.length }, before));

  test('a sentence leaves its code, and the caret behind it', () => {
    expect(pasted(`The code is ${code}, see you`)).toBe(`${code}|`);
    expect(pasted(`camp-The code is ${code}`, 'camp-')).toBe(`${code}|`);
  });

  test('a code far behind in a long message is found', () => {
    expect(pasted(`${'Hello there. '.repeat(100)}${code}`)).toBe(`${code}|`);
  });

  test('what is typed behind a code by hand stays', () => {
    expect(pasted(`${code}-a`, `${code}-`)).toBe(`${code}-a|`);
  });

  test('a long text without a code is cut to what the field can hold', () => {
    expect(typed({ text: 'x'.repeat(5000), caret: 5000 })).toEqual({ text: 'x'.repeat(200), caret: 200 });
  });
});

describe('completing and correcting', () => {
  test('puts the word in and goes on to the next', () => {
    expect(show(completeDraft(at('camp-kit|'), 'kitten'))).toBe('camp-kitten-|');
    expect(show(completeDraft(at('ca|-kitten'), 'camp'))).toBe('camp-|kitten');
    expect(show(completeDraft(at('a-b-c-d-glo|'), 'gloom'))).toBe('a-b-c-d-gloom|');
  });

  test('mends the wrong word, wherever the caret is', () => {
    const now = at('camp-kiten-|');
    expect(show(correctDraft(now, readDraft(now), 'kite'))).toBe('camp-kite-|');
  });
});
