import { createApp } from '../../src/main/app.ts';
import { parseCommandLine } from '../../src/main/command-line.ts';
import { nodeFs } from '../../src/main/files/user-fs.ts';
import { attachPage } from './page-in-node.ts';

/** The app in a new room at a broker of its own, with all that a page does for it but the screen, in this process. */
export interface AppInNode {
  readonly code: string;
  readonly broker: string;
  /** Offers these paths to everybody who is here or comes. */
  send(...paths: string[]): Promise<void>;
  close(): Promise<void>;
}

export async function startAppInNode(dataDir: string, downloads: string): Promise<AppInNode> {
  const argv = ['--room', 'new', '--broker', 'embedded', '--ice-server', 'none', '--accept', 'all'];
  const app = await createApp({
    host: {
      kind: 'browser',
      dialogs: false,
      showInFolder: false,
      localNetworkGate: false,
      fs: nodeFs,
      pickPaths: async () => [],
      pickFolder: async () => null,
      revealPath: () => undefined,
      notify: () => undefined,
      setActivity: () => undefined,
    },
    plan: parseCommandLine([...argv, '--downloads', downloads], dataDir),
    dataDir,
    defaultDownloads: downloads,
    version: '1',
    output: { emit: () => undefined },
  });

  const { session, bridge, state } = await attachPage(app.connect);
  const { room } = state;
  const [broker] = state.settings.brokers;
  if (!room || !broker) throw new Error('the app is in a room');

  return {
    code: room.code,
    broker,
    async send(...paths) {
      const { id } = await session.sourceFromPaths(paths);
      await bridge.call('offer', { source: id, sessions: [] });
    },
    close: () => app.close(),
  };
}
