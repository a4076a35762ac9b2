import { type BrowserWindow, dialog } from 'electron';
import { text } from '../../../shared/text.ts';
import type { CrashQuestions } from './crash.ts';

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

interface Question {
  readonly message: string;
  readonly detail: string;
  /** What changes nothing; chosen by Escape too. */
  readonly no: string;
  readonly yes: string;
  readonly signal?: AbortSignal;
}

/** A signal that aborts takes the question away, unanswered. */
async function ask(window: BrowserWindow, { message, detail, no, yes, signal }: Question): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message,
    detail,
    buttons: [no, yes],
    defaultId: 0,
    cancelId: 0,
    ...(signal && { signal }),
  });
  return response === 1;
}

/** True when the person wants to quit although bytes flow. */
export function confirmQuit(window: BrowserWindow): Promise<boolean> {
  return ask(window, {
    message: text.desktop.quitWhileTransferring,
    detail: text.desktop.quitWhileTransferringDetail,
    no: text.desktop.stay,
    yes: text.desktop.quitAnyway,
  });
}

/** @param question.code the room to go into, null for a new one; `leaves` when there is one to leave. */
export function confirmRoom(
  window: BrowserWindow,
  { code, leaves }: { code: string | null; leaves: boolean },
): Promise<boolean> {
  return ask(window, {
    message: code === null ? text.desktop.startRoom : text.desktop.joinRoom(code),
    detail: leaves ? text.desktop.joinRoomLeaves : text.desktop.joinRoomDetail,
    no: text.desktop.stayOut,
    yes: code === null ? text.welcome.start : text.welcome.joinAction,
  });
}

export function createCrashQuestions(window: BrowserWindow): CrashQuestions {
  return {
    keepsCrashing: () =>
      ask(window, {
        message: text.desktop.pageKeepsCrashing,
        detail: text.desktop.pageKeepsCrashingDetail,
        no: text.desktop.quit,
        yes: text.desktop.reopen,
      }),
    unresponsive: (signal) =>
      ask(window, {
        message: text.desktop.pageHangs,
        detail: text.desktop.pageHangsDetail,
        no: text.desktop.wait,
        yes: text.desktop.reopen,
        signal,
      }),
  };
}

/** Says what cannot be recovered from, and waits until it is read. */
export function showFailure(detail: string): void {
  dialog.showErrorBox(text.desktop.cannotStart, detail);
}
