import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import { Mark } from './brand.tsx';
import { attempt, useUi } from './context.ts';
import { PlugIcon, TabsIcon } from './icons.tsx';

/** Before main has answered. */
export function Opening(): JSX.Element {
  return (
    <main class="full-page opening">
      <Mark />
      <p role="status">{text.page.opening}</p>
    </main>
  );
}

/** Main went away, or, where `hostKind` is not even known, never let this page in. */
export function MainGone({ hostKind }: { hostKind: 'electron' | 'browser' | null }): JSX.Element {
  const [title, detail] = {
    electron: [text.page.goneElectron, text.page.goneElectronDetail],
    browser: [text.page.gone, text.page.goneDetail],
    stranger: [text.page.stranger, text.page.strangerDetail],
  }[hostKind ?? 'stranger'];
  return (
    <main class="full-page gone" tabIndex={-1}>
      <span class="full-page-icon">
        <PlugIcon />
      </span>
      <div role="alert">
        <h1>{title}</h1>
        <p>{detail}</p>
      </div>
    </main>
  );
}

/** Another tab took over. */
export function Detached(): JSX.Element {
  const ui = useUi();
  return (
    <main class="full-page" tabIndex={-1}>
      <span class="full-page-icon">
        <TabsIcon />
      </span>
      <div role="alert">
        <h1>{text.page.detached}</h1>
        <p>{text.page.detachedDetail}</p>
      </div>
      <button type="button" class="button large primary" onClick={() => void attempt(ui, ui.actions.takeOver)}>
        {text.page.takeOver}
      </button>
    </main>
  );
}
