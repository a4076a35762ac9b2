import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppEvent } from '../../../src/main/events.ts';
import { untilArriving } from '../arriving.ts';
import { type Desktop, roomShown } from '../desktop.ts';
import { answerNext, holdQuestions } from '../desktop-questions.ts';
import { createDesktopStage, type StartDesktop } from '../desktop-stage.ts';
import { describeTree, writeMixedTree, writeRandomFile } from '../trees.ts';

type TransferEvent = Extract<AppEvent, { event: 'transfer' }>;

/** Ann and Bo in one room, through all that may happen to Ann's window. What counts is what Bo sees. */
export function togetherStories(start?: StartDesktop): void {
  describe('two desktop apps', () => {
    const stage = createDesktopStage(afterAll, start);
    let ann: Desktop;
    let bo: Desktop;
    let count = 0;

    beforeAll(async () => {
      const { url } = await stage.broker();
      ann = await stage.app(['--broker', url, '--name', 'Ann', '--room', 'new'], { attended: true, packaged: false });
      const code = await roomShown(ann);
      // A direct lane would go on whatever becomes of the page.
      const settings = { direct: false };
      bo = await stage.app(['--broker', url, '--name', 'Bo', '--accept', 'all', '--room', code], { settings });
      await connected();
    });

    /** They have met, again since `from`, a length of Bo's list of events. */
    async function connected(from = 0): Promise<void> {
      await bo.event('peer', (event) => event.state === 'connected' && bo.events.indexOf(event) >= from);
      await ann.reads('Bo');
    }

    /** Ann drops a new file; gives its path and name once bytes of it have reached Bo. */
    async function sending(bytes: number): Promise<{ path: string; name: string; id: string }> {
      const name = `file ${++count}.bin`;
      const path = join(ann.home, 'files', name);
      await writeRandomFile(path, bytes);
      await ann.drop([path]);
      const { id } = await bo.event('transfer', (event) => event.name === name);
      if (bytes > 1_000_000) await untilArriving(bo.downloads, name);
      return { path, name, id };
    }

    async function arrived({ name, id }: { name: string; id: string }): Promise<TransferEvent[]> {
      await bo.event('transfer', (event) => event.id === id && event.state === 'done');
      const [here, there] = await Promise.all([join(ann.home, 'files'), bo.downloads].map(describeTree));
      expect(there?.[name]).toBe(here?.[name]);
      return bo.events.filter((event): event is TransferEvent => event.event === 'transfer' && event.id === id);
    }

    it('meet over a broker, and a folder dropped in one window lands whole at the other', async () => {
      const tree = join(ann.home, 'Things of all sorts');
      await writeMixedTree(tree, 60, 8_000_000);
      await ann.drop([tree]);
      await bo.event('transfer', ({ state }) => state === 'done');
      expect(await describeTree(join(bo.downloads, 'Things of all sorts'))).toEqual(await describeTree(tree));
      await Promise.all([ann.reads('Sent'), bo.reads('Received')]);
      expect(bo.events.filter(({ event }) => event === 'error')).toEqual([]);
    });

    it('hand over a folder with an archive of Electron in it, byte by byte', async () => {
      const tree = join(ann.home, 'Some.app');
      await mkdir(join(tree, 'resources'), { recursive: true });
      await writeRandomFile(join(tree, 'resources/app.asar'), 300_000);
      await ann.drop([tree]);
      await bo.event('transfer', ({ name, state }) => name === 'Some.app' && state === 'done');
      expect(await describeTree(join(bo.downloads, 'Some.app'))).toEqual(await describeTree(tree));
    });

    it('go on while a window is closed, which hides it, and it comes back', async () => {
      const sent = await sending(16_000_000);
      await ann.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      const visible = () => ann.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
      expect(await visible()).toBe(false);
      const seen = await arrived(sent);
      expect(seen.map(({ state }) => state)).not.toContain('interrupted');
      await ann.evaluate(({ app }) => void app.emit('activate', {}));
      expect(await visible()).toBe(true);
    });

    it('stay connected when the page tries to leave for another address', async () => {
      const sent = await sending(12_000_000);
      const page = await ann.page();
      const here = page.url();
      // Behind the answer: who watches the page would wait for a document that never comes.
      await page.evaluate(() => {
        setTimeout(() => {
          window.open('https://example.org/');
          window.location.href = 'https://example.org/';
        });
      });
      const seen = await arrived(sent);
      expect(seen.map(({ state }) => state)).not.toContain('interrupted');
      expect(page.url()).toBe(here);
      // The page still is the app's page: what it is given reaches the other.
      await arrived(await sending(100_000));
    });

    it('go on where they were after the page is loaded anew', async () => {
      const sent = await sending(16_000_000);
      await ann.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload());
      const seen = await arrived(sent);
      expect(seen.map(({ state }) => state)).toContain('interrupted');
    });

    it('say what cannot be sent, and send nothing: a file that is gone before it is dropped', async () => {
      const gone = join(ann.home, 'gone.txt');
      await writeFile(gone, 'soon gone');
      await rm(gone);
      const before = bo.events.length;
      await ann.drop([gone]);
      await ann.reads(/gone\.txt/);
      expect(bo.events.slice(before).filter(({ event }) => event === 'transfer')).toEqual([]);
    });

    it('are asked about a page that does not answer, and go on when it is reopened', async () => {
      await holdQuestions(ann);
      const from = bo.events.length;
      await ann.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.emit('unresponsive'));
      await answerNext(ann, /does not answer/, 1);
      await connected(from);
    });

    it('go on after the page crashed once, and after the fourth time a person decides', async () => {
      const sent = await sending(16_000_000);
      await ann.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      );
      expect((await arrived(sent)).map(({ state }) => state)).toContain('interrupted');
      // The others are only told: how fast a page comes back here has nothing to do with how often it crashes.
      await ann.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        for (let crashes = 1; crashes <= 4 && globalThis.heldQuestions?.length === 0; crashes++) {
          contents?.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
        }
      });
      const from = bo.events.length;
      await answerNext(ann, /keeps crashing/, 1);
      await connected(from);
      await arrived(await sending(100_000));
    });
  });
}
