import { type BrowserWindow, powerMonitor, powerSaveBlocker } from 'electron';
import { type Activity, progressBar } from './activity.ts';

/** Keeps the computer awake while bytes flow, and shows how far they are in taskbar or dock. */
export function createActivityDisplay(window: BrowserWindow): (activity: Activity) => void {
  let blocker: number | null = null;
  return (activity) => {
    if (!window.isDestroyed()) window.setProgressBar(progressBar(activity));
    if (activity.transferring) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
}

/** Links die in a computer's sleep and come back by themselves; a log without its sleep could not be read. */
export function logPower(line: (words: string) => void): void {
  powerMonitor.on('suspend', () => line('computer sleeps'));
  powerMonitor.on('resume', () => line('computer woke'));
}
