import { app } from 'electron';
import { linkScheme } from './room-link.ts';

/**
 * Links come by `open-url` on macOS and as arguments elsewhere. macOS and Linux learn of the scheme from the package,
 * Windows from the app itself. https://www.electronjs.org/docs/latest/tutorial/launch-app-from-url-in-another-app
 */
export function claimLinks(open: (link: string) => void): void {
  if (process.platform === 'win32' && app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
  app.on('open-url', (event, url) => {
    event.preventDefault();
    open(url);
  });
}
