import type { LaneWord } from '../../shared/protocol/lane-messages.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { type Reason, ReasonError } from '../../shared/reasons.ts';
import type { ContentsPage, FolderRef, Person, TransferView } from '../../shared/views.ts';
import type { Source } from '../files/source.ts';
import type { Lane, LaneTerms } from '../lane/lane.ts';
import { listFolder } from './contents.ts';
import { createDepartures } from './departures.ts';
import type { EngineWorld } from './engine-world.ts';
import type { IncomingRecord } from './incoming-record.ts';
import { createLaneTraffic, type LaneTraffic } from './lane-traffic.ts';
import { createLaneWords } from './lane-words.ts';
import { createNewcomers } from './newcomers.ts';
import { createOutgoing } from './outgoing.ts';
import { createPeerLanes } from './peer-lanes.ts';
import { createRouting } from './routing.ts';
import { isEnded, type Parting, stateOf } from './state.ts';
import { createTelling } from './telling.ts';
import { createTransferList } from './transfer-list.ts';

export interface EngineOptions {
  world: EngineWorld;
  /** Absolute path of the downloads folder, asked at each acceptance. */
  incomingFolder(): string;
  /** A folder as text for a person. */
  folderLabel(path: string): string;
  /** True: accept by itself. */
  shouldAccept(offer: TransferView): boolean;
  /*
   * Those below are told what has happened, in order and soon after, never in the middle of it. What one throws goes to
   * `onListenerError`; the transfers and the other listeners do not notice.
   */
  /** It should have been accepted by itself and cannot be: it waits for the person. */
  onNotAccepted(offer: TransferView, reason: Reason): void;
  /** At every change of state, as it was then; progress at most every `limits.progressIntervalMs` for each transfer. */
  onChange(view: TransferView): void;
  onForgotten(id: string): void;
  /** This person says something of lanes, on the one of kind `channel`: a few times a second at most. */
  onLaneWord(peer: Person, word: LaneWord): void;
  onListenerError(error: unknown): void;
}

export interface Engine {
  /** A lane to this installation's key is up and owned by the engine; it replaces an older one of its kind. */
  attach(peer: Person, lane: Lane): void;
  /** This person, or this computer, has left the room: transfers that are not over wait until the two meet again. */
  parted(peerKey: string, why: Parting): void;
  /** Says something of lanes to this person, on the one of kind `channel`; false when there is none. */
  sayOnLane(peerKey: string, word: LaneWord): boolean;
  /**
   * By which kind of lane what is under way with this person goes: `channel` if any of it does. If nothing is, by which it
   * would; null when no lane leads to them.
   */
  carrier(peerKey: string): LaneTerms['kind'] | null;
  /** The person with this key is called so from now on. */
  renamed(peerKey: string, name: string): void;
  /**
   * Offers a source to one person, also when no lane is up; gives the transfer's id. Throws a `ReasonError`:
   * `nothing-to-send`, `too-many-entries`, `too-deep`, `file-name-refused`.
   */
  offer(source: Source, peer: Person): TransferView['id'];
  /**
   * All that must be known of an incoming transfer to `restore` it in another process; null unless it is accepted and not
   * over. Alive: it changes as the transfer goes on. See `incoming-record-codec.ts`.
   */
  record(id: string): IncomingRecord | null;
  /** An incoming transfer of an earlier engine goes on as soon as its sender is here. Throws a `ReasonError`. */
  restore(record: IncomingRecord): void;
  /** Rejects with a `ReasonError`: `request-invalid`, or what the disk says of the folder; the offer then stands. */
  answer(id: string, accept: boolean): Promise<void>;
  /** See `listFolder`; rejects with `transfer-unknown`, also when the transfer has ended. */
  contents(id: string, folder: FolderRef | null, after: number | null): Promise<ContentsPage>;
  /** These throw `transfer-unknown`; what means nothing in the transfer's state does nothing. */
  pause(id: string): void;
  resume(id: string): void;
  cancel(id: string): void;
  /** Takes an ended transfer off the list. */
  forget(id: string): void;
  /** Absolute path of the first thing that arrived. */
  location(id: string): string | null;
  list(): TransferView[];
  /**
   * Cancels what runs and tells the peers; resolves when no file is open and no part is left, or after `closeWithinMs`: a
   * call to a disk that is gone (a dead network mount) may never return. What could not be closed or removed by then is left
   * as it is, a part under its `.roomdrop-part` name.
   */
  close(): Promise<void>;
}

/** Long enough to flush and remove what a slow disk holds, short enough for somebody who waits for the app to go. */
export const closeWithinMs = 10_000;
export function createEngine(options: EngineOptions): Engine {
  const { world } = options;
  const telling = createTelling(options.onListenerError);
  const transfers = createTransferList({
    world,
    onChange: (view) => telling.tell(() => options.onChange(view)),
    onForgotten: (id) => telling.tell(() => options.onForgotten(id)),
  });
  const lanes = createPeerLanes({
    world,
    up(traffic) {
      departures.back(traffic.peer.key);
      for (const transfer of transfers.with(traffic.peer.key)) transfer.laneUp(traffic);
    },
    moved(to, canStay) {
      for (const transfer of transfers.with(to.peer.key)) {
        const { lane, direction } = transfer;
        // One that has just been added is given its lane by whoever adds it.
        const stays = lane === null || lane === to || (direction === 'in' && canStay(lane));
        if (!stays) transfer.laneMoved(to, 'us');
      }
    },
    down(key) {
      laneWords.down(key);
      departures.left(key);
      for (const transfer of transfers.with(key)) {
        transfer.laneDown();
        // An offer whose first page never came: nobody saw it, and its sender will say it again.
        if (!transfers.isShown(transfer.id)) transfers.discard(transfer);
      }
    },
  });
  const laneWords = createLaneWords({
    now: world.now,
    lanes,
    heard: (peer, word) => telling.tell(() => options.onLaneWord(peer, word)),
  });
  const newcomers = createNewcomers({
    ...options,
    transfers,
    isHere: lanes.isUp,
    onNotAccepted: (view, reason) => telling.tell(() => options.onNotAccepted(view, reason)),
  });
  const routing = createRouting({ transfers, lanes, offered: newcomers.offered });
  const departures = createDepartures({
    after: world.after,
    patienceMs: limits.undecidedOfferMs,
    gone: (key) => {
      for (const transfer of [...transfers.incoming.values()])
        if (transfer.peerKey === key && transfer.undecided) transfers.withdraw(transfer);
    },
  });
  let closing = false;

  return {
    attach(peer, lane) {
      if (closing) return lane.close();
      const traffic: LaneTraffic = createLaneTraffic({
        peer,
        lane,
        world,
        handlers: {
          control: (message) => closing || routing.control(traffic, message),
          malformedOffer: (offer) => closing || routing.malformedOffer(traffic, offer),
          laneWord: (word) => closing || laneWords.hear(traffic, word),
          block: (block) => closing || routing.block(traffic, block),
          busy: () => lanes.busy(traffic),
          closed: () => lanes.closed(traffic),
        },
      });
      lanes.attach(traffic);
      traffic.start();
    },
    parted(peerKey, why) {
      for (const transfer of transfers.with(peerKey)) transfer.parted(why);
    },
    sayOnLane: laneWords.say,
    carrier(peerKey) {
      const running = transfers.with(peerKey).filter(({ status }) => stateOf(status) === 'running');
      const slowest = running.find(({ lane }) => lane?.kind === 'channel') ?? running[0];
      return (slowest?.lane ?? lanes.current(peerKey))?.kind ?? null;
    },
    renamed(peerKey, name) {
      for (const transfer of transfers.with(peerKey)) transfer.peerRenamed(name);
    },
    offer(source, peer) {
      const id = Buffer.from(world.randomBytes(16)).toString('hex');
      const transfer = createOutgoing({ id, peer, source, surroundings: transfers.surroundings(id) });
      transfers.add(transfer);
      transfers.show(transfer);
      const traffic = lanes.chosen(peer.key);
      if (traffic) transfer.laneUp(traffic);
      return id;
    },
    record(id) {
      const record = transfers.incoming.get(id)?.record ?? null;
      return record?.folder != null && !isEnded(record.status) ? record : null;
    },
    restore(record) {
      const transfer = newcomers.restored(record);
      const traffic = lanes.chosen(transfer.peerKey);
      if (traffic) transfer.laneUp(traffic);
    },
    async answer(id, accept) {
      transfers.shown(id);
      const transfer = transfers.incoming.get(id);
      if (transfer?.status.phase !== 'offered') throw new ReasonError('request-invalid', { message: 'not offered' });
      if (accept) await transfer.accept(options.incomingFolder(), 0);
      else transfer.decline();
    },
    async contents(id, folder, after) {
      const { contents, status } = transfers.shown(id);
      if (!contents || isEnded(status)) throw new ReasonError('transfer-unknown');
      return listFolder(contents, folder, after, world.pause);
    },
    pause: (id) => transfers.shown(id).pause(),
    resume: (id) => transfers.shown(id).resume(),
    cancel: (id) => transfers.shown(id).cancel({ code: 'cancelled-by-me' }),
    forget: transfers.forget,
    location: (id) => transfers.get(id)?.arrived ?? null,
    list: transfers.views,
    async close() {
      transfers.cancelAll({ code: 'quit' });
      closing = true;
      newcomers.close();
      departures.stop();
      await within(closeWithinMs, transfers.close(), world.after);
      lanes.finish();
      telling.finish();
    },
  };
}

/** Waits for `work`, but no longer than so many ms. */
function within(ms: number, work: Promise<unknown>, after: EngineWorld['after']): Promise<void> {
  return new Promise((done) => {
    const cancel = after(ms, done);
    void work.then(() => {
      cancel();
      done();
    });
  });
}
