import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, roomShown } from '../desktop.ts';
import { answerNext, holdQuestions, questionsOf } from '../desktop-questions.ts';
import { createDesktopStage, type StartDesktop } from '../desktop-stage.ts';

/** What comes from outside: a second start, files and links that the system opens. */
export function handingOverStories(start?: StartDesktop): void {
  describe('what is handed to the app', () => {
    const lasting = createDesktopStage(afterAll, start);
    const stage = createDesktopStage(afterEach, start);
    let bo: Desktop;
    let broker: string;
    let code: string;

    beforeAll(async () => {
      ({ url: broker } = await lasting.broker());
      bo = await lasting.app(['--broker', broker, '--name', 'Bo', '--accept', 'all', '--room', 'new']);
      ({ code } = await bo.event('room'));
    });

    /** A start with the same data folder as an app that runs; ends by itself. */
    async function startAgain(running: Desktop, ...args: string[]): Promise<void> {
      const again = await stage.app(['--data-dir', join(running.home, 'data'), ...args], { attended: true });
      expect(await again.exited).toBe(0);
      expect(again.stderr).toMatch(/handed/);
    }

    async function fileIn(folder: string, name: string): Promise<string> {
      const path = join(folder, name);
      await writeFile(path, name);
      return path;
    }

    it('waits in sight for a room, however it came, and goes into the room that is one click away', async () => {
      const first = await fileIn(bo.home, 'of the first start.txt');
      const early = await fileIn(bo.home, 'before ready.txt');
      const late = await fileIn(bo.home, 'after ready.txt');
      const again = await fileIn(bo.home, 'of a second start.txt');
      const ann = await stage.app(['--broker', broker, '--name', 'Ann', first], {
        attended: true,
        early: [['open-file', early]],
      });
      await ann.reads('of the first start.txt');
      await ann.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
      await ann.evaluate(
        ({ app }, path) => void app.emit('open-file', { preventDefault: () => undefined }, path),
        late,
      );
      await startAgain(ann, again);
      expect(await ann.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
      for (const name of ['before ready.txt', 'after ready.txt', 'of a second start.txt']) await ann.reads(name);

      await (await ann.page()).getByRole('button', { name: 'Start a room' }).click();
      const room = await roomShown(ann);
      const cy = await stage.app(['--broker', broker, '--name', 'Cy', '--accept', 'all', '--room', room]);
      for (const name of ['of the first start.txt', 'before ready.txt', 'after ready.txt', 'of a second start.txt']) {
        await cy.event('transfer', (event) => event.name === name && event.state === 'done');
      }
    });

    it('is a room: a second start brings the app into it', async () => {
      const ann = await stage.app(['--broker', broker, '--name', 'Ann by start'], { attended: true });
      await ann.reads('Start a room');
      await startAgain(ann, '--room', code);
      await bo.event('peer', ({ name, state }) => name === 'Ann by start' && state === 'connected');
      // Another one is not entered over the head of whoever is in this one.
      await holdQuestions(ann);
      await startAgain(ann, '--room', 'new');
      await answerNext(ann, /new room/, 0);
      await ann.reads('Bo');
    });

    it('is a link: it asks, and a yes joins', async () => {
      const link = `roomdrop://join/${code}`;
      const ann = await stage.app(['--broker', broker, '--name', 'Ann by link'], { attended: true });
      await ann.reads('Start a room');
      await holdQuestions(ann);
      const open = (url: string) =>
        ann.evaluate(({ app }, given) => void app.emit('open-url', { preventDefault: () => undefined }, given), url);
      await open('roomdrop://join/nothing');
      await ann.reads(/leads to no room/);
      expect(await questionsOf(ann)).toEqual([]);
      await open(link);
      await answerNext(ann, /Join the room/, 0);
      await startAgain(ann, link);
      await answerNext(ann, /Join the room/, 1);
      await bo.event('peer', ({ name, state }) => name === 'Ann by link' && state === 'connected');
    });
  });
}
