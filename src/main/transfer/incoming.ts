import { limits } from '../../shared/protocol/limits.ts';
import { type Control, type ControlOf, namedFailures } from '../../shared/protocol/transfer-messages.ts';
import { type Reason, type ReasonCode, ReasonError, reasonOf } from '../../shared/reasons.ts';
import type { Person } from '../../shared/views.ts';
import { diskReason } from '../files/disk.ts';
import { safeName } from '../files/safe-name.ts';
import type { SourceEntry } from '../files/source.ts';
import { createRecord } from './incoming-record.ts';
import { createLanding } from './landing.ts';
import type { LaneTraffic } from './lane-traffic.ts';
import { createManifest } from './manifest.ts';
import { createReception, type Reception } from './reception.ts';
import { watchSpace } from './space-watch.ts';
import { type Happening, initialStatus, isEnded, type Say, type Status, seenByPeer, step } from './state.ts';
import type { Surroundings, Transfer } from './transfer.ts';
import { buildView, createProgress } from './view.ts';

/** Pages asked for and not yet here, at most. */
const pagesAhead = 4;

export interface IncomingOptions {
  offer: ControlOf<'offer'>;
  traffic: LaneTraffic;
  surroundings: Surroundings;
  /** Names in use by transfers under way; shared by all. */
  claimed: Set<string>;
  /** Where it would go, before acceptance. */
  folder(): string;
  folderLabel(path: string): string;
  /** The first page is here: there is something to show and to answer. */
  presented(): void;
}

export interface IncomingTransfer extends Transfer {
  /**
   * Rejects with a `ReasonError` when the folder cannot be had; the offer then still stands.
   * @param floorBytes stays free on the disk as long as no person has said that it goes on; 0: as much as there is.
   */
  accept(folder: string, floorBytes: number): Promise<void>;
  decline(): void;
  setFreeBytes(bytes: number | null): void;
  /** Files and folders, as its offer says. */
  readonly entryCount: number;
  /** What it was granted, or is just being granted, and is not on the disk yet. */
  readonly owed: { readonly bytes: number; readonly entries: number };
  /** Nobody has answered it, or is just doing so. */
  readonly undecided: boolean;
  /** Asks for the first page. */
  begin(): void;
  /** Its offer or a page of its manifest came in a form that cannot be read. */
  malformed(): void;
}

/** The receiving side of one transfer. Throws `bad-offer` or `too-many-entries` when the offer cannot be true. */
export function createIncoming(options: IncomingOptions): IncomingTransfer {
  const { surroundings } = options;
  const id = options.offer.transfer;
  const manifest = createManifest(options.offer);
  const { entries, shape } = manifest;
  const progress = createProgress(surroundings.now);
  const shownPaths = new Map<number, string>();
  const record = createRecord(id, options.traffic.peer.key, shape.files + shape.folders);
  const disk = watchSpace(surroundings.disk, { folder: () => record.folder ?? '', floorBytes: () => floorBytes });
  const landing = createLanding({ surroundings: { ...surroundings, disk }, record, entries, claimed: options.claimed });
  let status: Status = { ...initialStatus('receiver'), lane: true, met: true };
  let traffic: LaneTraffic | null = options.traffic;
  let peer: Person = options.traffic.peer;
  let askedPages = 0;
  let freeBytes: number | null = null;
  let floorBytes = 0;
  let reception: Reception | null = null;
  let arrived: string | null = null;
  let preparing: Promise<void> = Promise.resolve();
  let accepting = false;
  let recovering: Promise<void> | null = null;
  let releasing: Promise<void> | null = null;

  function happen(happened: Happening): void {
    const before = status;
    const { status: next, say } = step(status, happened);
    status = next;
    if (before.phase !== next.phase || before.met !== next.met || before.heldByMe !== next.heldByMe) {
      progress.resetRates();
    }
    if (isEnded(next)) {
      releasing ??= release().catch(() => {
        // A disk that is gone cannot be tidied.
      });
    }
    for (const word of say) speak(word);
    if (next !== before) surroundings.changed();
  }

  function speak(word: Say): void {
    if (word === 'query') traffic?.send({ type: 'query', transfer: id });
    else if (word === 'accept') void reception?.bind();
    else if (word === 'resume') traffic?.send({ type: 'resume', transfer: id });
    else if (word === 'hold' && status.heldByMe) {
      traffic?.send({ type: 'hold', transfer: id, reason: status.heldByMe.code });
    } else if (word === 'ended') traffic?.send(lastWord());
  }

  function lastWord(): Control {
    const { phase } = status;
    const state = phase === 'done' || phase === 'declined' || phase === 'cancelled' ? phase : 'failed';
    return {
      type: 'ended',
      transfer: id,
      state,
      reason: status.reason ? seenByPeer(status.reason.code) : null,
      files: record.finished,
      failed: record.failed.length,
      failures: record.failed.slice(0, namedFailures),
    };
  }

  function askPages(): void {
    const until = status.phase === 'offered' ? 1 : Math.min(manifest.nextPage + pagesAhead, shape.pages);
    for (; askedPages < until; askedPages++) {
      traffic?.send({ type: 'want-manifest', transfer: id, page: askedPages });
    }
  }

  function takePage(page: number, given: ControlOf<'manifest'>['entries']): void {
    if (page >= askedPages) {
      fail({ code: 'bad-offer' });
      return;
    }
    try {
      manifest.add(page, given);
    } catch (error) {
      fail(reasonOf(error));
      return;
    }
    if (page === 0) options.presented();
    if (status.phase !== 'offered') gather();
  }

  /** Accepted: the rest of the manifest, then a place for everything in it. */
  function gather(): void {
    if (isEnded(status)) return;
    if (!manifest.complete) {
      askPages();
      return;
    }
    preparing = prepare();
  }

  async function prepare(): Promise<void> {
    try {
      await landing.prepare(() => isEnded(status));
    } catch (error) {
      if (isEnded(status)) return;
      const code = diskReason(error);
      if (error instanceof ReasonError && code !== 'not-enough-space') return fail(error.reason);
      return wait(code);
    }
    if (isEnded(status)) return;
    reception = receive();
    for (const entry of landing.refused) reception.giveUp(entry, 'file-name-refused');
    happen({ type: 'prepared' });
  }

  function receive(): Reception {
    return createReception({
      disk,
      record,
      entries,
      landing,
      hold: () => status.heldByMe?.code ?? null,
      isOpen: () => status.met && !isEnded(status),
      send: (control) => traffic?.send(control),
      events: {
        started() {
          if (status.phase === 'accepted') happen({ type: 'started' });
        },
        allWritten() {
          if (status.phase !== 'verifying') happen({ type: 'all-moved' });
        },
        settled: () => void conclude(),
        written: showProgress,
        gaveUp: showProgress,
        arrived(path) {
          arrived ??= path;
        },
        trouble: wait,
      },
    });
  }

  /** The disk refused: held until a person tries again. */
  function wait(code: ReasonCode): void {
    happen({ type: 'hold', reason: { code, ...detailOf(code) } });
  }

  function detailOf(code: ReasonCode): Pick<Reason, 'detail'> {
    switch (code) {
      case 'folder-gone':
      case 'folder-read-only':
        return { detail: { folder: options.folderLabel(record.folder ?? '') } };
      case 'not-enough-space':
        return { detail: { kept: floorBytes } };
      default:
        return {};
    }
  }

  function isUndecided(): boolean {
    return status.phase === 'offered' && !accepting;
  }

  function showProgress(): void {
    progress.set(record.written, record.finished);
    surroundings.progressed();
  }

  async function conclude(): Promise<void> {
    await landing.setFolderTimes();
    arrived ??= landing.firstRoot();
    const failed = record.failed.length;
    if (failed === 0) {
      happen({ type: 'finish', state: 'done', reason: null });
      return;
    }
    const all = record.finished === 0;
    const reason: Reason = { code: all ? 'all-files-failed' : 'some-files-failed', detail: { count: failed } };
    happen({ type: 'finish', state: all ? 'failed' : 'done', reason });
  }

  /** The disk in order: nothing open, no part, no empty folder of a transfer that brought nothing. */
  async function release(): Promise<void> {
    await preparing;
    await recovering;
    await reception?.dispose();
    await landing.release(status.phase !== 'done');
  }

  function takeOffer(offer: ControlOf<'offer'>): void {
    const same =
      offer.files === shape.files &&
      offer.folders === shape.folders &&
      offer.bytes === shape.bytes &&
      offer.pages === shape.pages &&
      offer.topLevelEntries === shape.topLevelEntries;
    if (!same && !isEnded(status)) {
      fail({ code: 'bad-offer' });
      return;
    }
    happen({ type: 'peer-offer', hold: offer.hold });
    if (!isEnded(status) && !manifest.complete) askPages();
  }

  function fail(reason: Reason): void {
    traffic?.refuse();
    happen({ type: 'cancel', reason });
  }

  /** Something other than a person was in the way: looks whether it still is. */
  async function recover(): Promise<void> {
    try {
      await landing.restore();
      if (!isEnded(status)) await reception?.recover();
    } catch (error) {
      if (!isEnded(status)) wait(diskReason(error));
      return;
    }
    if (!isEnded(status)) happen({ type: 'resume' });
  }

  function shownName(name: string): string {
    return safeName(name, limits.diskNameBytes, surroundings.platform);
  }

  function shownPath(entry: SourceEntry): string {
    let shown = shownPaths.get(entry.index);
    if (shown === undefined) {
      shown = entry.path.split('/').map(shownName).join('/');
      shownPaths.set(entry.index, shown);
    }
    return shown;
  }

  if (options.offer.hold) status = step(status, { type: 'peer-hold', reason: options.offer.hold }).status;

  return {
    begin: askPages,
    malformed: () => happen({ type: 'cancel', reason: { code: 'bad-offer' } }),
    id,
    direction: 'in',
    peerKey: peer.key,
    sentFiles: 0,
    get status() {
      return status;
    },
    get lane() {
      return traffic;
    },
    get arrived() {
      return arrived;
    },
    view: () =>
      buildView({
        id,
        direction: 'in',
        peer,
        status,
        shape,
        entries,
        shownPath,
        progress,
        failed: record.failed,
        folder: options.folderLabel(record.folder ?? options.folder()),
        arrived,
        freeBytes: status.phase === 'offered' ? freeBytes : null,
      }),
    contents: { entries, count: shape.files + shape.folders, shownName },
    entryCount: shape.files + shape.folders,
    get undecided() {
      return isUndecided();
    },
    get owed() {
      if (isEnded(status) || isUndecided()) return { bytes: 0, entries: 0 };
      const made = status.prepared ? shape.folders + record.finished + record.failed.length : 0;
      return { bytes: shape.bytes - record.written, entries: shape.files + shape.folders - made };
    },
    setFreeBytes(bytes) {
      freeBytes = bytes;
    },
    async accept(folder, floor) {
      if (status.phase !== 'offered') throw new ReasonError('request-invalid', { message: 'not offered' });
      accepting = true;
      try {
        await surroundings.disk.ensureFolder(folder);
      } catch (error) {
        accepting = false;
        throw new ReasonError(diskReason(error), { folder: options.folderLabel(folder) }, { cause: error });
      }
      // While the folder was made somebody else may have ended or answered it.
      if (status.phase !== 'offered') throw new ReasonError('request-invalid', { message: 'not offered' });
      record.folder = folder;
      floorBytes = floor;
      happen({ type: 'accept' });
      gather();
    },
    decline: () => happen({ type: 'decline' }),
    laneUp(given) {
      traffic = given;
      peer = given.peer;
      // What was asked for on the lane before is asked for again once the sender has named the transfer.
      askedPages = manifest.nextPage;
      reception?.unbind();
      happen({ type: 'lane-up' });
    },
    laneDown() {
      traffic = null;
      reception?.unbind();
      happen({ type: 'lane-down' });
    },
    parted: (why) => happen({ type: 'parted', why }),
    peerRenamed(name) {
      peer = { ...peer, name };
      surroundings.changed();
    },
    control(control: Control) {
      switch (control.type) {
        case 'offer':
          return takeOffer(control);
        case 'manifest':
          return isEnded(status) ? undefined : takePage(control.page, control.entries);
        case 'digests':
          if (reception?.digests(control.list) === false) fail({ code: 'protocol-error' });
          break;
        case 'skip':
          for (const [entry, reason] of control.list) reception?.giveUp(entry, reason);
          break;
        case 'hold':
          return happen({ type: 'peer-hold', reason: control.reason });
        case 'resume':
          return happen({ type: 'peer-resume' });
        case 'cancel':
          return happen({ type: 'peer-cancel', reason: control.reason });
        case 'gone':
          return happen({ type: 'peer-gone' });
        default:
          traffic?.refuse();
      }
    },
    block(block) {
      if (reception?.block(block) === false) fail({ code: 'protocol-error' });
    },
    pause: () => happen({ type: 'hold', reason: { code: 'paused-by-me' } }),
    resume() {
      if (isEnded(status) || !status.heldByMe) return;
      if (status.heldByMe.code === 'paused-by-me') return happen({ type: 'resume' });
      // A person has seen what little is left, and wants it all the same.
      if (status.heldByMe.code === 'not-enough-space') floorBytes = 0;
      if (status.prepared) {
        recovering ??= recover().finally(() => {
          recovering = null;
        });
      } else {
        happen({ type: 'resume' });
        gather();
      }
    },
    cancel: (reason) => happen({ type: 'cancel', reason }),
    lastWord,
    released: () => releasing ?? Promise.resolve(),
  };
}
