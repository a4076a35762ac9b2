import type { Browser, Page } from 'playwright-core';
import type { ReasonCode } from '../../src/shared/reasons.ts';
import { launchChromium } from './chromium.ts';
import { type FontWidth, forceFont } from './forced-font.ts';
import { type StoryServer, serveStories } from './ui-stories/server.ts';
import type { StoryName } from './ui-stories/stories.ts';

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  /** Instead of the one that the environment asks for. */
  readonly font?: FontWidth;
}

/** The screen in a real browser, with made-up states. */
export interface Stage {
  show(story: StoryName, size?: { width: number; height: number }, look?: Look): Promise<Page>;
  /** What the pages complained of: exceptions, and anything the Content-Security-Policy refused. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const server: StoryServer = await serveStories();
  const browser: Browser = await launchChromium();
  const complaints: string[] = [];
  return {
    complaints,
    async show(story, viewport = { width: 1280, height: 800 }, look = {}) {
      const context = await browser.newContext({
        viewport,
        colorScheme: look.colorScheme ?? 'light',
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      await forceFont(context, look.font);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`${story}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${story}: ${message.text()}`);
      });
      await page.goto(server.address(story));
      await page.locator('#app > *').first().waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The actions that were called so far, with what they were given. */
export function asked(page: Page): Promise<unknown[][]> {
  return page.evaluate(() => window.asked);
}

export async function refuseNext(page: Page, reason: ReasonCode): Promise<void> {
  await page.evaluate((code) => {
    window.refuseNext = code;
  }, reason);
}
