import { createContext, runInContext } from 'node:vm';
import { type ToStandIn, tellTest } from './config.ts';

/** Lets the test that started this process run functions of the `electron` module in it. */
export function obeyTest(electron: unknown): void {
  const context = createContext({ __name: (named: unknown) => named, process, console, setTimeout });
  process.on('message', async ({ id, source, argument }: ToStandIn) => {
    try {
      const run: unknown = runInContext(`(${source})`, context);
      const value: unknown = typeof run === 'function' ? await run(electron, argument) : undefined;
      tellTest({ kind: 'evaluated', id, value });
    } catch (error) {
      tellTest({
        kind: 'failed',
        id,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  });
  // The test's end is this process's end, not the other way round.
  process.channel?.unref();
  process.on('disconnect', () => process.exit(0));
}
