import { type BrowserWindow, dialog } from 'electron';
import { text } from '../../../shared/text.ts';

/** Absolute paths; empty when cancelled. */
export async function pickPaths(window: BrowserWindow, kind: 'files' | 'folder'): Promise<string[]> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: kind === 'files' ? text.desktop.pickFiles : text.desktop.pickFolder,
    properties: kind === 'files' ? ['openFile', 'multiSelections'] : ['openDirectory'],
  });
  return filePaths;
}

/** An absolute path, or null when cancelled. */
export async function pickFolder(window: BrowserWindow, current: string): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: text.desktop.pickDownloads,
    defaultPath: current,
    properties: ['openDirectory', 'createDirectory'],
  });
  return filePaths[0] ?? null;
}

/** True when the person wants to quit although bytes flow. */
export async function confirmQuit(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: text.desktop.quitWhileTransferring,
    detail: text.desktop.quitWhileTransferringDetail,
    buttons: [text.desktop.stay, text.desktop.quitAnyway],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

/** Says what cannot be recovered from, and waits until it is read. */
export function showFailure(detail: string): void {
  dialog.showErrorBox(text.desktop.cannotStart, detail);
}
