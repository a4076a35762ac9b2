import { type BrowserWindow, powerMonitor } from 'electron';

/**
 * The computer is going down, or the person logs off: there are seconds, and nobody to be asked.
 *
 * - Linux and macOS say so beforehand and can be kept waiting for a moment:
 *   https://www.electronjs.org/docs/latest/api/power-monitor#event-shutdown-linux-macos
 * - Windows emits no `before-quit` then; `query-session-end` may still be called off by another program, so only
 *   `session-end` counts: https://www.electronjs.org/docs/latest/api/browser-window#event-session-end-windows
 */
export function onShutdown(window: BrowserWindow, end: () => void): void {
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault();
    end();
  });
  window.on('session-end', end);
}
