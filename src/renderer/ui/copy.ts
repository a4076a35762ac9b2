import { useEffect, useState } from 'preact/hooks';
import type { Sentence } from '../../shared/text.ts';
import { useUi } from './context.ts';
import { notify } from './model.ts';

const copiedShownMs = 2_000;

/**
 * Copies a text; `copied` for a moment afterwards.
 * @param failed what is said where the browser does not let us
 */
export function useCopy(text: string, failed: Sentence): { copied: boolean; copy(): Promise<void> } {
  const { store } = useUi();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    async copy() {
      try {
        await navigator.clipboard.writeText(text);
        setCopied(true);
      } catch {
        notify(store, failed);
      }
    },
  };
}
