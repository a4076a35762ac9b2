import { app, type BrowserWindow, Menu, nativeImage, Tray } from 'electron';
import icon from '../../../../build/icon.png?asset';
import { text } from '../../../shared/text.ts';
import { showWindow } from './window.ts';

export interface RoomTray {
  /** Keep it: a tray that is collected as garbage disappears. */
  showRoom(inRoom: boolean): void;
}

/** The way back to a hidden window and out of the app. Where a desktop has no tray, starting the app again shows it. */
export function createTray(window: BrowserWindow): RoomTray {
  const size = process.platform === 'darwin' ? 18 : 24;
  const tray = new Tray(nativeImage.createFromPath(icon).resize({ width: size, height: size }));
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: text.desktop.open, click: () => showWindow(window) },
      { type: 'separator' },
      { label: text.desktop.quit, click: () => app.quit() },
    ]),
  );
  // On macOS a click opens the menu.
  if (process.platform !== 'darwin') tray.on('click', () => showWindow(window));
  return {
    showRoom: (inRoom) => tray.setToolTip(inRoom ? text.desktop.inRoom : text.desktop.notInRoom),
  };
}
