import { afterEach, describe, expect, it } from 'vitest';
import { createDesktopStage } from '../support/desktop-stage.ts';
import { handingOverStories } from '../support/desktop-stories/handing-over.ts';
import { quittingStories } from '../support/desktop-stories/quitting.ts';
import { togetherStories } from '../support/desktop-stories/together.ts';
import { noElectron, startInElectron } from '../support/electron-desktop.ts';

/** The unpackaged app in Electron itself, where its program is and the system lets it run; else skipped, saying why. */
const reason = noElectron;
if (reason !== null) {
  it('the app in Electron', (context) => context.skip(reason));
} else {
  const stage = createDesktopStage(afterEach, startInElectron);

  describe('the app in Electron', () => {
    it('opens its own page, which has one door and nothing of Node, and stays there', async () => {
      const app = await stage.app(['--broker', 'embedded']);
      await app.event('ready');
      const page = await app.page();
      expect(page.url()).toBe('app://roomdrop/index.html');
      const seen = await page.evaluate(() => ({
        door: Object.keys(window.roomdropBridge ?? {}).sort(),
        node: ['require', 'process', 'module'].filter((name) => name in window && name !== 'process'),
        opened: window.open('https://example.org/') === null,
      }));
      expect(seen).toEqual({ door: ['call', 'onEvent', 'sourceFromFiles'], node: [], opened: true });
    });
  });

  // The same that the stand-in is shown by.
  togetherStories(startInElectron);
  quittingStories(startInElectron);
  handingOverStories(startInElectron);
}
