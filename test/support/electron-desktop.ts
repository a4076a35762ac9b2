import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { type ElectronApplication, type Page, _electron as playwright } from 'playwright-core';
import { canRunElectron, findElectron } from '../../scripts/electron-binary.ts';
import { startApp } from './app-process.ts';
import { type Desktop, type DesktopOptions, waitForWords } from './desktop.ts';
import { withSettings } from './stored-settings.ts';

const root = join(import.meta.dirname, '../..');

const path = findElectron();
const able = await canRunElectron();

/** Why the app cannot be run in Electron itself here, or null. */
export const noElectron: string | null =
  'reason' in able ? `Electron cannot be used: ${able.reason}` : path ? null : 'Electron has not been downloaded';

/** The unpackaged app in Electron itself: fuses of a packaged one stop Playwright. */
export async function startInElectron(args: readonly string[], options: DesktopOptions = {}): Promise<Desktop> {
  if (path === null) throw new Error('Electron has not been downloaded');
  const executablePath = path;
  let launched: ElectronApplication | null = null;
  const app = await startApp(
    args,
    options.input ?? '',
    withSettings(options.settings ?? {}, async (given) => {
      const own = options.attended ? given.filter((argument) => argument !== '--json') : given;
      launched = await playwright.launch({ executablePath, args: [root, ...own] });
      const child: ChildProcess = launched.process();
      return child;
    }),
  );
  const running: ElectronApplication = launched ?? fail('not started');
  // What macOS would have sent before `ready` cannot be sent from here: it comes at once afterwards.
  for (const [name, value] of options.early ?? []) {
    await running.evaluate(({ app }, event) => app.emit(event.name, { preventDefault: () => undefined }, event.value), {
      name,
      value,
    });
  }

  const evaluate: Desktop['evaluate'] = (run, ...[argument]) =>
    // The function is written for the stand-in, whose surface Electron has.
    running.evaluate(run as never, argument as never);

  async function page(): Promise<Page> {
    return running.windows().at(-1) ?? running.firstWindow();
  }

  return {
    ...app,
    get stderr() {
      return app.stderr;
    },
    evaluate,
    page,
    reads: (words) => waitForWords(page, words),
    async drop(paths, onto = 'body') {
      const shown = await page();
      const box = (await shown.locator(onto).first().boundingBox()) ?? fail(`nothing is ${onto}`);
      const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const session = await shown.context().newCDPSession(shown);
      const data = { items: [], files: [...paths], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await session.send('Input.dispatchDragEvent', { type, ...at, data });
      }
      await session.detach();
    },
  };
}

function fail(message: string): never {
  throw new Error(message);
}
