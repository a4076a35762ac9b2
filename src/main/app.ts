import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { SettingsView, SourceSummary } from '../shared/bridge.ts';
import { type Reason, reasonOf } from '../shared/reasons.ts';
import { reasonLine, reasonText, text } from '../shared/text.ts';
import { hasEnded, type NetworkView, type TransferView } from '../shared/views.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from './broker/embedded.ts';
import type { Plan } from './command-line.ts';
import { createPeerReporter, createTransferReporter, type EventOutput, type TransferReporter } from './events.ts';
import { createExitWhenDone } from './exit-when-done.ts';
import { createDisk, type Disk } from './files/disk.ts';
import { makeFolders } from './files/make-folders.ts';
import type { Host, PageConnection, PageSession } from './host.ts';
import { openIdentity } from './identity.ts';
import { suspectsLocalNetwork } from './local-network.ts';
import { createOutbox } from './outbox.ts';
import { createPageDesk } from './page-desk.ts';
import { createPersonWords } from './person-words.ts';
import { createRoomKeeper } from './room-keeper.ts';
import { openKnownPeople } from './storage/known-people.ts';
import { openSettings } from './storage/settings.ts';
import { createSystemWorld } from './system-world.ts';
import { createEngine } from './transfer/engine.ts';
import { guarded } from './transfer/telling.ts';
import { createWaitingPaths } from './waiting-paths.ts';

export interface AppOptions {
  host: Host;
  plan: Plan;
  /** Where settings and the installation's key are kept; absolute. */
  dataDir: string;
  /** Where received files go unless something else is set; absolute. */
  defaultDownloads: string;
  version: string;
  output: EventOutput;
  /** Where received files go; the system's, unless a test has another. */
  disk?: Disk;
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
  const identity = await openIdentity(options.dataDir);
  const broker = plan.brokers?.includes('embedded') ? await startEmbeddedBroker() : null;
  const settings = await openSettings(options.dataDir, options.defaultDownloads, fromCommandLine(plan, broker));
  const known = await openKnownPeople(options.dataDir);

  let finish: (exitCode: number) => void = () => undefined;
  const done = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const exitWhenDone = plan.exitWhenDone ? createExitWhenDone({ sends: plan.paths.length > 0, done: finish }) : null;

  /** Transfers whose bytes flow now. */
  const moving = new Map<string, TransferView>();
  const reportTransfer = createTransferReporter(output, () => Date.now());
  const reportPeers = createPeerReporter(output);

  // A folder that cannot be made is said when something is to go there.
  await makeFolders(settings.current.downloads).catch(() => undefined);
  const engine = createEngine({
    world: createSystemWorld(options.disk ?? createDisk(host.fs)),
    incomingFolder: () => settings.current.downloads,
    folderLabel,
    shouldAccept: () => settings.current.accept === 'all',
    onNotAccepted: (_offer, reason) => notice(reason),
    onChange(view) {
      if (isMoving(view)) moving.set(view.id, view);
      else moving.delete(view.id);
      if (hasEnded(view)) outbox.transferEnded(view.id);
      tellEach(
        () => reportTransfer.report(view),
        () => desk.emit('transfer', { transfer: view }),
        () => notifier.report(view),
        () => host.setActivity({ transferring: moving.size > 0, fraction: fractionOf([...moving.values()]) }),
        () => exitWhenDone?.transfer(view),
      );
    },
    onForgotten(id) {
      tellEach(
        () => reportTransfer.forget(id),
        () => notifier.forget(id),
        () => desk.emit('transferGone', { id }),
      );
    },
    onListenerError: screenFailed,
  });
  const outbox = createOutbox(engine, () => showStanding(), host.fs);
  const notifier = createNotifier(host);

  const waiting = createWaitingPaths(outbox.addPaths, showStanding);
  const room = createRoomKeeper((view, moved) => {
    desk.roomLeft();
    if (moved) outbox.moveRoom();
    else {
      stays++;
      outbox.leaveRoom();
    }
    if (view) {
      output.emit({ event: 'room', code: view.code });
      for (const listener of atNextRoom.splice(0)) listener();
      for (const paths of [...unoffered.splice(0), ...waiting.take()]) {
        offerPaths(paths).catch((error: unknown) => {
          notice(reasonOf(error));
          exitWhenDone?.failed();
        });
      }
    }
    desk.emit('room', { room: view, guard: room.guard });
  });

  /** Of the command line: they come with their room. */
  const unoffered: (readonly string[])[] = plan.paths.length > 0 ? [plan.paths] : [];
  const atNextRoom: (() => void)[] = [];
  /** Counts rooms, but not the codes that one is renewed by. */
  let stays = 0;
  let gateTold = false;
  let started = false;
  let closing = false;

  function standing(): readonly SourceSummary[] {
    return room.current ? outbox.standing : waiting.list;
  }

  function showStanding(): void {
    desk.emit('standing', { sources: [...standing()] });
  }

  async function offerPaths(paths: readonly string[]): Promise<void> {
    const given = stays;
    try {
      const source = await outbox.addPaths(paths);
      outbox.offer(source.id, null);
    } catch (error) {
      // Whoever has left meanwhile no longer wants it offered.
      if (!closing && stays === given) throw error;
    }
  }

  /** A window that is being destroyed, a desktop without notifications: each of these may throw, and none is missed for another. */
  function tellEach(...listeners: (() => void)[]): void {
    for (const listener of listeners) guarded(listener, screenFailed);
  }

  function screenFailed(error: unknown): void {
    output.emit({ event: 'error', message: reasonLine(reasonOf(error)) });
  }

  function notice(reason: Reason): void {
    output.emit({ event: 'error', message: reasonLine(reason) });
    desk.notice(reason);
  }

  const reportBrokers = createBrokerReporter(output);
  const desk = createPageDesk({
    host,
    version: options.version,
    identity,
    settings,
    settingsView,
    known,
    words: createPersonWords(),
    room,
    engine,
    outbox,
    standing,
    withdraw: (id) => void (waiting.remove(id) || outbox.withdraw(id)),
    notice,
    onNetwork(network) {
      if (network && host.localNetworkGate && !gateTold && suspectsLocalNetwork(network)) {
        gateTold = true;
        notice({ code: 'local-network-closed' });
      }
      reportPeers(network?.members ?? []);
      if (network) reportBrokers(network);
      exitWhenDone?.members(network?.members ?? null);
    },
    async onAttach() {
      if (plan.room.kind === 'none' && (plan.json || plan.paths.length > 0) && !started && !room.current) {
        started = true;
        await room.create();
      }
    },
  });
  function settingsView(): SettingsView {
    const { name, downloads, brokers, iceServers, accept } = settings.current;
    return { name, downloads: folderLabel(downloads), brokers: [...brokers], iceServers: [...iceServers], accept };
  }

  if (plan.room.kind === 'new') await room.create();
  if (plan.room.kind === 'code') await room.join(plan.room.code);

  return {
    connect: desk.connect,
    async receivePaths(paths) {
      if (room.current) await offerPaths(paths);
      else await waiting.add(paths);
    },
    async enterRoom(wanted) {
      if (wanted.kind === 'new') await room.create();
      else await room.join(wanted.code);
    },
    notice,
    onRoom(listener) {
      if (room.current) listener();
      else atNextRoom.push(listener);
    },
    get roomCode() {
      return room.current?.code ?? null;
    },
    broker: broker?.url ?? null,
    get inRoom() {
      return room.current !== null;
    },
    get transferring() {
      return moving.size > 0;
    },
    done,
    async close() {
      closing = true;
      const ended = engine.close();
      // Whoever waits for the page to read a file waits no longer: it may never answer.
      outbox.close();
      await ended;
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

/** A folder as a person knows it: `~/Downloads`. */
function folderLabel(path: string): string {
  const home = homedir();
  return path === home || path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

function isMoving(view: TransferView): boolean {
  return view.state === 'running' || view.state === 'verifying';
}

function fractionOf(moving: readonly TransferView[]): number | null {
  const total = moving.reduce((sum, view) => sum + view.total, 0);
  return total > 0 ? moving.reduce((sum, view) => sum + view.bytes, 0) / total : null;
}

/** What is worth a system notification: a request that waits for an answer, and an end. */
function createNotifier(host: Host): TransferReporter {
  const told = new Map<string, TransferView['state']>();
  return {
    report(view) {
      if (told.get(view.id) === view.state) return;
      told.set(view.id, view.state);
      if (view.state === 'offered' && view.direction === 'in') {
        host.notify(text.request.from(view.peer.name), view.title);
      }
      if (view.state === 'done' && view.direction === 'in') host.notify(text.brand.name, view.title);
      if (view.state === 'failed' && view.reason) host.notify(view.title, reasonText(view.reason).title);
    },
    forget: (id) => void told.delete(id),
  };
}

/** Says once that no broker can be reached, and again only after one could. */
function createBrokerReporter(output: EventOutput): (network: NetworkView) => void {
  let told = false;
  return ({ brokers }) => {
    if (brokers.some((broker) => broker.state === 'connected')) told = false;
    const reason = brokers[0]?.reason;
    if (told || !reason || !brokers.every((broker) => broker.state === 'waiting')) return;
    told = true;
    output.emit({ event: 'error', message: reasonLine(reason) });
  };
}
