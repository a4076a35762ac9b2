import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeRoomCode } from '../../src/shared/room-code.ts';
import { untilArriving } from '../support/arriving.ts';
import type { Desktop } from '../support/desktop.ts';
import { createDesktopStage } from '../support/desktop-stage.ts';
import { describeTree, writeRandomFile } from '../support/trees.ts';

/** What only the stand-in can show, since no test can click a real tray or put a computer to sleep. */
const stage = createDesktopStage(afterEach);

describe('two apps on the desktop', () => {
  const lasting = createDesktopStage(afterAll);
  let ann: Desktop;
  let bo: Desktop;

  beforeAll(async () => {
    const { url } = await lasting.broker();
    ann = await lasting.app(['--broker', url, '--name', 'Ann', '--room', 'new']);
    const { code } = await ann.event('room');
    // Without a direct lane, so that all bytes go through the page.
    const settings = { direct: false };
    bo = await lasting.app(['--broker', url, '--name', 'Bo', '--accept', 'all', '--room', code], { settings });
    await bo.event('peer', ({ state }) => state === 'connected');
    await ann.reads('Bo');
  });

  it('tell whoever closes the window where it has gone, without a tray that may not be there, and a click brings it', async () => {
    const shown = await ann.evaluate(({ BrowserWindow, standIn }) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.close();
      const notification = standIn.notifications.at(-1);
      const hidden = window?.isVisible() === false;
      notification?.emit('click', {});
      return { hidden, body: notification?.body, visible: window?.isVisible() };
    });
    expect(shown).toMatchObject({ hidden: true, visible: true });
    if (process.platform === 'linux') expect(shown.body).not.toMatch(/tray|clock/);
    await writeFile(join(ann.home, 'after.txt'), 'after');
    await ann.drop([join(ann.home, 'after.txt')]);
    await bo.event('transfer', ({ name, state }) => name === 'after.txt' && state === 'done');
  });

  it('grant their own page the local network, and a foreign origin nothing', async () => {
    const asked = await ann.evaluate(async ({ standIn }) => ({
      own: await standIn.askPermission('local-network', 'app://roomdrop/index.html'),
      ears: await standIn.askPermission('media', 'app://roomdrop/index.html'),
      foreign: await standIn.askPermission('local-network', 'https://example.org/'),
      foreignEars: await standIn.askPermission('media', 'https://example.org/'),
    }));
    expect(asked).toEqual({
      own: { check: true, request: true },
      ears: { check: true, request: false },
      foreign: { check: false, request: false },
      foreignEars: { check: false, request: false },
    });
  });

  it('clone between the processes hardly more than what they send', async () => {
    const size = 8_000_000;
    const before = await ann.evaluate(({ standIn }) => standIn.clonedBytes);
    await writeRandomFile(join(ann.home, 'cloned.bin'), size);
    await ann.drop([join(ann.home, 'cloned.bin')]);
    await bo.event('transfer', ({ name, state }) => name === 'cloned.bin' && state === 'done');
    const cloned = (await ann.evaluate(({ standIn }) => standIn.clonedBytes)) - before;
    expect(cloned).toBeGreaterThan(size);
    expect(cloned).toBeLessThan(size * 1.1);
  });

  it('keep the computer awake while bytes flow, and no longer', async () => {
    await expect.poll(() => ann.evaluate(({ standIn }) => standIn.blockers.size)).toBe(0);
    await writeRandomFile(join(ann.home, 'awake.bin'), 16_000_000);
    await ann.drop([join(ann.home, 'awake.bin')]);
    await expect.poll(() => ann.evaluate(({ standIn }) => standIn.blockers.size), { interval: 20 }).toBe(1);
    await bo.event('transfer', ({ name, state }) => name === 'awake.bin' && state === 'done');
    await expect.poll(() => ann.evaluate(({ standIn }) => standIn.blockers.size)).toBe(0);
  });

  it('go on after one computer has slept', async (context) => {
    context.skip(process.platform === 'win32', 'Windows has no signal that stops a process');
    await writeRandomFile(join(ann.home, 'files', 'slept.bin'), 16_000_000);
    await ann.drop([join(ann.home, 'files', 'slept.bin')]);
    await untilArriving(bo.downloads, 'slept.bin');
    const chromium = await ann.evaluate(({ powerMonitor, standIn }) => {
      powerMonitor.emit('suspend');
      return standIn.chromiumPid();
    });
    const from = bo.events.length;
    process.kill(-chromium, 'SIGSTOP');
    process.kill(ann.pid, 'SIGSTOP');
    try {
      await bo.event('peer', (event) => event.state === 'reconnecting' && bo.events.indexOf(event) >= from);
    } finally {
      process.kill(ann.pid, 'SIGCONT');
      process.kill(-chromium, 'SIGCONT');
    }
    await ann.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'));
    await bo.event('transfer', ({ name, state }) => name === 'slept.bin' && state === 'done');
    expect((await describeTree(bo.downloads))['slept.bin']).toBe(
      (await describeTree(join(ann.home, 'files')))['slept.bin'],
    );
  });
});

it('a link that was opened before the app was ready is asked about when it is', async () => {
  const code = makeRoomCode((bytes) => randomBytes(bytes));
  const early = [['open-url', `roomdrop://join/${code}`]] as const;
  const app = await stage.app(['--broker', 'ws://127.0.0.1:1'], { attended: true, early });
  await app.reads('Start a room');
  const asked = () => app.evaluate(({ standIn }) => standIn.questions.map(({ options }) => options.message));
  await expect.poll(asked).toEqual([expect.stringContaining(code)]);
  await app.evaluate(({ standIn }) => standIn.questions[0]?.answer(1));
  await app.reads(code);
});

describe('an installed app that cannot start as it was asked to', () => {
  it.each([
    ['a file that is not there', ['/no/such/file']],
    ['a mistyped code', ['--room', 'apple-river-appel-one-two']],
    ['a data folder that cannot be made', ['--data-dir', '/dev/null/data']],
  ])('says so in one sentence in a box: %s', async (_what, args) => {
    const app = await stage.app(args, { attended: true });
    expect(await app.exited).toBe(2);
    expect(app.stderr).toMatch(/\[error box\] Roomdrop could not start: [^\n]+[.?]\n/);
    expect(app.stderr).not.toMatch(/\n {4}at /);
  });

  it('leaves switches that it does not know to Chromium and opens, and a right click offers to paste a code', async () => {
    const foreign = ['--password-store=basic', '--js-flags=--expose-gc', '--enable-wayland-ime', '-Embedding'];
    const app = await stage.app([...foreign, '--broker', 'ws://127.0.0.1:1'], { attended: true });
    await app.reads('Start a room');
    await (await app.page()).getByRole('combobox').click({ button: 'right' });
    const roles = () =>
      app.evaluate(({ standIn }) =>
        standIn.opened
          .at(-1)
          ?.items.map(({ role }) => role)
          .filter((role) => role),
      );
    await expect.poll(roles).toEqual(['cut', 'copy', 'paste', 'selectAll']);
  });

  it('tells a script on standard error, and shows no box', async () => {
    const app = await stage.app(['--rooom', 'new']);
    expect(await app.exited).toBe(2);
    expect(app.stderr).toMatch(/^[^\n]*--rooom[^\n]*\.\n$/);
  });
});
