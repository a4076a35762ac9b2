import { render } from 'preact';
import { App } from './app.tsx';
import { UiContext } from './context.ts';
import type { Actions, Store } from './model.ts';

export interface UiTiming {
  readonly aloneHintAfterMs?: number;
}

/** Draws the screen into `root` and keeps it true to the store. */
export function mountUi(root: HTMLElement, store: Store, actions: Actions, timing: UiTiming = {}): void {
  const ui = { store, actions, aloneHintAfterMs: timing.aloneHintAfterMs ?? 20_000 };
  render(
    <UiContext.Provider value={ui}>
      <App />
    </UiContext.Provider>,
    root,
  );
}
