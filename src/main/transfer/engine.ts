import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { limits } from '../../shared/protocol/limits.ts';
import type { Control, ControlOf, MalformedOffer } from '../../shared/protocol/transfer-messages.ts';
import { type Reason, ReasonError, reasonOf } from '../../shared/reasons.ts';
import type { ContentsPage, FolderRef, Person, TransferView } from '../../shared/views.ts';
import { endsWithin } from '../deadline.ts';
import { type Disk, systemDisk } from '../files/disk.ts';
import type { DiskSpace } from '../files/disk-space.ts';
import type { Source } from '../files/source.ts';
import type { Lane } from '../lane/lane.ts';
import { listFolder } from './contents.ts';
import { createDepartures } from './departures.ts';
import { createEnded } from './ended.ts';
import { createIncoming, type IncomingTransfer } from './incoming.ts';
import { createLaneTraffic, type LaneTraffic } from './lane-traffic.ts';
import { createOutgoing } from './outgoing.ts';
import { createShowing } from './showing.ts';
import { isEnded, type Parting } from './state.ts';
import { createTelling } from './telling.ts';
import type { Surroundings, Transfer } from './transfer.ts';

export interface EngineOptions {
  /** Milliseconds, never running backwards. */
  clock?: { now(): number };
  /** Calls back once, after so many ms; the returned function takes it back. */
  after?(ms: number, action: () => void): () => void;
  disk?: Disk;
  platform?: NodeJS.Platform;
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
  onListenerError(error: unknown): void;
}

export interface Engine {
  /** A lane to this installation's key is up and owned by the engine; it replaces an older one for the same key. */
  attach(peer: Person, lane: Lane): void;
  /** This person, or this computer, has left the room: transfers that are not over wait until the two meet again. */
  parted(peerKey: string, why: Parting): void;
  /** The person with this key is called so from now on. */
  renamed(peerKey: string, name: string): void;
  /**
   * Offers a source to one person, also when no lane is up; gives the transfer's id. Throws a `ReasonError`:
   * `nothing-to-send`, `too-many-entries`, `too-deep`, `file-name-refused`.
   */
  offer(source: Source, peer: Person): TransferView['id'];
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
/** Ended transfers kept on the list. */
const endedListed = 500;
/** Ended transfers that left the list and are still answered for. */
const endedRemembered = 1000;

export function createEngine(options: EngineOptions): Engine {
  const clock = options.clock ?? performance;
  const disk = options.disk ?? systemDisk;
  const transfers = new Map<string, Transfer>();
  const incoming = new Map<string, IncomingTransfer>();
  const telling = createTelling(options.onListenerError);
  const showing = createShowing({
    now: () => clock.now(),
    onChange: (view) => telling.tell(() => options.onChange(view)),
  });
  const lanes = new Map<string, LaneTraffic>();
  const claimed = new Set<string>();
  const remembered = new Map<string, { peerKey: string; lastWord: Control }>();
  const shrunk = new WeakSet<Transfer>();
  const departures = createDepartures({
    after: options.after ?? afterMs,
    patienceMs: limits.undecidedOfferMs,
    gone: (key) => {
      for (const transfer of [...incoming.values()])
        if (transfer.peerKey === key && transfer.undecided) withdraw(transfer);
    },
  });
  let closing = false;

  function surroundings(id: string): Surroundings {
    return {
      now: () => clock.now(),
      disk,
      platform: options.platform ?? process.platform,
      changed: () => changed(id),
      progressed: () => showing.progressed(id),
    };
  }

  function changed(id: string): void {
    const transfer = transfers.get(id);
    if (!transfer) return;
    showing.changed(id);
    if (!isEnded(transfer.status)) return;
    if (!showing.get(id)) {
      drop(transfer);
      return;
    }
    shrink(transfer);
    const ended = showing.list().filter(({ status }) => isEnded(status));
    for (const oldest of ended.slice(0, Math.max(0, ended.length - endedListed))) forget(oldest.id);
  }

  /** Once it is over, off the disk, and confirmed by a peer who is there, little of it is needed any more. */
  function shrink(transfer: Transfer): void {
    if (shrunk.has(transfer)) return;
    void transfer.released().then(() => {
      const { id, peerKey, status } = transfer;
      const awaitsWord = status.role === 'sender' && status.lane && !status.settled;
      if (transfers.get(id) !== transfer || awaitsWord) return;
      const ended = createEnded(transfer, lanes.get(peerKey) ?? null, surroundings(id));
      shrunk.add(ended);
      transfers.set(id, ended);
      incoming.delete(id);
      showing.replace(ended);
    });
  }

  function discard({ id }: Transfer): void {
    transfers.delete(id);
    incoming.delete(id);
    showing.remove(id);
  }

  /** Unlike what was dropped it is not remembered: whoever offers it again offers it anew. */
  function withdraw({ id }: Transfer): void {
    const shown = showing.get(id);
    const transfer = transfers.get(id);
    if (transfer) discard(transfer);
    if (shown) telling.tell(() => options.onForgotten(id));
  }

  function drop(transfer: Transfer): void {
    discard(transfer);
    remembered.set(transfer.id, { peerKey: transfer.peerKey, lastWord: transfer.lastWord() });
    releasing.add(transfer);
    void transfer.released().finally(() => releasing.delete(transfer));
    for (const oldest of remembered.keys()) {
      if (remembered.size <= endedRemembered) break;
      remembered.delete(oldest);
    }
  }
  /** Off the list, but not yet off the disk. */
  const releasing = new Set<Transfer>();

  function forget(id: string): void {
    const transfer = known(id);
    if (!isEnded(transfer.status)) throw new ReasonError('request-invalid', { message: 'still under way' });
    drop(transfer);
    telling.tell(() => options.onForgotten(id));
  }

  function known(id: string): Transfer {
    const transfer = showing.get(id);
    if (!transfer) throw new ReasonError('transfer-unknown');
    return transfer;
  }

  function control(traffic: LaneTraffic, message: Control): void {
    if (closing) return;
    const id = message.transfer;
    const transfer = transfers.get(id);
    if (transfer) {
      if (transfer.peerKey === traffic.peer.key) {
        transfer.control(message);
        return;
      }
      // Somebody else's: that it exists is none of this peer's business.
      traffic.refuse();
      if (message.type === 'offer') refuseOffer(traffic, message, 'bad-offer');
      return;
    }
    const past = remembered.get(id);
    if (past?.peerKey === traffic.peer.key) {
      if (asksForLastWord.has(message.type)) traffic.answer(past.lastWord);
    } else if (message.type === 'offer') takeOffer(traffic, message);
    else if (message.type === 'query' || message.type === 'cancel') traffic.answer({ type: 'gone', transfer: id });
    else traffic.refuse();
  }

  /** Answered where a well-formed one would be: who waits for an answer would wait as long as the lane lives. */
  function malformedOffer(traffic: LaneTraffic, offer: MalformedOffer): void {
    if (closing) return;
    const transfer = transfers.get(offer.transfer);
    const own = transfer?.peerKey === traffic.peer.key;
    if (own && !isEnded(transfer.status)) {
      incoming.get(transfer.id)?.malformed();
      return;
    }
    if (offer.type !== 'offer') return;
    const past = own ? { peerKey: traffic.peer.key, lastWord: transfer.lastWord() } : remembered.get(offer.transfer);
    if (past?.peerKey === traffic.peer.key) traffic.answer(past.lastWord);
    else refuseOffer(traffic, offer, 'bad-offer');
  }

  function refuseOffer(
    traffic: LaneTraffic,
    offer: Pick<ControlOf<'offer'>, 'transfer'>,
    reason: 'bad-offer' | 'too-many-offers' | 'too-many-entries',
  ): void {
    const { transfer } = offer;
    traffic.answer({ type: 'ended', transfer, state: 'failed', reason, files: 0, failed: 0, failures: [] });
  }

  function takeOffer(traffic: LaneTraffic, offer: ControlOf<'offer'>): void {
    const entryCount = offer.files + offer.folders;
    if (hasTooMany(traffic.peer.key, entryCount) || roomHasTooMany(entryCount)) {
      traffic.refuse();
      refuseOffer(traffic, offer, 'too-many-offers');
      return;
    }
    let transfer: IncomingTransfer;
    try {
      transfer = createIncoming({
        offer,
        traffic,
        surroundings: surroundings(offer.transfer),
        claimed,
        folder: options.incomingFolder,
        folderLabel: options.folderLabel,
        presented: () => void present(transfer),
      });
    } catch (error) {
      traffic.refuse();
      refuseOffer(traffic, offer, reasonOf(error).code === 'too-many-entries' ? 'too-many-entries' : 'bad-offer');
      return;
    }
    transfers.set(transfer.id, transfer);
    incoming.set(transfer.id, transfer);
    transfer.begin();
  }

  /** With one more of so many entries this peer would take more of the person's patience, or of the memory, than it may. */
  function hasTooMany(peerKey: string, entryCount: number): boolean {
    const open = [...incoming.values()].filter((each) => each.peerKey === peerKey && !isEnded(each.status));
    const pending = open.filter((each) => each.status.phase === 'offered');
    const entries = open.reduce((sum, each) => sum + each.entryCount, entryCount);
    return (
      pending.length >= limits.pendingOffersPerPeer ||
      open.length >= limits.transfersPerPeer ||
      (open.length > 0 && entries > limits.manifestEntries)
    );
  }

  /** The same for all peers together. Offers of people who have gone make room for those of people who are here. */
  function roomHasTooMany(entryCount: number): boolean {
    const undecided = [...incoming.values()].filter((each) => each.undecided);
    if (undecided.length >= limits.pendingOffersPerRoom) {
      const oldest = undecided.find((each) => !lanes.has(each.peerKey));
      if (!oldest) return true;
      withdraw(oldest);
    }
    const open = [...incoming.values()].filter((each) => !isEnded(each.status));
    const entries = open.reduce((sum, each) => sum + each.entryCount, entryCount);
    return open.length >= limits.transfersPerRoom || (open.length > 0 && entries > limits.entriesPerRoom);
  }

  /** There is something to show: asks the person, or accepts for them. */
  async function present(transfer: IncomingTransfer): Promise<void> {
    const space = await disk.space(options.incomingFolder()).catch(() => null);
    if (closing || transfers.get(transfer.id) !== transfer) return;
    transfer.setFreeBytes(space?.freeBytes ?? null);
    showing.add(transfer);
    changed(transfer.id);
    const view = transfer.view();
    if (transfer.status.phase !== 'offered' || !options.shouldAccept(view)) return;
    const lack = space && lackOf(space, { bytes: view.total, entries: transfer.entryCount });
    if (lack) {
      notAccepted(view, lack);
      return;
    }
    await transfer.accept(options.incomingFolder(), limits.automaticFreeBytes).catch((error: unknown) => {
      if (transfer.status.phase === 'offered') notAccepted(view, reasonOf(error));
    });
  }

  function notAccepted(view: TransferView, reason: Reason): void {
    telling.tell(() => options.onNotAccepted(view, reason));
  }

  /** Why this is too much to be accepted by itself, beside what transfers under way will still write; null when it is not. */
  function lackOf(space: DiskSpace, wanted: { bytes: number; entries: number }): Reason | null {
    let { bytes, entries } = wanted;
    for (const { owed } of incoming.values()) {
      bytes += owed.bytes;
      entries += owed.entries;
    }
    const needed = bytes + entries * space.blockBytes + limits.automaticFreeBytes;
    if (space.freeBytes < needed) return { code: 'not-enough-space', detail: { needed, free: space.freeBytes } };
    return space.freeEntries !== null && space.freeEntries < entries ? { code: 'not-enough-space' } : null;
  }

  function transfersWith(peerKey: string): Transfer[] {
    return [...transfers.values()].filter((transfer) => transfer.peerKey === peerKey);
  }

  function laneClosed(traffic: LaneTraffic): void {
    if (lanes.get(traffic.peer.key) !== traffic) return;
    lanes.delete(traffic.peer.key);
    departures.left(traffic.peer.key);
    for (const transfer of transfersWith(traffic.peer.key)) {
      transfer.laneDown();
      // An offer whose first page never came: nobody saw it, and its sender will say it again.
      if (!showing.get(transfer.id)) discard(transfer);
    }
  }

  return {
    attach(peer, lane) {
      if (closing) return lane.close();
      const older = lanes.get(peer.key);
      const traffic: LaneTraffic = createLaneTraffic({
        peer,
        lane,
        now: () => clock.now(),
        handlers: {
          control: (message) => control(traffic, message),
          malformedOffer: (offer) => malformedOffer(traffic, offer),
          block(block) {
            const transfer = transfers.get(block.transfer);
            if (closing) return;
            if (transfer?.peerKey === peer.key) transfer.block(block);
            else traffic.refuse();
          },
          closed: () => laneClosed(traffic),
        },
      });
      lanes.set(peer.key, traffic);
      departures.back(peer.key);
      older?.close();
      for (const transfer of transfersWith(peer.key)) transfer.laneUp(traffic);
      traffic.start();
    },
    parted(peerKey, why) {
      for (const transfer of transfersWith(peerKey)) transfer.parted(why);
    },
    renamed(peerKey, name) {
      for (const transfer of transfersWith(peerKey)) transfer.peerRenamed(name);
    },
    offer(source, peer) {
      const id = randomBytes(16).toString('hex');
      const transfer = createOutgoing({ id, peer, source, surroundings: surroundings(id) });
      transfers.set(id, transfer);
      showing.add(transfer);
      changed(id);
      const traffic = lanes.get(peer.key);
      if (traffic) transfer.laneUp(traffic);
      return id;
    },
    async answer(id, accept) {
      known(id);
      const transfer = incoming.get(id);
      if (transfer?.status.phase !== 'offered') throw new ReasonError('request-invalid', { message: 'not offered' });
      if (accept) await transfer.accept(options.incomingFolder(), 0);
      else transfer.decline();
    },
    async contents(id, folder, after) {
      const { contents, status } = known(id);
      if (!contents || isEnded(status)) throw new ReasonError('transfer-unknown');
      return listFolder(contents, folder, after, setImmediate);
    },
    pause: (id) => known(id).pause(),
    resume: (id) => known(id).resume(),
    cancel: (id) => known(id).cancel({ code: 'cancelled-by-me' }),
    forget,
    location: (id) => transfers.get(id)?.arrived ?? null,
    list: () => showing.list().map((transfer) => transfer.view()),
    async close() {
      for (const transfer of [...transfers.values()]) transfer.cancel({ code: 'quit' });
      closing = true;
      departures.stop();
      showing.stop();
      const released = [...transfers.values(), ...releasing].map((transfer) => transfer.released());
      await endsWithin(Promise.allSettled(released), closeWithinMs);
      for (const traffic of lanes.values()) traffic.finish();
      telling.finish();
    },
  };
}

/** Messages of a peer that thinks the transfer is still under way. */
const asksForLastWord: ReadonlySet<Control['type']> = new Set<Control['type']>([
  'offer',
  'query',
  'cancel',
  'accept',
  'want-manifest',
]);

function afterMs(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
