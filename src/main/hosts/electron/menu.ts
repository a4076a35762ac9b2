import { app, Menu, shell } from 'electron';
import { menuTemplate } from './menu-template.ts';

/** @param logPath absolute. */
export function setMenu(logPath: string): void {
  const template = menuTemplate(process.platform, app.isPackaged, () => shell.showItemInFolder(logPath));
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
