import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { untilArriving } from '../arriving.ts';
import type { Desktop } from '../desktop.ts';
import { answerNext, holdQuestions, questionsOf } from '../desktop-questions.ts';
import { createDesktopStage, type StartDesktop } from '../desktop-stage.ts';
import { writeEndlessFile } from '../trees.ts';

/** Ann's app ends in every way it can; Bo stays, and is told. */
export function quittingStories(start?: StartDesktop): void {
  describe('who quits', () => {
    const lasting = createDesktopStage(afterAll, start);
    const stage = createDesktopStage(afterEach, start);
    let bo: Desktop;
    let broker: string;
    let code: string;
    let names = 0;

    beforeAll(async () => {
      ({ url: broker } = await lasting.broker());
      bo = await lasting.app(['--broker', broker, '--name', 'Bo', '--accept', 'all', '--room', 'new']);
      ({ code } = await bo.event('room'));
    });

    interface Visitor {
      readonly app: Desktop;
      readonly name: string;
      /** Bo's events since the visitor is there. */
      readonly from: number;
    }

    /** Somebody who is in the room with Bo, attended, with a file on its way if `sends` says so. */
    async function visitor(sends = false): Promise<Visitor> {
      const name = `Ann ${++names}`;
      const from = bo.events.length;
      const app = await stage.app(['--broker', broker, '--name', name, '--room', code], { attended: true });
      await bo.event('peer', (event) => event.name === name && event.state === 'connected');
      await app.reads('Bo');
      await holdQuestions(app);
      if (sends) {
        const path = join(app.home, `${name}.bin`);
        await writeEndlessFile(path);
        await app.drop([path]);
        await untilArriving(bo.downloads, `${name}.bin`);
      }
      return { app, name, from };
    }

    /** How long until Bo is told that somebody has left, from now on. */
    async function leftWithinMs({ name }: Visitor): Promise<number> {
      const startedMs = Date.now();
      const { reason } = await bo.event('peer', (event) => event.name === name && event.state === 'closed');
      expect(reason).toMatch(/left/);
      return Date.now() - startedMs;
    }

    function quit({ app }: Visitor): void {
      app.evaluate(({ app }) => app.quit()).catch(() => undefined);
    }

    it('in a room says so at once, without a question', async () => {
      const ann = await visitor();
      quit(ann);
      expect(await leftWithinMs(ann)).toBeLessThan(2000);
      expect(await ann.app.exited).toBe(0);
    });

    it('in mid-transfer is asked; a no changes nothing, a yes ends it for both, with nothing left half-written', async () => {
      const ann = await visitor(true);
      quit(ann);
      quit(ann);
      await expect.poll(() => questionsOf(ann.app)).toEqual([expect.stringMatching(/on their way/)]);
      await answerNext(ann.app, /on their way/, 0);
      const running = bo.events.length;
      await bo.event('transfer', (event) => event.state === 'running' && bo.events.indexOf(event) >= running);
      quit(ann);
      await answerNext(ann.app, /on their way/, 1).catch(() => undefined);
      const over = await bo.event('transfer', ({ name, state }) => name === `${ann.name}.bin` && state === 'cancelled');
      expect(over.reason).toMatch(/left/);
      expect(await leftWithinMs(ann)).toBeLessThan(2000);
      expect(await ann.app.exited).toBe(0);
      await expect.poll(() => readdir(bo.downloads)).toEqual([]);
    });

    it.each(['SIGTERM', 'SIGHUP'] as const)('by %s is asked nothing, and the other is told', async (signal) => {
      const ann = await visitor(true);
      process.kill(ann.app.pid, signal);
      expect(await leftWithinMs(ann)).toBeLessThan(3000);
      const over = await bo.event('transfer', ({ name, state }) => name === `${ann.name}.bin` && state === 'cancelled');
      expect(over.reason).toMatch(/left/);
      expect(await ann.app.exited).toBe(0);
    });

    it('because the computer shuts down halts nothing with a question, and the other is told', async () => {
      const ann = await visitor(true);
      const delayed = await ann.app.evaluate(({ app, powerMonitor }) => {
        let asked = false;
        powerMonitor.emit('shutdown', { preventDefault: () => (asked = true) });
        // macOS quits each app right afterwards.
        app.quit();
        return asked;
      });
      expect(delayed).toBe(true);
      expect(await leftWithinMs(ann)).toBeLessThan(3000);
      expect(await ann.app.exited).toBe(0);
    });

    it('by closing the window outside of any room just quits', async () => {
      const app = await stage.app(['--broker', broker], { attended: true });
      await app.reads('Start a room');
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()).catch(() => undefined);
      if (process.platform !== 'darwin') expect(await app.exited).toBe(0);
    });
  });
}
