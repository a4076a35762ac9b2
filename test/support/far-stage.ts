import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach } from 'vitest';
import type { StoredSettings } from '../../src/main/storage/settings.ts';
import { type AppProcess, spawnBrowserHostIn, startApp } from './app-process.ts';
import type { Namespace } from './cable/laboratory.ts';
import { launchChromium, openPage, openPlainChromium } from './chromium.ts';
import { withSettings } from './stored-settings.ts';
import { writeRandomFile } from './trees.ts';

/** Apps that are far from each other, each with its page; everything ends after the test. */
export interface FarStage {
  /** An app in a namespace whose page is open there, in a browser that nobody watches. */
  app(at: Namespace, args: readonly string[], settings?: StoredSettings): Promise<AppProcess>;
  /** The same with a page that a test sees and can press buttons of, and which costs more. */
  seen(at: Namespace, args: readonly string[], settings?: StoredSettings): Promise<{ app: AppProcess; page: Page }>;
  /** A file of random bytes. */
  file(bytes: number): Promise<string>;
  /** Something that is to be closed after the test, and after what was made later. */
  own<T extends { close(): Promise<void> }>(owned: Promise<T>): Promise<T>;
}

export function createFarStage(): FarStage {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function start(at: Namespace, args: readonly string[], settings: StoredSettings = {}): Promise<AppProcess> {
    const app = await startApp(args, '', withSettings(settings, spawnBrowserHostIn(at.enter)));
    endings.push(() => app.stop());
    return app;
  }

  return {
    async app(at, args, settings) {
      const app = await start(at, args, settings);
      const page = await openPlainChromium(await app.address(), at.enter);
      endings.push(() => page.close());
      return app;
    },
    async seen(at, args, settings) {
      const app = await start(at, args, settings);
      const browser = await launchChromium(at.program);
      endings.push(() => browser.close());
      return { app, page: await openPage(browser, await app.address()) };
    },
    async file(bytes) {
      const folder = await mkdtemp(join(tmpdir(), 'roomdrop-far-'));
      endings.push(() => rm(folder, { recursive: true }));
      const file = join(folder, 'file.bin');
      await writeRandomFile(file, bytes);
      return file;
    },
    async own(owned) {
      const it = await owned;
      endings.push(() => it.close());
      return it;
    },
  };
}
