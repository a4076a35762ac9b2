import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import { useUi } from './context.ts';
import { CloseIcon } from './icons.tsx';
import { dismiss, type Notice } from './model.ts';

/** Things to read once. They stay until they are dismissed: nobody has to hurry. */
export function Notices({ notices }: { notices: readonly Notice[] }): JSX.Element {
  const { store } = useUi();
  return (
    <section class="notices" aria-label={text.notices.label} aria-live="polite">
      {notices.map(({ id, title, detail }) => (
        <div key={id} class="notice">
          <div>
            <strong>{title}</strong>
            {detail && <p>{detail}</p>}
          </div>
          <button
            type="button"
            class="button icon-only quiet"
            aria-label={text.notices.dismiss}
            onClick={() => dismiss(store, id)}
          >
            <CloseIcon />
          </button>
        </div>
      ))}
    </section>
  );
}
