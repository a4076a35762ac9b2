import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ReasonCode } from '../../src/shared/reasons.ts';
import { launchChromium } from './chromium.ts';
import { type FontWidth, forceFont } from './forced-font.ts';
import { act } from './ui-stories/act.ts';
import { type StoryServer, serveStories } from './ui-stories/server.ts';
import { type Story, type StoryName, stories } from './ui-stories/stories.ts';

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  /** Instead of the one that the environment asks for. */
  readonly font?: FontWidth;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The screen in a real browser, with made-up states. */
export interface Stage {
  show(story: StoryName, size?: Size, look?: Look): Promise<Page>;
  /** One page that goes from state to state, and does what belongs to each: a new page, or a new document, for each takes longer. */
  walk(size?: Size, look?: Look): Promise<(story: StoryName) => Promise<Page>>;
  /** What the pages complained of: exceptions, and anything the Content-Security-Policy refused. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

async function openStage(): Promise<Stage> {
  const server: StoryServer = await serveStories();
  const browser: Browser = await launchChromium();
  const complaints: string[] = [];

  async function open(viewport: Size = { width: 1280, height: 800 }, look: Look = {}) {
    const context = await browser.newContext({
      viewport,
      colorScheme: look.colorScheme ?? 'light',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await forceFont(context, look.font);
    const page = await context.newPage();
    let shown: StoryName | null = null;
    page.on('pageerror', (error) => complaints.push(`${shown}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${shown}: ${message.text()}`);
    });
    return async (story: StoryName): Promise<Page> => {
      const isFirst = shown === null;
      shown = story;
      if (isFirst) await page.goto(server.address(story));
      else await page.evaluate((name) => window.tell(name), story);
      await page.locator('#app > *').first().waitFor();
      return page;
    };
  }

  return {
    complaints,
    show: async (story, size, look) => (await open(size, look))(story),
    async walk(size, look) {
      const go = await open(size, look);
      return async (name) => {
        const story: Story = stories[name];
        const page = await go(name);
        await act(page, story.act);
        return page;
      };
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

/** A stage for the tests of one file, which also hold that no page complained. */
export function createUiStage(): Pick<Stage, 'show' | 'walk'> {
  let stage: Stage | null = null;
  const opened = (): Stage => {
    if (!stage) throw new Error('the stage opens before the first test');
    return stage;
  };
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(async () => {
    await opened().close();
    expect(opened().complaints).toEqual([]);
  });
  return { show: (...how) => opened().show(...how), walk: (...how) => opened().walk(...how) };
}
