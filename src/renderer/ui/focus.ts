import { useEffect, useRef } from 'preact/hooks';

/** When one view makes way for another, what had the keyboard is gone: it goes on in what has come instead. */
export function useFocusInView(view: string): void {
  const before = useRef(view);
  useEffect(() => {
    if (before.current === view) return;
    before.current = view;
    if (document.activeElement === document.body) document.querySelector<HTMLElement>('main')?.focus();
  }, [view]);
}
