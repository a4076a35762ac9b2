import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import icon from '../../../../build/icons/256x256.png?asset';
import { text } from '../../../shared/text.ts';
import { pageUrl } from './origin.ts';

/** Windows that have something to show; the others are shown as soon as they have. */
const painted = new WeakSet<BrowserWindow>();

/** The one window; it lives as long as the app, shown or hidden. @param out absolute, the folder of the build. */
export function createWindow(out: string): BrowserWindow {
  const window = new BrowserWindow({
    title: text.brand.name,
    icon,
    width: 1000,
    height: 720,
    minWidth: 420,
    minHeight: 520,
    show: false,
    // What stands before the first paint, close to the page's own background.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181c' : '#ffffff',
    autoHideMenuBar: true,
    name: 'main',
    windowStatePersistence: true,
    webPreferences: {
      preload: join(out, 'preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // Links and transfers go on while the window is hidden.
      backgroundThrottling: false,
    },
  });
  window.once('ready-to-show', () => {
    painted.add(window);
    window.show();
  });
  return window;
}

export async function openPage(window: BrowserWindow): Promise<void> {
  await window.loadURL(pageUrl);
}

/** Brings it before the person. One that has not been painted yet comes by itself when it has. */
export function showWindow(window: BrowserWindow): void {
  if (window.isDestroyed() || !painted.has(window)) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
