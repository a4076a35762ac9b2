import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { attempt, type Ui, useUi } from './context.ts';
import { chooseFiles } from './file-picker.ts';
import { FilesIcon, FolderIcon } from './icons.tsx';

interface SendButtonsProps {
  readonly to: readonly string[];
  readonly disabled?: boolean;
  readonly labels: { readonly files: string; readonly folder: string };
  /** What stands on the buttons; `labels` when it is missing. */
  readonly short?: { readonly files: string; readonly folder: string };
}

async function pick(ui: Ui, kind: 'files' | 'folder', to: readonly string[]): Promise<void> {
  if (ui.store.get().app?.host.dialogs) return ui.actions.pickAndSend(kind, to);
  const files = await chooseFiles(kind);
  if (files.length > 0) await ui.actions.pickInput(files, to);
}

/** The way to send for whoever does not drag. */
export function SendButtons({ to, disabled = false, labels, short = labels }: SendButtonsProps): JSX.Element {
  const ui = useUi();
  const [busy, setBusy] = useState(false);
  const send = async (kind: 'files' | 'folder'): Promise<void> => {
    setBusy(true);
    await attempt(ui, () => pick(ui, kind, to));
    setBusy(false);
  };
  const button = (kind: 'files' | 'folder', icon: JSX.Element): JSX.Element => (
    <button
      type="button"
      class="button small"
      disabled={disabled || busy}
      aria-label={labels[kind]}
      title={labels[kind] === short[kind] ? undefined : labels[kind]}
      onClick={() => void send(kind)}
    >
      {icon}
      <span>{short[kind]}</span>
    </button>
  );
  return (
    <div class="send-buttons">
      {button('files', <FilesIcon />)}
      {button('folder', <FolderIcon />)}
    </div>
  );
}
