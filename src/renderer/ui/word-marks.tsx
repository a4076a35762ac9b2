import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import { type CodeDraft, codeWords } from './code-draft.ts';

const places = Array.from({ length: codeWords }, (_, place) => place);

/** Five short bars, one a word: empty, right, or wrong; all wrong when the words do not belong together. */
export function WordMarks({ draft }: { draft: CodeDraft }): JSX.Element {
  const { words, code, problem } = draft;
  const done = words.filter((word) => word.state === 'complete').length;
  const apart = problem?.code === 'code-checksum';
  return (
    <div
      class="word-marks"
      role="img"
      aria-label={apart ? text.code.apart : text.code.progress(done)}
      data-complete={code !== null}
    >
      {places.map((place) => (
        <span key={place} class="word-mark" data-state={apart ? 'wrong' : (words[place]?.state ?? 'empty')} />
      ))}
    </div>
  );
}
