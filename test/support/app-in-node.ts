import * as v from 'valibot';
import { createApp } from '../../src/main/app.ts';
import { parseCommandLine } from '../../src/main/command-line.ts';
import { nodeFs } from '../../src/main/files/user-fs.ts';
import { createMeeting } from '../../src/renderer/meeting.ts';
import { type Bridge, type CallName, calls, type EventName, events } from '../../src/shared/bridge.ts';
import { nodeWorld } from './connect-world.ts';
import { portPair } from './ports.ts';

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

  const listeners = new Map<EventName, (data: unknown) => void>();
  const session = app.connect({
    emit: (name, data) => listeners.get(name)?.(data),
    alive: async () => true,
    close: () => undefined,
  });
  const bridge: Bridge = {
    call: async (name, input) => outputOf(name, await session.call(name, input)),
    on(name, listener) {
      listeners.set(name, (data) => listener(v.parse(events[name], data)));
      return () => listeners.delete(name);
    },
    openPort(purpose) {
      const [main, page] = portPair();
      session.port(purpose, main);
      return page;
    },
    onConnection: () => () => undefined,
  };
  const meeting = createMeeting(bridge, nodeWorld, {
    onNetwork: (network) => void bridge.call('networkReport', network).catch(() => undefined),
    onGuardView: () => undefined,
  });
  bridge.on('ending', () => void meeting.leave().then(() => bridge.call('ended', {})));
  const state = await bridge.call('attach', { takeOver: false });
  const { room } = state;
  const [broker] = state.settings.brokers;
  if (!room || !broker) throw new Error('the app is in a room');
  meeting.follow(state);

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

function outputOf<N extends CallName>(name: N, value: unknown): v.InferOutput<(typeof calls)[N]['output']> {
  return v.parse(calls[name].output, value);
}
