import { isReady } from './ready.ts';
import type { Dialog, MessageBoxOptions, OpenDialogOptions } from './surface.ts';

/** What stands open on the screen, or was said: tests read and answer it. */
export const questions: { options: MessageBoxOptions; answer(response: number): void }[] = [];
export const fileDialogs: { options: OpenDialogOptions; answer(paths: string[]): void }[] = [];

/** Nobody answers a question but a person. https://www.electronjs.org/docs/latest/api/dialog */
export const dialog: Dialog = {
  showMessageBox: (_window, options) =>
    new Promise((done) => {
      questions.push({ options, answer: (response) => done({ response }) });
      // A question that is taken away is answered as by Escape.
      options.signal?.addEventListener('abort', () => done({ response: options.cancelId ?? 0 }));
    }),
  showOpenDialog: (_window, options) =>
    new Promise((done) =>
      fileDialogs.push({ options, answer: (filePaths) => done({ canceled: filePaths.length === 0, filePaths }) }),
    ),
  // It waits until it is read, so that the app may end right behind it. Before `ready` Linux shows none.
  showErrorBox: (title, content) =>
    void process.stderr.write(`${isReady() ? '[error box]' : '[no box]'} ${title}: ${content}\n`),
};
