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

/** Main went away. The page comes back by itself when main does. */
export function MainGone({ hostKind }: { hostKind: 'electron' | 'browser' }): JSX.Element {
  const electron = hostKind === 'electron';
  return (
    <main class="full-page gone" tabIndex={-1}>
      <span class="full-page-icon">
        <PlugIcon />
      </span>
      <div role="alert">
        <h1>{electron ? text.page.goneElectron : text.page.gone}</h1>
        <p>{electron ? text.page.goneElectronDetail : text.page.goneDetail}</p>
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
