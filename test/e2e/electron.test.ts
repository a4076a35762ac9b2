import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ElectronApplication, _electron as playwright } from 'playwright-core';
import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import { canRunElectron, findElectron } from '../../scripts/electron-binary.ts';
import type { AppEvent } from '../../src/main/events.ts';

/** The unpackaged app in Electron itself, where its program is and the system lets it run; else skipped, saying why. */
const root = join(import.meta.dirname, '../..');
const path = findElectron();
const able = await canRunElectron();
const reason =
  'reason' in able ? `Electron cannot be used: ${able.reason}` : path ? null : 'Electron has not been downloaded';

interface Running {
  readonly app: ElectronApplication;
  readonly downloads: string;
  event(fits: (event: AppEvent) => boolean): Promise<AppEvent>;
}

const folders: string[] = [];
const running: ElectronApplication[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-electron-'));
  folders.push(folder);
  return folder;
}

async function start(context: TestContext, ...args: string[]): Promise<Running> {
  if (reason !== null || path === null) return context.skip(reason ?? '');
  const home = await temporaryFolder();
  const downloads = join(home, 'downloads');
  await mkdir(downloads);
  const app = await playwright.launch({
    executablePath: path,
    args: [root, '--json', '--data-dir', join(home, 'data'), '--downloads', downloads, '--ice-server', 'none', ...args],
  });
  running.push(app);
  const events: AppEvent[] = [];
  const waiting = new Set<() => void>();
  const { stdout } = app.process();
  if (!stdout) throw new Error('no standard output');
  createInterface({ input: stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    events.push(JSON.parse(line));
    for (const check of [...waiting]) check();
  });
  return {
    app,
    downloads,
    event: (fits) =>
      new Promise((done) => {
        const check = (): void => {
          const found = events.find(fits);
          if (!found) return;
          waiting.delete(check);
          done(found);
        };
        waiting.add(check);
        check();
      }),
  };
}

describe('the app in Electron', () => {
  it('opens its own page, which has one door and nothing of Node, and stays there', async (context) => {
    const { app, event } = await start(context, '--broker', 'embedded');
    const page = await app.firstWindow();
    await event(({ event }) => event === 'ready');
    expect(page.url()).toBe('app://roomdrop/index.html');
    const seen = await page.evaluate(() => ({
      door: Object.keys(window.roomdropBridge ?? {}).sort(),
      node: ['require', 'process', 'module'].filter((name) => name in window && name !== 'process'),
      opened: window.open('https://example.org/') === null,
    }));
    expect(seen).toEqual({ door: ['call', 'onEvent', 'sourceFromFiles'], node: [], opened: true });
    await page.evaluate(() => {
      window.location.href = 'https://example.org/';
    });
    expect(page.url()).toBe('app://roomdrop/index.html');
    expect(app.windows()).toHaveLength(1);
  });

  it('hands a file to another', async (context) => {
    const source = await temporaryFolder();
    await writeFile(join(source, 'hello.txt'), 'hello there');
    const ann = await start(context, join(source, 'hello.txt'), '--broker', 'embedded', '--room', 'new');
    const ready = await ann.event(({ event }) => event === 'ready');
    const room = await ann.event(({ event }) => event === 'room');
    if (ready.event !== 'ready' || room.event !== 'room' || !ready.broker) throw new Error('no room with a broker');
    const bo = await start(context, '--broker', ready.broker, '--room', room.code, '--accept', 'all');
    await bo.event((event) => event.event === 'transfer' && event.state === 'done');
    expect(await readFile(join(bo.downloads, 'hello.txt'), 'utf8')).toBe('hello there');
  });
});
