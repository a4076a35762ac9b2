import { beforeAll, describe, expect, test } from 'vitest';
import { createUiStage } from '../support/ui-stage.ts';
import { storyNames } from '../support/ui-stories/stories.ts';

const stage = createUiStage();
let go: Awaited<ReturnType<typeof stage.walk>>;

beforeAll(async () => {
  go = await stage.walk({ width: 360, height: 720 });
});

const controls = new Set([
  'button',
  'textbox',
  'combobox',
  'radio',
  'checkbox',
  'progressbar',
  'dialog',
  'option',
  'link',
]);

/** What every state of the screen has to get right. */
describe('every state fits a narrow window, names every control, and has one main part with one heading', () => {
  test.each(storyNames)('the state "%s"', async (name) => {
    const page = await go(name);

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const seen = nodes.filter((node) => !node.ignored);
    const roleOf = (node: (typeof nodes)[number]): string => String(node.role?.value);
    const unnamed = seen.filter((node) => controls.has(roleOf(node)) && String(node.name?.value ?? '').trim() === '');
    expect(unnamed.map(roleOf)).toEqual([]);

    const modal = (await page.locator('dialog[open]').count()) > 0;
    if (!modal) expect(seen.filter((node) => roleOf(node) === 'main')).toHaveLength(1);
    const titles = seen.filter(
      (node) =>
        roleOf(node) === 'heading' && node.properties?.some(({ name, value }) => name === 'level' && value.value === 1),
    );
    await session.detach();
    if (!modal && name !== 'opening') expect(titles).toHaveLength(1);
  });
});
