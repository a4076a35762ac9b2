import { expect } from 'vitest';
import type { Desktop } from './desktop.ts';

declare global {
  /** In the app's main process: what it asks, until the test answers. */
  var heldQuestions: { message: string; answer(response: number): void }[] | undefined;
}

/** From now on the test is the person who answers the app's questions. */
export async function holdQuestions(app: Desktop): Promise<void> {
  await app.evaluate(({ dialog }) => {
    globalThis.heldQuestions = [];
    dialog.showMessageBox = (_window, options) =>
      new Promise((done) => {
        const answer = (response: number): void => done({ response });
        globalThis.heldQuestions?.push({ message: options.message, answer });
        options.signal?.addEventListener('abort', () => answer(options.cancelId ?? 0));
      });
  });
}

/** All that has been asked so far, answered or not. */
export function questionsOf(app: Desktop): Promise<string[]> {
  return app.evaluate(() => (globalThis.heldQuestions ?? []).map(({ message }) => message));
}

/** Waits for the next question and answers it by the button of this index. */
export async function answerNext(app: Desktop, asked: RegExp, response: number): Promise<void> {
  await expect.poll(() => questionsOf(app), { timeout: 15_000 }).toContainEqual(expect.stringMatching(asked));
  await app.evaluate((_electron, given) => {
    for (const question of globalThis.heldQuestions ?? []) question.answer(given);
    globalThis.heldQuestions = [];
  }, response);
}
