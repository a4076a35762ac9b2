import { type BrowserWindow, shell } from 'electron';
import type { Host } from '../../host.ts';
import { pickFolder, pickPaths } from './dialogs.ts';
import { createNotifier } from './notifications.ts';
import { userFs } from './original-fs.ts';
import { createActivityDisplay } from './power.ts';

/** What the desktop offers the application. */
export function createElectronHost(window: BrowserWindow): Host {
  return {
    kind: 'electron',
    dialogs: true,
    showInFolder: true,
    localNetworkGate: process.platform === 'darwin',
    fs: userFs,
    pickPaths: (kind) => pickPaths(window, kind),
    pickFolder: (current) => pickFolder(window, current),
    revealPath: (path) => shell.showItemInFolder(path),
    notify: createNotifier(window),
    setActivity: createActivityDisplay(window),
  };
}
