/** The `electron` module of the stand-in's main process; what it has to hold is `surface.ts`. */
import { app, start } from './app.ts';
import { clonedBytes } from './clone.ts';
import { dialog, fileDialogs, questions } from './dialog.ts';
import { ipcMain } from './ipc.ts';
import { Menu, opened } from './menu.ts';
import { blockers, powerMonitor, powerSaveBlocker } from './power.ts';
import { protocol } from './protocol.ts';
import { chromiumPid } from './running.ts';
import { askPermission, session } from './session.ts';
import { Notification, nativeImage, notifications, Tray, trays } from './shown.ts';
import type { MainExports } from './surface.ts';
import { Window } from './window.ts';

/** Shown in the file manager, in order. */
const revealed: string[] = [];

const electron = {
  app,
  BrowserWindow: Window,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme: { shouldUseDarkColors: false },
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  session,
  shell: { showItemInFolder: (path: string) => void revealed.push(path) },
  Tray,
} satisfies MainExports;

/** What a person would see or the system would know, for tests. */
export const standIn = {
  questions,
  fileDialogs,
  trays,
  notifications,
  blockers,
  revealed,
  opened,
  askPermission,
  chromiumPid,
  get clonedBytes() {
    return clonedBytes;
  },
};

export type StandInElectron = typeof electron & { standIn: typeof standIn };

const { BrowserWindow, nativeTheme, shell } = electron;

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  nativeImage,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  session,
  shell,
  start,
  Tray,
};
