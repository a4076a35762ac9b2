import type { Dialog, MessageBoxOptions, OpenDialogOptions } from './surface.ts';

/** What stands open on the screen, or was said: tests read and answer it. */
export const questions: { options: MessageBoxOptions; answer(response: number): void }[] = [];
export const fileDialogs: { options: OpenDialogOptions; answer(paths: string[]): void }[] = [];
export const errors: { title: string; content: string }[] = [];

/** Nobody answers a question but a person. https://www.electronjs.org/docs/latest/api/dialog */
export const dialog: Dialog = {
  showMessageBox: (_window, options) =>
    new Promise((done) => questions.push({ options, answer: (response) => done({ response }) })),
  showOpenDialog: (_window, options) =>
    new Promise((done) =>
      fileDialogs.push({ options, answer: (filePaths) => done({ canceled: filePaths.length === 0, filePaths }) }),
    ),
  // Before `ready` on Linux it goes to standard error; afterwards it waits until it is read.
  showErrorBox: (title, content) => void errors.push({ title, content }),
};
