import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import { codeWords, type DraftWord } from './code-draft.ts';

const places = Array.from({ length: codeWords }, (_, place) => place);

/** Five short bars, one a word: empty, right, or wrong. */
export function WordMarks({ words, code }: { words: readonly DraftWord[]; code: string | null }): JSX.Element {
  const done = words.filter((word) => word.state === 'complete').length;
  return (
    <div class="word-marks" role="img" aria-label={text.code.progress(done)} data-complete={code !== null}>
      {places.map((place) => (
        <span key={place} class="word-mark" data-state={words[place]?.state ?? 'empty'} />
      ))}
    </div>
  );
}
