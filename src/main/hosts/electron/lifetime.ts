import { app, type BrowserWindow } from 'electron';
import { text } from '../../../shared/text.ts';
import type { App } from '../../app.ts';
import { cutShortExitCode, listenForEnd } from '../../end-signals.ts';
import { showWindow } from './app-window.ts';
import { hasSureTray, onClose } from './closing.ts';
import { confirmQuit } from './dialogs.ts';
import { createQuitting, type Quitting } from './quitting.ts';
import { onShutdown } from './shutdown.ts';
import { createTray } from './tray.ts';

/**
 * How long the app lives: closing the window in a room only hides it, quitting asks while bytes flow, a signal and the
 * system's own end do not, and a later second signal does not wait either.
 * @param attended a person is there to be asked.
 */
export function ownLifetime(options: {
  window: BrowserWindow;
  application: App;
  attended: boolean;
  notify(title: string, body: string): void;
  /** What puts the files in order before the process ends. */
  endings: readonly (() => Promise<unknown>)[];
}): Quitting {
  const { window, application } = options;
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
  let { attended } = options;

  window.on('close', (event) => {
    event.preventDefault();
    const { inRoom } = application;
    if (onClose({ inRoom, platform: process.platform }) === 'quit') return app.quit();
    window.hide();
    tray.showRoom(inRoom);
    const detail = hasSureTray(process.platform) ? text.desktop.stillOpenInTray : text.desktop.stillOpenDetail;
    if (inRoom) options.notify(text.desktop.stillOpen, detail);
  });
  window.on('show', () => tray.showRoom(application.inRoom));
  app.on('activate', () => showWindow(window));
  app.on('before-quit', (event) => {
    event.preventDefault();
    void quitting.request({ ask: attended });
  });
  onShutdown(window, () => {
    // macOS asks the app to quit right afterwards, and a question would halt the whole computer.
    attended = false;
    void quitting.request({ ask: false });
  });
  // After ready, because Electron sets its own handlers while it starts.
  const asked = listenForEnd(process, () => app.exit(cutShortExitCode));
  void application.done.then((exitCode) => quitting.request({ ask: false, exitCode }));
  asked.addEventListener('abort', () => void quitting.request({ ask: false }));
  return quitting;
}
