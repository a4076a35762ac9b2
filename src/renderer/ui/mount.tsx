import { options, render } from 'preact';
import { App } from './app.tsx';
import { UiContext } from './context.ts';
import type { Actions, Store } from './model.ts';

const hiddenDrawIntervalMs = 250;

export interface UiTiming {
  readonly aloneHintAfterMs?: number;
}

/** Draws the screen into `root` and keeps it true to the store: at most once a frame, seldom while nobody can see it. */
export function mountUi(root: HTMLElement, store: Store, actions: Actions, timing: UiTiming = {}): void {
  options.debounceRendering = (draw) => {
    if (document.hidden) setTimeout(draw, hiddenDrawIntervalMs);
    else requestAnimationFrame(() => draw());
  };
  const ui = { store, actions, aloneHintAfterMs: timing.aloneHintAfterMs ?? 20_000 };
  render(
    <UiContext.Provider value={ui}>
      <App />
    </UiContext.Provider>,
    root,
  );
}
