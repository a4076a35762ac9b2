import { app, type BrowserWindow, Notification } from 'electron';
import { showWindow } from './app-window.ts';

/**
 * By which Windows finds the app again when somebody clicks a notification of an earlier run: without a fixed one it is
 * made up anew at each start. https://www.electronjs.org/docs/latest/api/app#appsettoastactivatorclsidid-windows
 */
const activatorClassId = '{6E0A5C1B-3B9C-4C57-9F0E-6A1D3C2F8B47}';

/** Must run before the app is ready. */
export function registerNotifications(): void {
  // Windows shows notifications of a known application only; the same id stands in electron-builder.yml.
  app.setAppUserModelId('app.roomdrop.desktop');
  if (process.platform === 'win32') app.setToastActivatorCLSID(activatorClassId);
}

/** Tells a person who is looking elsewhere; a click brings the window. */
export function createNotifier(window: BrowserWindow): (title: string, body: string) => void {
  // A notification that is collected as garbage loses its click.
  const shown = new Set<Notification>();
  if (process.platform === 'win32') {
    // Also of a notification that an earlier run left in the notification centre, which starts the app.
    Notification.handleActivation(() => showWindow(window));
  }
  return (title, body) => {
    if (window.isFocused() || !Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    const done = (): void => {
      shown.delete(notification);
    };
    notification.on('click', () => {
      done();
      showWindow(window);
    });
    notification.on('close', done);
    notification.on('failed', done);
    shown.add(notification);
    notification.show();
  };
}
