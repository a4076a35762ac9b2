import { app, type BrowserWindow, Menu, type NativeImage, nativeImage, Tray } from 'electron';
import windowsIcon from '../../../../build/tray/tray.ico?asset';
import linuxIcon from '../../../../build/tray/tray.png?asset';
import macIconTwice from '../../../../build/tray/trayTemplate@2x.png?asset';
import macIcon from '../../../../build/tray/trayTemplate.png?asset';
import { text } from '../../../shared/text.ts';
import { showWindow } from './app-window.ts';

export interface RoomTray {
  /** Keep it: a tray that is collected as garbage disappears. */
  showRoom(inRoom: boolean): void;
}

/** The way back to a hidden window and out of the app. Where a desktop has no tray, starting the app again shows it. */
export function createTray(window: BrowserWindow): RoomTray {
  const tray = new Tray(trayImage(process.platform));
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

/** What each system wants: macOS colors a template itself, Windows picks a size out of an icon. */
function trayImage(platform: NodeJS.Platform): NativeImage {
  if (platform === 'win32') return nativeImage.createFromPath(windowsIcon);
  if (platform !== 'darwin') return nativeImage.createFromPath(linuxIcon);
  // The build renames assets, so the two sizes are put together here.
  const image = nativeImage.createFromPath(macIcon);
  image.addRepresentation({ scaleFactor: 2, dataURL: nativeImage.createFromPath(macIconTwice).toDataURL() });
  image.setTemplateImage(true);
  return image;
}
