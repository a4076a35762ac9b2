import { type BrowserWindow, Menu } from 'electron';
import { contextMenuTemplate } from './context-menu-template.ts';

/** Electron shows none by itself. */
export function offerContextMenu(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, clicked) => {
    const template = contextMenuTemplate(clicked);
    if (template.length > 0) Menu.buildFromTemplate(template).popup({ window });
  });
}
