import axe, { type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { createUiStage } from '../support/ui-stage.ts';
import { type Story, stories, storyNames } from '../support/ui-stories/stories.ts';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

const stage = createUiStage();
let go: Awaited<ReturnType<typeof stage.walk>>;

beforeAll(async () => {
  go = await stage.walk();
  await (await go('opening')).evaluate(axe.source);
});

/** WCAG A and AA, what axe's makers hold for good practice, and what they still call experimental. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];
const widths = [360, 1280];

/** What axe has to say, in words. All rules are asked; what passes is not described, which takes longer than to look at it. */
function complaints(page: Page, options: RunOptions): Promise<string[]> {
  return page.evaluate(
    async (asked) => {
      const { violations } = await window.axe.run(document, asked);
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
    },
    { ...options, resultTypes: ['violations' as const], selectors: false },
  );
}

/** What depends on the theme; all the rest is the same in both. */
const colors = ['color-contrast', 'link-in-text-block'];

test.each(storyNames)('axe has nothing to say of %s, small and large, light and dark', async (name) => {
  const page = await go(name);
  const story: Story = stories[name];
  // While files are held over the window, what cannot take them fades; WCAG 1.4.3 leaves inactive parts out.
  const faded = story.act === 'drag-files';
  const rules = { 'color-contrast': { enabled: !faded } };
  for (const colorScheme of ['light', 'dark'] as const) {
    const runOnly = colorScheme === 'light' ? { type: 'tag' as const, values: tags } : colors.slice(faded ? 1 : 0);
    await page.emulateMedia({ colorScheme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      expect(await complaints(page, { runOnly, rules }), `${colorScheme}, ${width} wide`).toEqual([]);
    }
  }
});
