import type { Browser, Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/main/broker/embedded.ts';
import type { StoredSettings } from '../../src/main/storage/settings.ts';
import { type AppProcess, spawnBrowserHost, startApp } from './app-process.ts';
import { launchChromium, openPage, openPlainChromium, type PlainChromium } from './chromium.ts';
import { withSettings } from './stored-settings.ts';

/** The apps, browsers and brokers of one test; everything ends after it. */
export interface Stage {
  broker(port?: number): Promise<EmbeddedBroker>;
  /** An app in the browser host, with folders of its own and no STUN. */
  app(...args: string[]): Promise<AppProcess>;
  /** The same with settings that an earlier run has left. */
  appWith(settings: StoredSettings, ...args: string[]): Promise<AppProcess>;
  /** Opens its page in a browser of its own; `before` runs there first. */
  open(app: AppProcess, before?: () => void): Promise<Page>;
  /** The same for a page that nobody looks at: much is quicker there. */
  visit(app: AppProcess): Promise<Pick<PlainChromium, 'close'>>;
  /** Something more to be taken away after the test. */
  after(end: () => Promise<unknown>): void;
}

export function createStage(): Stage {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    // Pages before the apps that serve them, apps before the brokers they meet at.
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function start(settings: StoredSettings, args: readonly string[]): Promise<AppProcess> {
    const app = await startApp(['--ice-server', 'none', ...args], '', withSettings(settings, spawnBrowserHost));
    endings.push(() => app.stop());
    return app;
  }

  async function browse(): Promise<Browser> {
    const browser = await launchChromium();
    endings.push(() => browser.close());
    return browser;
  }

  return {
    async broker(port) {
      const broker = await startEmbeddedBroker(port);
      endings.push(() => broker.close());
      return broker;
    },
    app: (...args) => start({}, args),
    appWith: (settings, ...args) => start(settings, args),
    async open(app, before) {
      return openPage(await browse(), await app.address(), before);
    },
    async visit(app) {
      const browser = await openPlainChromium(await app.address());
      let closing: Promise<void> | null = null;
      const close = (): Promise<void> => {
        closing ??= browser.close();
        return closing;
      };
      endings.push(close);
      return { close };
    },
    after: (end) => void endings.push(end),
  };
}
