import type { MenuItemConstructorOptions } from 'electron';

/** What was right-clicked, as Electron tells it. */
export interface ClickedOn {
  readonly isEditable: boolean;
  readonly selectionText: string;
  readonly editFlags: { readonly canCut: boolean; readonly canCopy: boolean; readonly canPaste: boolean };
}

/** Cut, copy and paste for fields, copy for selected words; empty where there is nothing to do. */
export function contextMenuTemplate({ isEditable, selectionText, editFlags }: ClickedOn): MenuItemConstructorOptions[] {
  if (isEditable) {
    return [
      { role: 'cut', enabled: editFlags.canCut },
      { role: 'copy', enabled: editFlags.canCopy },
      { role: 'paste', enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll' },
    ];
  }
  return selectionText.trim() === '' ? [] : [{ role: 'copy', enabled: editFlags.canCopy }];
}
