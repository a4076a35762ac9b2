import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { text } from '../../shared/text.ts';
import { useUi } from './context.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';
import { notify } from './model.ts';

const copiedShownMs = 2_000;

/** The five words, and the button that copies them. `large` while it is all that matters. */
export function CodeCard({ code, large = false }: { code: string; large?: boolean }): JSX.Element {
  const { store } = useUi();
  const words = code.split('-');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(code);
      setCopied(true);
    } catch {
      notify(store, { title: text.code.copyFailed, detail: text.code.copyFailedDetail });
    }
  };
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
