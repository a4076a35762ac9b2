import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../test/support/chromium.ts';
import { act } from '../test/support/ui-stories/act.ts';
import { type StoryServer, serveStories } from '../test/support/ui-stories/server.ts';
import { isStory, type Story, type StoryName, stories, storyNames } from '../test/support/ui-stories/stories.ts';

/**
 * Pictures of every state of the screen, to be looked at: `npm run screenshots -- [folder] [story…]`.
 * With `--readme`, the two pictures of the README instead.
 */

interface Look {
  readonly theme: 'light' | 'dark';
  readonly size: { readonly width: number; readonly height: number };
}

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 800 } };
const themes = ['light', 'dark'] as const;

async function picture(
  browser: Browser,
  server: StoryServer,
  name: StoryName,
  look: Look,
  path: string,
): Promise<void> {
  const context = await browser.newContext({
    viewport: look.size,
    colorScheme: look.theme,
    reducedMotion: 'reduce',
    locale: 'en-US',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${name}: ${message.text()}`);
  });
  await page.goto(server.address(name));
  await page.locator('#app > *').first().waitFor();
  const story: Story = stories[name];
  await act(page, story.act);
  await page.screenshot({ path, animations: 'disabled' });
  await context.close();
}

async function readmePictures(browser: Browser, server: StoryServer): Promise<void> {
  const folder = resolve('docs/images');
  await mkdir(folder, { recursive: true });
  for (const theme of themes) {
    const look = { theme, size: { width: 1280, height: 800 } };
    await picture(browser, server, 'room-readme', look, join(folder, `room-${theme}.png`));
  }
}

async function allPictures(browser: Browser, server: StoryServer, folder: string, wanted: StoryName[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of wanted) {
    for (const theme of themes) {
      for (const [size, value] of Object.entries(sizes)) {
        const path = join(folder, `${name}-${size}-${theme}.png`);
        await picture(browser, server, name, { theme, size: value }, path);
      }
    }
  }
}

const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const [folder = '.cache/screenshots', ...names] = given;
const wanted = names.length > 0 ? names.filter(isStory) : storyNames;
const server = await serveStories();
const browser = await launchChromium();
try {
  if (process.argv.includes('--readme')) await readmePictures(browser, server);
  else await allPictures(browser, server, resolve(folder), wanted);
} finally {
  await browser.close();
  await server.close();
}
