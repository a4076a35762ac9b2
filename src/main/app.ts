import { type Reason, reasonOf } from '../shared/reasons.ts';
import { reasonLine } from '../shared/text.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from './broker/embedded.ts';
import type { Plan } from './command-line.ts';
import { serveCommandLine } from './command-line-client.ts';
import { type CoreOptions, createCore } from './core.ts';
import type { EventOutput } from './events.ts';
import { createDisk, type Disk } from './files/disk.ts';
import type { Host, PageConnection, PageSession } from './host.ts';
import { loadDirectParts } from './lane/direct/direct-parts.ts';
import { createLocalNetworkWatch } from './local-network.ts';
import { createMoving } from './moving.ts';
import { createNotifier } from './notifier.ts';
import { createPageDesk } from './page-desk.ts';
import { deriveRoomKeys } from './room-keys.ts';
import { createSystemWorld } from './system-world.ts';

export interface AppOptions {
  host: Host;
  plan: Plan;
  /** Where settings and the installation's key are kept; absolute. */
  dataDir: string;
  /** Where received files go unless something else is set; absolute. */
  defaultDownloads: string;
  version: string;
  output: EventOutput;
  /** A line of a log that people pass on: it names no room, no person and no file of theirs. */
  log?(line: string): void;
  /** Where received files go; the system's, unless a test has another. */
  disk?: Disk;
  /** What a room's code becomes; made the dear way, unless a test has another. */
  roomKeys?: CoreOptions['roomKeys'];
}

/** The application without a window: everything of main that is the same in each host. */
export interface App {
  /** A page has connected; it becomes the app's page once it attaches. */
  connect(page: PageConnection): PageSession;
  /**
   * Offers more paths to everyone, now or in the next room, where they wait visibly until then: of a second start, of a
   * file dropped on the app's icon. Rejects as `Outbox.addPaths`.
   */
  receivePaths(paths: readonly string[]): Promise<void>;
  /** Leaves the room it is in, if another one. Rejects as the page's calls do. */
  enterRoom(wanted: { kind: 'new' } | { kind: 'code'; code: string }): Promise<void>;
  readonly roomCode: string | null;
  /** Calls once, when a room is entered, or at once in one. */
  onRoom(listener: () => void): void;
  /** Something the person should read once. */
  notice(reason: Reason): void;
  /** Address of the broker this run has started, if any. */
  readonly broker: string | null;
  readonly inRoom: boolean;
  readonly transferring: boolean;
  /** Resolves with the exit code when a run that is to end by itself has done what it was for; else never. */
  readonly done: Promise<number>;
  /**
   * Ends transfers, tells the people here, leaves the disk in order. Resolves also when a disk never answers: after the
   * engine's `closeWithinMs`, with what could not be tidied left behind.
   */
  close(): Promise<void>;
}

export async function createApp(options: AppOptions): Promise<App> {
  const { host, plan, output } = options;
  const direct = await loadDirectParts();
  if (!direct.parts) options.log?.(`no direct lane: ${direct.why}`);
  const broker = plan.brokers?.includes('embedded') ? await startEmbeddedBroker() : null;
  const core = await createCore({
    dataDir: options.dataDir,
    defaultDownloads: options.defaultDownloads,
    settings: fromCommandLine(plan, broker),
    fs: host.fs,
    world: createSystemWorld(options.disk ?? createDisk(host.fs)),
    roomKeys: options.roomKeys ?? deriveRoomKeys,
    direct: direct.parts,
    onListenerError: (error) => output.emit({ event: 'error', message: reasonLine(reasonOf(error)) }),
  });
  // Told in this order: what a script reads must not wait for a window.
  const commandLine = serveCommandLine({ core, plan, output, now: () => Date.now() });
  const desk = createPageDesk({ core, host, version: options.version, onAttach: commandLine.pageAttached });
  const moving = createMoving(host.setActivity);
  core.listen(createNotifier(host.notify));
  core.listen(moving);
  if (host.localNetworkGate) {
    core.listen({ network: createLocalNetworkWatch(() => core.notice({ code: 'local-network-closed' })) });
  }
  await enterRoom(plan.room);

  async function enterRoom(wanted: Plan['room']): Promise<void> {
    if (wanted.kind === 'new') await core.room.create();
    if (wanted.kind === 'code') await core.room.join(wanted.code);
  }

  return {
    connect: desk.connect,
    receivePaths: core.offers.give,
    enterRoom,
    notice: core.notice,
    onRoom(listener) {
      if (core.room.current) return listener();
      const stop = core.listen({
        room(room) {
          if (!room) return;
          stop();
          listener();
        },
      });
    },
    get roomCode() {
      return core.room.current?.code ?? null;
    },
    broker: broker?.url ?? null,
    get inRoom() {
      return core.room.current !== null;
    },
    get transferring() {
      return moving.any;
    },
    done: commandLine.done,
    async close() {
      await core.close();
      await desk.sayGoodbye();
      desk.close();
      await broker?.close();
    },
  };
}

function fromCommandLine(plan: Plan, broker: EmbeddedBroker | null) {
  return {
    ...(plan.name !== null && { name: plan.name }),
    ...(plan.downloads !== null && { downloads: plan.downloads }),
    ...(plan.iceServers !== null && { iceServers: [...plan.iceServers] }),
    ...(plan.accept !== null && { accept: plan.accept }),
    ...(plan.brokers !== null && {
      brokers: plan.brokers.map((url) => (url === 'embedded' && broker ? broker.url : url)),
    }),
  };
}
