import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import { useCopy } from './copy.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** The five words, and the button that copies them. `large` while it is all that matters. */
export function CodeCard({ code, large = false }: { code: string; large?: boolean }): JSX.Element {
  const words = code.split('-');
  const { copied, copy } = useCopy(code, { title: text.code.copyFailed, detail: text.code.copyFailedDetail });
  return (
    <div class={large ? 'code-card large' : 'code-card'}>
      <p class="code" data-code={code}>
        <span class="visually-hidden">{`${text.code.label}: `}</span>
        {words.map((word, place) => (
          <span class="code-word" key={words.slice(0, place + 1).join('-')}>
            {word}
            {place < words.length - 1 && <span class="code-dash">-</span>}
          </span>
        ))}
      </p>
      <button type="button" class={large ? 'button primary' : 'button small'} onClick={() => void copy()}>
        {copied ? <CheckIcon /> : <CopyIcon />}
        <span aria-live="polite">{copied ? text.code.copied : text.code.copy}</span>
      </button>
    </div>
  );
}
