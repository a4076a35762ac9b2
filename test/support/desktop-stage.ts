import { afterEach } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/main/broker/embedded.ts';
import { type Desktop, type DesktopOptions, startDesktop } from './desktop.ts';

/** The desktop apps and brokers of one test; everything ends after it. */
export interface DesktopStage {
  broker(): Promise<EmbeddedBroker>;
  /** With folders of its own and no STUN. */
  app(args: readonly string[], options?: DesktopOptions): Promise<Desktop>;
}

export function createDesktopStage(): DesktopStage {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  return {
    async broker() {
      const broker = await startEmbeddedBroker();
      endings.push(() => broker.close());
      return broker;
    },
    async app(args, options) {
      const app = await startDesktop(['--ice-server', 'none', ...args], options);
      endings.push(() => app.stop());
      return app;
    },
  };
}
