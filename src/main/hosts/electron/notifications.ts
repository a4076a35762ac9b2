import { type BrowserWindow, Notification } from 'electron';
import { showWindow } from './window.ts';

/** Tells a person who is looking elsewhere; a click brings the window. */
export function createNotifier(window: BrowserWindow): (title: string, body: string) => void {
  // A notification that is collected as garbage loses its click.
  const shown = new Set<Notification>();
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
