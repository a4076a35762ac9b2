import type { KnownPerson, RoomView, SettingsView, SourceSummary } from '../shared/bridge.ts';
import { directCapability } from '../shared/protocol/lane-messages.ts';
import type { Reason } from '../shared/reasons.ts';
import type { RoomGuard } from '../shared/room-guard.ts';
import { hasEnded, type LaneView, type NetworkView, type NoLaneReason, type TransferView } from '../shared/views.ts';
import { makeFolders } from './files/make-folders.ts';
import type { UserFs } from './files/user-fs.ts';
import { type Identity, openIdentity } from './identity.ts';
import { createDirectLanes } from './lane/direct/direct-lanes.ts';
import type { DirectParts } from './lane/direct/own-socket.ts';
import { createLaneViews } from './lane-views.ts';
import { createListeners } from './listeners.ts';
import { createOffers, type Offers } from './offers.ts';
import { createPeople, type People, type PeopleReporter } from './people.ts';
import { createPersonSettings, folderLabel, mayDirect, type PersonSettings } from './person-settings.ts';
import { createPersonWords, type PersonWords } from './person-words.ts';
import { createRoomKeeper, type RoomKeeper, type RoomKeeperOptions } from './room-keeper.ts';
import { type KnownPeople, openKnownPeople } from './storage/known-people.ts';
import { openSettings, type StoredSettings } from './storage/settings.ts';
import { createEngine, type Engine } from './transfer/engine.ts';
import type { EngineWorld } from './transfer/engine-world.ts';

export interface CoreOptions {
  /** Where settings and the installation's key are kept; absolute. */
  dataDir: string;
  /** Where received files go unless something else is set; absolute. */
  defaultDownloads: string;
  /** Stands above what is stored, for this run. */
  settings: StoredSettings;
  /** How it reaches the users' files. */
  fs: UserFs;
  world: EngineWorld;
  /** See `deriveRoomKeys`, which takes a good part of a second. */
  roomKeys: RoomKeeperOptions['roomKeys'];
  /** What direct lanes are made with on this computer; null where they cannot be. */
  direct: DirectParts | null;
  /** What a listener threw. */
  onListenerError(error: unknown): void;
}

/** What the core tells its clients, each of what it cares for. It hears nothing back but by the calls of `Core`. */
export interface CoreListener {
  room(room: RoomView | null, guard: RoomGuard): void;
  /** At every change of state, and of progress several times a second. */
  transfer(view: TransferView): void;
  /** Off the list: nothing more comes of it. */
  transferGone(id: string): void;
  /** All that is offered to everyone now, or waits for a room. */
  standing(sources: readonly SourceSummary[]): void;
  settings(view: SettingsView): void;
  /** What carries the bytes to each of those who can be reached. */
  lanes(views: readonly LaneView[]): void;
  known(people: readonly KnownPerson[]): void;
  /** As a reporter sees it; null when one has gone. */
  network(network: NetworkView | null): void;
  /** Something a person should read once. */
  notice(reason: Reason): void;
  /** What waited for the room cannot be offered in it; a notice says so too. */
  notOffered(reason: Reason): void;
}

/** Whose word it is what the network is like; see `PeopleReporter`. */
export interface Reporter extends Omit<PeopleReporter, 'members'> {
  network(view: NetworkView): void;
}

/**
 * The application without anything to show it: who this is, the room, the people in it, and the transfers. A page, the
 * command line and the desktop are clients of it, and so is a peer without a page.
 */
export interface Core {
  /** Told from now on, behind those who came before; the returned function ends it. One that throws costs nobody else anything. */
  listen(listener: Partial<CoreListener>): () => void;
  readonly identity: Identity;
  readonly settings: PersonSettings;
  /** What hellos are to name of this side, as the settings are now; what a page itself can comes on top. */
  readonly capabilities: readonly string[];
  readonly known: KnownPeople;
  readonly words: PersonWords;
  readonly room: RoomKeeper;
  readonly people: Pick<People, 'here' | 'lanesTo' | 'listen'>;
  readonly lanes: readonly LaneView[];
  readonly offers: Offers;
  readonly transfers: Pick<
    Engine,
    'list' | 'contents' | 'answer' | 'pause' | 'resume' | 'cancel' | 'forget' | 'location'
  >;
  reporter(): Reporter;
  notice(reason: Reason): void;
  /** Ends transfers, tells the people here, leaves the disk in order; see `Engine.close`. Clients are told to the end. */
  close(): Promise<void>;
}

export async function createCore(options: CoreOptions): Promise<Core> {
  const { world, fs, onListenerError } = options;
  const listeners = createListeners<CoreListener>(onListenerError);
  const identity = await openIdentity(options.dataDir);
  const store = await openSettings(options.dataDir, options.defaultDownloads, options.settings);
  const settings = createPersonSettings(store, (view) => {
    listeners.tell((each) => each.settings?.(view));
    lanes.refresh();
    directLanes.refresh();
  });
  const stored = await openKnownPeople(options.dataDir);
  // A folder that cannot be made is said when something is to go there.
  await makeFolders(store.current.downloads).catch(() => undefined);

  const engine = createEngine({
    world,
    incomingFolder: () => store.current.downloads,
    folderLabel,
    shouldAccept: () => store.current.accept === 'all',
    onNotAccepted: (_offer, reason) => notice(reason),
    onChange(view) {
      listeners.tell((each) => each.transfer?.(view));
      lanes.moved(view.peer.key);
    },
    onForgotten: (id) => listeners.tell((each) => each.transferGone?.(id)),
    onLaneWord: ({ key }, word) => directLanes.hear(key, word),
    onListenerError,
  });
  const people = createPeople({
    needed: () => new Set(engine.list().flatMap((view) => (hasEnded(view) ? [] : view.peer.key))),
    onListenerError,
  });
  people.listen({ reached: engine.attach, renamed: engine.renamed, parted: engine.parted });
  const lanes = createLaneViews({
    people,
    ownReason: noLane,
    carrier: engine.carrier,
    onChange: (views) => listeners.tell((each) => each.lanes?.(views)),
  });
  const directLanes = createDirectLanes({
    parts: options.direct,
    world,
    ownKey: identity.key,
    sign: identity.signLane,
    allowed: () => mayDirect(store.current),
    iceServers: () => store.current.iceServers,
    say: engine.sayOnLane,
    onLane(key, lane) {
      if (!people.join(key, lane)) lane.close();
    },
    onNews: lanes.learn,
  });
  people.listen({ linked: directLanes.linked, unlinked: directLanes.unlinked, parted: directLanes.parted });
  const offers = createOffers({
    engine,
    people,
    fs,
    onStanding: (sources) => listeners.tell((each) => each.standing?.(sources)),
    onNotOffered(reason) {
      notice(reason);
      listeners.tell((each) => each.notOffered?.(reason));
    },
  });
  listeners.add({ transfer: offers.transferChanged });
  const room = createRoomKeeper({
    randomBytes: world.randomBytes,
    roomKeys: options.roomKeys,
    onChange(view, guard, moved) {
      people.roomLeft();
      directLanes.leave();
      offers.roomChanged(view !== null, moved);
      listeners.tell((each) => each.room?.(view, guard));
    },
  });

  /** Why this side makes no direct lane. */
  function noLane(): NoLaneReason | null {
    if (!mayDirect(store.current)) return 'off';
    return options.direct ? null : 'no-addon';
  }

  function notice(reason: Reason): void {
    listeners.tell((each) => each.notice?.(reason));
  }

  async function changeKnown(change: Promise<void>): Promise<void> {
    await change;
    listeners.tell((each) => each.known?.(stored.list));
  }

  return {
    listen: listeners.add,
    identity,
    settings,
    get capabilities() {
      return noLane() === null ? [directCapability] : [];
    },
    known: {
      get list() {
        return stored.list;
      },
      add: (person) => changeKnown(stored.add(person)),
      remove: (key) => changeKnown(stored.remove(key)),
    },
    words: createPersonWords(),
    room,
    people,
    get lanes() {
      return lanes.list;
    },
    offers,
    transfers: engine,
    reporter() {
      const { reached, answered, members, gone } = people.reporter();
      return {
        reached,
        answered,
        network(view) {
          members(view.members);
          listeners.tell((each) => each.network?.(view));
        },
        gone() {
          gone();
          listeners.tell((each) => each.network?.(null));
        },
      };
    },
    notice,
    async close() {
      const ended = engine.close();
      // Whoever waits for the page to read a file waits no longer: it may never answer.
      offers.close();
      await ended;
      await directLanes.close();
    },
  };
}
