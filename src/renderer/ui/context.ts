import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { reasonOf } from '../../shared/reasons.ts';
import { reasonText } from '../../shared/text.ts';
import { type Actions, notify, type Store } from './model.ts';

/** What every part of the screen can reach. */
export interface Ui {
  readonly store: Store;
  readonly actions: Actions;
  /** How long one waits alone before being told how to check the code. */
  readonly aloneHintAfterMs: number;
}

export const UiContext = createContext<Ui | null>(null);

export function useUi(): Ui {
  const ui = useContext(UiContext);
  if (!ui) throw new Error('rendered outside mountUi');
  return ui;
}

/** Does something and shows a notice if it fails. */
export async function attempt(ui: Ui, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    notify(ui.store, reasonText(reasonOf(error)));
  }
}
