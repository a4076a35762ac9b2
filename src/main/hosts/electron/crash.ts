import type { BrowserWindow } from 'electron';
import { createCrashGuard } from './crash-guard.ts';
import type { Page } from './page.ts';

/** What a person is asked about a page that crashes or hangs; null where nobody is there to be asked. */
export interface CrashQuestions {
  /** It crashed again and again: true to open it once more, false to quit. */
  keepsCrashing(): Promise<boolean>;
  /** It does not answer: true to open it anew, false to wait. Withdrawn when it answers again. */
  unresponsive(answersAgain: AbortSignal): Promise<boolean>;
}

/** Reopens a page whose process died; it comes back into its room by itself. */
export function surviveCrashes(
  window: BrowserWindow,
  page: Page,
  options: { questions: CrashQuestions | null; quit(): void; log(line: string): void },
): void {
  const { questions, quit, log } = options;
  const contents = window.webContents;
  const worthReopening = createCrashGuard(() => Date.now());
  let answersAgain: AbortController | null = null;

  function reload(): void {
    if (!contents.isDestroyed()) contents.reload();
  }

  async function giveUp(): Promise<void> {
    if (await questions?.keepsCrashing()) reload();
    else quit();
  }

  async function offerToReopen(signal: AbortSignal): Promise<void> {
    if (!(await questions?.unresponsive(signal)) || signal.aborted || contents.isDestroyed()) return;
    // Its end is a crash like any other, and it is reopened as after one.
    contents.forcefullyCrashRenderer();
  }

  contents.on('render-process-gone', (_event, { reason }) => {
    answersAgain?.abort();
    page.gone();
    log(`page gone: ${reason}`);
    if (reason === 'clean-exit') return;
    if (worthReopening()) reload();
    else void giveUp();
  });
  contents.on('unresponsive', () => {
    log('page unresponsive');
    if (answersAgain && !answersAgain.signal.aborted) return;
    answersAgain = new AbortController();
    void offerToReopen(answersAgain.signal);
  });
  contents.on('responsive', () => {
    log('page responsive');
    answersAgain?.abort();
  });
}
