import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/renderer/ui/model.ts';
import { fontWidths } from '../support/forced-font.ts';
import { createUiStage } from '../support/ui-stage.ts';
import { firstFile } from '../support/ui-stories/first-file.ts';

const stage = createUiStage();

interface Shift {
  readonly value: number;
  /** What moved, and from where to where. */
  readonly what: string;
}

/** https://web.dev/articles/cls: up to here nothing seems to jump. */
const good = 0.1;

const windows = [
  [360, 720],
  [420, 800],
  [1280, 800],
] as const;

const cases = Object.entries(firstFile).flatMap(([side, steps]) => fontWidths.map((font) => ({ side, font, steps })));

describe.each(cases)('for the $side, with a $font font', ({ steps, font }) => {
  test.each(windows)('nothing jumps from the start to the first file at %i wide', async (width, height) => {
    const page = await stage.show('opening', { width, height }, { font });
    const shifts = await page.evaluate(
      async (models) => {
        const seen: Shift[] = [];
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) seen.push(...read(entry));
        });
        const name = (node: Node | null): string =>
          node instanceof Element ? `${node.localName}.${node.className}` : '';
        function read(entry: PerformanceEntry): Shift[] {
          if (
            !('value' in entry && typeof entry.value === 'number' && 'sources' in entry && Array.isArray(entry.sources))
          )
            return [];
          const what = entry.sources
            .map(({ node, previousRect, currentRect }) => `${name(node)} ${previousRect.y} to ${currentRect.y}`)
            .join(', ');
          return [{ value: entry.value, what }];
        }
        observer.observe({ type: 'layout-shift', buffered: true });
        // Twice, so that what a frame has changed was measured before the next change.
        const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        for (const model of models) {
          window.store.set(model);
          await frame();
          await frame();
        }
        for (const entry of observer.takeRecords()) seen.push(...read(entry));
        return seen;
      },
      steps satisfies readonly Partial<Model>[],
    );
    const total = shifts.reduce((sum, { value }) => sum + value, 0);
    const largest = shifts.map(({ value, what }) => `${value.toFixed(3)}: ${what}`).join('\n');
    expect(total, largest).toBeLessThan(good);
    await page.context().close();
  });
});
