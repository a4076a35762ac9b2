import type { Browser, Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/main/broker/embedded.ts';
import { type AppProcess, startApp } from './app-process.ts';
import { launchChromium, openPage } from './chromium.ts';

/** The apps, browsers and brokers of one test; everything ends after it. */
export interface Stage {
  broker(port?: number): Promise<EmbeddedBroker>;
  /** An app in the browser host, with folders of its own and no STUN. */
  app(...args: string[]): Promise<AppProcess>;
  /** Opens its page in a browser of its own; `before` runs there first. */
  open(app: AppProcess, before?: () => void): Promise<Page>;
  /** Something more to be taken away after the test. */
  after(end: () => Promise<unknown>): void;
}

export function createStage(): Stage {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    // Pages before the apps that serve them, apps before the brokers they meet at.
    for (const end of endings.splice(0).reverse()) await end();
  });
  return {
    async broker(port) {
      const broker = await startEmbeddedBroker(port);
      endings.push(() => broker.close());
      return broker;
    },
    async app(...args) {
      const app = await startApp(['--ice-server', 'none', ...args]);
      endings.push(() => app.stop());
      return app;
    },
    async open(app, before) {
      const browser: Browser = await launchChromium();
      endings.push(() => browser.close());
      return openPage(browser, await app.address(), before);
    },
    after: (end) => void endings.push(end),
  };
}
