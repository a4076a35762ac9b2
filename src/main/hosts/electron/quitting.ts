import { cutShortExitCode } from '../../end-signals.ts';
import { endInOrder } from '../../ending.ts';

export interface Quitting {
  /** Ends the app; a person may be asked first, and may refuse. */
  request(options: { ask: boolean }): Promise<void>;
}

/**
 * The one way out: asks while bytes flow, puts the files in order, then exits.
 * A request that does not ask (a signal) overtakes a question that is still open.
 */
export function createQuitting(options: {
  transferring(): boolean;
  confirm(): Promise<boolean>;
  /** What puts the files in order, each after the other; given up at a deadline. */
  steps: readonly (() => Promise<unknown>)[];
  exit(code: number): void;
}): Quitting {
  let asking = false;
  let ending: Promise<void> | null = null;

  async function end(): Promise<void> {
    let code = 0;
    try {
      if (!(await endInOrder(options.steps))) code = cutShortExitCode;
    } catch {
      code = 1;
    }
    options.exit(code);
  }

  return {
    async request({ ask }) {
      if (ask && !ending && options.transferring()) {
        if (asking) return;
        asking = true;
        const quits = await options.confirm();
        asking = false;
        if (!quits) return;
      }
      ending ??= end();
      await ending;
    },
  };
}
