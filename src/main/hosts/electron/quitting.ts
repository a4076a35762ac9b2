import { cutShortExitCode } from '../../end-signals.ts';
import { endInOrder } from '../../ending.ts';

export interface Quitting {
  /** Ends the app, with 0 unless another code is given; a person may be asked first, and may refuse. */
  request(options: { ask: boolean; exitCode?: number }): Promise<void>;
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

  async function end(exitCode: number): Promise<void> {
    let code = exitCode;
    try {
      if (!(await endInOrder(options.steps))) code = cutShortExitCode;
    } catch {
      code = 1;
    }
    options.exit(code);
  }

  return {
    async request({ ask, exitCode = 0 }) {
      if (ask && !ending && options.transferring()) {
        if (asking) return;
        asking = true;
        const quits = await options.confirm();
        asking = false;
        if (!quits) return;
      }
      ending ??= end(exitCode);
      await ending;
    },
  };
}
