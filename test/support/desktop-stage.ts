import { afterEach } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/main/broker/embedded.ts';
import { type Desktop, type DesktopOptions, startDesktop } from './desktop.ts';

export type StartDesktop = (args: readonly string[], options?: DesktopOptions) => Promise<Desktop>;

/** Desktop apps and brokers; everything ends after the test that it was made in. */
export interface DesktopStage {
  broker(): Promise<EmbeddedBroker>;
  /** With folders of its own and no STUN. */
  app(args: readonly string[], options?: DesktopOptions): Promise<Desktop>;
}

/**
 * @param after when everything ends: after each test, unless several stories share their apps.
 * @param start how an app is started: in the stand-in, unless said otherwise.
 */
export function createDesktopStage(
  after: (end: () => Promise<void>) => void = afterEach,
  start: StartDesktop = startDesktop,
): DesktopStage {
  const endings: (() => Promise<unknown>)[] = [];
  after(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  return {
    async broker() {
      const broker = await startEmbeddedBroker();
      endings.push(() => broker.close());
      return broker;
    },
    async app(args, options) {
      const app = await start(['--ice-server', 'none', ...args], options);
      endings.push(() => app.stop());
      return app;
    },
  };
}
