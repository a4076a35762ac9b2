import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { vi } from 'vitest';
import type { StoredSettings } from '../../src/main/storage/settings.ts';
import { type AppProcess, startApp } from './app-process.ts';
import { chromiumFlags, headlessChromium } from './chromium.ts';
import { type StandInConfig, type ToStandIn, type ToTest, toEnvironment } from './electron/config.ts';
import type { StandInElectron, standIn } from './electron/electron.ts';
import { withSettings } from './stored-settings.ts';

const readWithinMs = 20_000;

const root = join(import.meta.dirname, '../..');

/** What a function that runs in the app's main process is given: the `electron` module of the stand-in. */
export type DesktopElectron = StandInElectron & { standIn: typeof standIn };

/** The built desktop app: in the stand-in for Electron here, and in Electron itself where its binary is. */
export interface Desktop extends AppProcess {
  /** Runs a function in the main process; its source travels, so it knows nothing but what it is given. */
  evaluate<Result, Argument = undefined>(
    run: (electron: DesktopElectron, argument: Argument) => Result | Promise<Result>,
    ...argument: Argument extends undefined ? [] : [Argument]
  ): Promise<Result>;
  /** The page in the window now: another one after a crash. */
  page(): Promise<Page>;
  /** Waits until a person reads this somewhere in the window. */
  reads(words: string | RegExp): Promise<void>;
  /** Drops files and folders of this disk in the middle of what `onto` finds. */
  drop(paths: readonly string[], onto?: string): Promise<void>;
}

/** The code of the room that an attended app is in, as a terminal that it was started from shows it. */
export function roomShown(app: Desktop): Promise<string> {
  return vi.waitFor(() => /Room: (\S+)/.exec(app.stderr)?.[1] ?? fail('no room'), { timeout: readWithinMs });
}

export interface DesktopOptions {
  /** Somebody sits before it: no JSON, and questions are asked. */
  readonly attended?: boolean;
  readonly packaged?: boolean;
  readonly early?: StandInConfig['early'];
  /** As an earlier run has left them. */
  readonly settings?: StoredSettings;
  /** Goes to standard input. */
  readonly input?: string;
}

export async function startDesktop(args: readonly string[], options: DesktopOptions = {}): Promise<Desktop> {
  let child: ChildProcess | null = null;
  const app = await startApp(
    args,
    options.input ?? '',
    withSettings(options.settings ?? {}, (given) => {
      child = spawnStandIn(given, options);
      return child;
    }),
  );
  const started: ChildProcess = child ?? fail('not started');
  const waiting = new Map<number, { done(value: unknown): void; fail(error: Error): void }>();
  let nextId = 1;
  let attached: Browser | null = null;
  const endpoint = new Promise<string>((done) => {
    started.on('message', (message: ToTest) => {
      if (message.kind === 'chromium') return done(message.endpoint);
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'evaluated') asked?.done(message.value);
      else asked?.fail(new Error(message.message));
    });
  });
  void app.exited.then(() => {
    for (const each of waiting.values()) each.fail(new Error(`the app has ended: ${app.stderr}`));
  });

  const evaluate: Desktop['evaluate'] = (run, ...[argument]) =>
    new Promise((done, failed) => {
      const message: ToStandIn = { kind: 'evaluate', id: nextId++, source: String(run), argument };
      waiting.set(message.id, { done: (value) => done(value as Awaited<ReturnType<typeof run>>), fail: failed });
      started.send(message);
    });

  async function page(): Promise<Page> {
    attached ??= await chromium.connectOverCDP(await endpoint);
    const browser = attached;
    // Not the blank one that a window begins with, and none that the page has tried to open.
    const own = (): Page | undefined =>
      browser
        .contexts()
        .flatMap((context) => context.pages())
        .findLast((each) => each.url().startsWith('http://roomdrop.localhost:'));
    return vi.waitFor(() => own() ?? fail('no page'), { timeout: readWithinMs });
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
      await evaluate(
        ({ BrowserWindow }, dropped) => BrowserWindow.getAllWindows()[0]?.webContents.drop(dropped.paths, dropped.at),
        { paths: [...paths], at },
      );
    },
    async stop() {
      await attached?.close().catch(() => undefined);
      return app.stop();
    },
  };
}

/** The page may become another one meanwhile, so it is asked for again and again. */
export async function waitForWords(page: () => Promise<Page>, words: string | RegExp): Promise<void> {
  let text = '';
  for (const startedMs = Date.now(); Date.now() - startedMs < readWithinMs; ) {
    const shown = await page();
    const found = shown.getByText(words).filter({ visible: true }).first();
    if (
      await found.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      )
    )
      return;
    text = await shown
      .locator('body')
      .innerText({ timeout: 1000 })
      .catch(() => text);
  }
  fail(`nobody reads ${words} in: ${text}`);
}

function fail(message: string): never {
  throw new Error(message);
}

/** `electron .` or the installed program, as a Node process that is told it was. */
function spawnStandIn(
  args: readonly string[],
  { attended = false, packaged = true, early = [] }: DesktopOptions,
): ChildProcess {
  const config: StandInConfig = {
    main: join(root, 'out/main/electron.js'),
    chromium: headlessChromium(),
    flags: chromiumFlags,
    packaged,
    args: attended ? args.filter((argument) => argument !== '--json') : args,
    early,
  };
  return spawn(process.execPath, ['--import', 'tsx', join(root, 'test/support/electron/main.ts')], {
    cwd: root,
    env: { ...process.env, ...toEnvironment(config) },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
}
