import { ipcMain } from 'electron';
import { type Answer, channels } from '../../../shared/preload-api.ts';
import type { PageConnection, PageSession } from '../../host.ts';
import { wrapPort } from './message-port.ts';
import { isOwnUrl } from './origin.ts';
import { createPage, type Page } from './page.ts';

/** What is used of Electron's `WebContents`. */
export interface PageContents {
  readonly mainFrame: Frame;
  isDestroyed(): boolean;
  send(channel: string, ...values: unknown[]): void;
  on(event: 'did-navigate' | 'destroyed', listener: () => void): unknown;
}

interface Frame {
  readonly url: string;
}

/** Connects the window's page with the app: calls, ports and dropped paths in, events out. */
export function serveBridge(contents: PageContents, connect: (page: PageConnection) => PageSession): Page {
  const page = createPage(connect, (name, data) => {
    if (!contents.isDestroyed()) contents.send(channels.event, name, data);
  });

  ipcMain.handle(channels.call, (event, name: unknown, input: unknown) =>
    isOwnPage(event) ? page.call(name, input) : refused,
  );
  ipcMain.handle(channels.paths, (event, paths: unknown) => (isOwnPage(event) ? page.dropped(paths) : refused));
  ipcMain.on(channels.port, (event, purpose: unknown) => {
    const [port, ...others] = event.ports;
    for (const other of others) other.close();
    if (!port) return;
    if (isOwnPage(event)) page.port(purpose, wrapPort(port));
    else port.close();
  });

  // `did-start-navigation` comes for a navigation that is refused, too. This one comes once for each new document, and
  // not for moves within one. https://www.electronjs.org/docs/latest/api/web-contents#event-did-navigate
  contents.on('did-navigate', () => page.gone());
  contents.on('destroyed', () => page.gone());
  return page;

  /** Only the window's own top document, and only while it is ours. */
  function isOwnPage({ senderFrame }: { senderFrame: Frame | null }): boolean {
    return senderFrame !== null && senderFrame === contents.mainFrame && isOwnUrl(senderFrame.url);
  }
}

const refused: Answer = { reason: { code: 'request-invalid' } };
