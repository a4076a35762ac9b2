import { type BrowserWindow, dialog } from 'electron';
import { text } from '../../../shared/text.ts';
import { createCrashGuard } from './crash-guard.ts';
import type { Page } from './page.ts';

/** Reopens a page whose process died; it comes back into its room by itself. */
export function surviveCrashes(window: BrowserWindow, page: Page): void {
  const worthReopening = createCrashGuard(() => Date.now());
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    page.gone();
    if (reason === 'clean-exit') return;
    if (worthReopening()) window.webContents.reload();
    else dialog.showErrorBox(text.desktop.pageKeepsCrashing, text.desktop.pageKeepsCrashingDetail);
  });
}
