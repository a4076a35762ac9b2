import { app, type BrowserWindow } from 'electron';
import { text } from '../../../shared/text.ts';
import type { App } from '../../app.ts';
import { cutShortExitCode, listenForEnd } from '../../end-signals.ts';
import { onClose } from './closing.ts';
import { confirmQuit } from './dialogs.ts';
import { createQuitting } from './quitting.ts';
import { createTray } from './tray.ts';
import { showWindow } from './window.ts';

/**
 * How long the app lives: closing the window in a room only hides it, quitting asks while bytes flow, a signal does not,
 * and a later second one does not wait either.
 * @param attended a person is there to be asked.
 */
export function ownLifetime(options: {
  window: BrowserWindow;
  application: App;
  attended: boolean;
  notify(title: string, body: string): void;
  /** What puts the files in order before the process ends. */
  endings: readonly (() => Promise<unknown>)[];
}): void {
  const { window, application, attended } = options;
  const tray = createTray(window);
  tray.showRoom(application.inRoom);
  const quitting = createQuitting({
    transferring: () => application.transferring,
    confirm() {
      showWindow(window);
      return confirmQuit(window);
    },
    steps: options.endings,
    exit: (code) => app.exit(code),
  });

  window.on('close', (event) => {
    event.preventDefault();
    const { inRoom } = application;
    if (onClose({ inRoom, platform: process.platform }) === 'quit') return app.quit();
    window.hide();
    tray.showRoom(inRoom);
    if (inRoom) options.notify(text.desktop.stillOpen, text.desktop.stillOpenDetail);
  });
  window.on('show', () => tray.showRoom(application.inRoom));
  app.on('activate', () => showWindow(window));
  app.on('before-quit', (event) => {
    event.preventDefault();
    void quitting.request({ ask: attended });
  });
  // After ready, because Electron sets its own handlers while it starts.
  const asked = listenForEnd(process, () => app.exit(cutShortExitCode));
  void application.done.then((exitCode) => quitting.request({ ask: false, exitCode }));
  asked.addEventListener('abort', () => void quitting.request({ ask: false }));
}
