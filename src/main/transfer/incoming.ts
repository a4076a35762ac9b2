import { basename } from 'node:path';
import { type Block, blockCharge } from '../../shared/protocol/block.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { type Control, type ControlOf, listItems, namedFailures } from '../../shared/protocol/transfer.ts';
import { type Reason, type ReasonCode, ReasonError, reasonOf } from '../../shared/reasons.ts';
import type { Person } from '../../shared/views.ts';
import { diskReason } from '../files/disk.ts';
import { safeName } from '../files/safe-name.ts';
import type { SourceEntry } from '../files/source.ts';
import { createRecord } from './incoming-record.ts';
import { createIntake, type Intake } from './intake.ts';
import { createLanding } from './landing.ts';
import type { Link } from './link.ts';
import { createManifest } from './manifest.ts';
import { createPartWriter, type PartWriter } from './part-writer.ts';
import { type Happening, initialStatus, isEnded, type Say, type Status, seenByPeer, step } from './state.ts';
import type { Surroundings, Transfer } from './transfer.ts';
import { buildView, createProgress } from './view.ts';

/** Pages asked for and not yet here, at most. */
const pagesAhead = 4;
/** The sender hears what was written at least this often, and whenever nothing is left to write. */
const progressBytes = 256 * 1024;

export interface IncomingOptions {
  offer: ControlOf<'offer'>;
  link: Link;
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
  /** Rejects with a `ReasonError` when the folder cannot be had; the offer then still stands. */
  accept(folder: string): Promise<void>;
  decline(): void;
  setFreeBytes(bytes: number | null): void;
  /** Absolute path of the first thing that arrived. */
  readonly arrived: string | null;
  /** Asks for the first page. */
  begin(): void;
}

/** The receiving side of one transfer. Throws `bad-offer` or `too-many-entries` when the offer cannot be true. */
export function createIncoming(options: IncomingOptions): IncomingTransfer {
  const { surroundings } = options;
  const id = options.offer.transfer;
  const manifest = createManifest(options.offer);
  const { entries, shape } = manifest;
  const progress = createProgress(surroundings.now);
  const shownPaths = new Map<number, string>();
  const record = createRecord(id, options.link.peer.key, shape.files + shape.folders);
  const landing = createLanding({ surroundings, record, entries, claimed: options.claimed });
  let status: Status = { ...initialStatus('receiver'), lane: true, met: true };
  let link: Link | null = options.link;
  let peer: Person = options.link.peer;
  let askedPages = 0;
  let freeBytes: number | null = null;
  let intake: Intake | null = null;
  let writer: PartWriter | null = null;
  /** The binding whose blocks are taken; 0 when none are. */
  let binding = 0;
  let latestBinding = 0;
  let consumedCharge = 0;
  let toldCharge = 0;
  let arrived: string | null = null;
  let preparing: Promise<void> = Promise.resolve();
  let concluding = false;
  let recovering = false;
  let discarding: Promise<unknown> = Promise.resolve();
  let releasing: Promise<void> | null = null;

  function happen(happened: Happening): void {
    const before = status;
    const { status: next, say } = step(status, happened);
    status = next;
    if (before.phase !== next.phase || before.met !== next.met || before.heldByMe !== next.heldByMe) {
      progress.rate.reset();
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
    if (word === 'query') link?.send({ type: 'query', transfer: id });
    else if (word === 'accept') void bind();
    else if (word === 'resume') link?.send({ type: 'resume', transfer: id });
    else if (word === 'hold' && status.heldByMe) {
      link?.send({ type: 'hold', transfer: id, reason: status.heldByMe.code });
    } else if (word === 'ended') link?.send(lastWord());
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

  /** Says where to begin on this lane, once what came before is on the disk. */
  async function bind(): Promise<void> {
    const own = ++latestBinding;
    binding = 0;
    await writer?.idle();
    if (own !== latestBinding || isEnded(status) || !status.met || !intake) return;
    const { position, again } = intake.rebind();
    binding = own;
    consumedCharge = 0;
    toldCharge = 0;
    link?.send({
      type: 'accept',
      transfer: id,
      binding,
      entry: Math.min(position.entry, entries.length),
      offset: position.offset,
      written: record.written,
      files: record.finished,
      hold: status.heldByMe?.code ?? null,
    });
    askAgain(again);
    advance();
  }

  function askAgain(segments: [number, number][]): void {
    for (let from = 0; from < segments.length; from += listItems) {
      link?.send({ type: 'again', transfer: id, list: segments.slice(from, from + listItems) });
    }
  }

  function askPages(): void {
    const until = status.phase === 'offered' ? 1 : Math.min(manifest.nextPage + pagesAhead, shape.pages);
    for (; askedPages < until; askedPages++) {
      link?.send({ type: 'want-manifest', transfer: id, page: askedPages });
    }
  }

  function takePage(page: number, given: ControlOf<'manifest'>['entries']): void {
    if (page >= askedPages) return fail({ code: 'bad-offer' });
    try {
      manifest.add(page, given);
    } catch (error) {
      return fail(reasonOf(error));
    }
    if (page === 0) options.presented();
    if (status.phase !== 'offered') gather();
  }

  /** Accepted: the rest of the manifest, then a place for everything in it. */
  function gather(): void {
    if (isEnded(status)) return;
    if (!manifest.complete) return askPages();
    preparing = prepare();
  }

  async function prepare(): Promise<void> {
    try {
      await landing.prepare(() => isEnded(status));
    } catch (error) {
      if (isEnded(status)) return;
      if (error instanceof ReasonError) return fail(error.reason);
      return happen({ type: 'hold', reason: { code: diskReason(error) } });
    }
    if (isEnded(status)) return;
    receive();
    happen({ type: 'prepared' });
  }

  function receive(): void {
    const ownIntake = createIntake(entries, record, {
      complete: (entry) => ownWriter.finish(entry),
      again: (entry, segment) => askAgain([[entry, segment]]),
      corrupt: (entry) => giveUp(entry, 'file-corrupt'),
    });
    const ownWriter = createPartWriter({
      disk: surroundings.disk,
      record,
      entries,
      intake: ownIntake,
      pathOf: landing.pathOf,
      events: {
        consumed,
        finished,
        failed: (entry, reason) => giveUp(entry, reason),
        lost: (entry) => ownIntake.lost(entry),
        trouble(reason) {
          // What is on the way for this binding has no place; the next binding says where to begin again.
          binding = 0;
          happen({ type: 'hold', reason: { code: reason } });
        },
      },
    });
    intake = ownIntake;
    writer = ownWriter;
    for (const entry of landing.refused) giveUp(entry, 'file-name-refused');
  }

  function consumed(charge: number): void {
    consumedCharge += charge;
    progress.set(record.written, record.finished);
    if (consumedCharge - toldCharge >= progressBytes || writer?.queuedBytes === 0) tellProgress();
    surroundings.progressed();
    advance();
  }

  function tellProgress(): void {
    if (binding === 0 || isEnded(status)) return;
    toldCharge = consumedCharge;
    const { written, finished: files } = record;
    link?.send({ type: 'progress', transfer: id, binding, charge: consumedCharge, written, files });
  }

  function finished(entry: number, path: string): void {
    const given = entries[entry]?.path ?? '';
    arrived ??= landing.rootFolderOf(given) ?? path;
    landing.named(given, basename(path));
    intake?.finished(entry);
    progress.set(record.written, record.finished);
    surroundings.progressed();
    advance();
  }

  /** Tells the sender too, which otherwise goes on sending it. */
  function giveUp(entry: number, reason: ReasonCode): void {
    if (!intake || isEnded(status)) return;
    // First: once the entry has failed, its part is no longer on the record.
    const discarded = writer?.discard(entry).catch(() => {
      // A part that cannot be removed now is tried again at the end.
    });
    if (!intake.fail(entry, reason)) return;
    discarding = Promise.all([discarding, discarded]);
    link?.send({ type: 'skip', transfer: id, list: [[entry, reason]] });
    progress.set(record.written, record.finished);
    surroundings.changed();
    advance();
  }

  function advance(): void {
    if (!intake || isEnded(status)) return;
    if (intake.allWritten && status.phase !== 'verifying') happen({ type: 'all-moved' });
    if (intake.settled && !concluding) {
      concluding = true;
      preparing = conclude();
    }
  }

  async function conclude(): Promise<void> {
    await discarding;
    await writer?.dispose();
    await landing.setFolderTimes();
    arrived ??= landing.firstRoot();
    const failed = record.failed.length;
    if (failed === 0) return happen({ type: 'finish', state: 'done', reason: null });
    const all = record.finished === 0;
    const reason: Reason = { code: all ? 'all-files-failed' : 'some-files-failed', detail: { count: failed } };
    happen({ type: 'finish', state: all ? 'failed' : 'done', reason });
  }

  /** The disk in order: nothing open, no part, no empty folder of a transfer that brought nothing. */
  async function release(): Promise<void> {
    binding = 0;
    if (!concluding) await preparing;
    await discarding;
    await writer?.dispose();
    await landing.release(status.phase !== 'done');
  }

  function takeBlock(block: Block): void {
    if (block.binding !== binding || binding === 0 || !intake || !writer) return;
    const charge = blockCharge(block.payload.byteLength);
    const run = intake.place(block.entry, block.offset, block.payload.byteLength);
    if (run === null || writer.queuedBytes > limits.windowLargestBytes) return fail({ code: 'protocol-error' });
    if (run === 'stale') return consumed(charge);
    if (status.phase === 'accepted') happen({ type: 'started' });
    writer.write(run, block.payload, charge);
  }

  function takeDigests(list: ControlOf<'digests'>['list']): void {
    if (!intake) return link?.refuse();
    for (const [entry, segment, sha256] of list) {
      if (!intake.digest(entry, segment, sha256)) return fail({ code: 'protocol-error' });
    }
    advance();
  }

  function takeSkips(list: ControlOf<'skip'>['list']): void {
    if (!intake) return link?.refuse();
    for (const [entry, reason] of list) giveUp(entry, reason);
  }

  function takeOffer(offer: ControlOf<'offer'>): void {
    const same =
      offer.files === shape.files &&
      offer.folders === shape.folders &&
      offer.bytes === shape.bytes &&
      offer.pages === shape.pages &&
      offer.topLevelEntries === shape.topLevelEntries;
    if (!same && !isEnded(status)) return fail({ code: 'bad-offer' });
    happen({ type: 'peer-offer', hold: offer.hold });
    askedPages = manifest.nextPage;
    if (!isEnded(status) && !manifest.complete) askPages();
  }

  function fail(reason: Reason): void {
    link?.refuse();
    happen({ type: 'cancel', reason });
  }

  /** Something other than a person was in the way: looks whether it still is. */
  async function recover(): Promise<void> {
    if (recovering) return;
    recovering = true;
    try {
      await landing.restore();
      await writer?.recover();
    } catch (error) {
      if (!isEnded(status)) happen({ type: 'hold', reason: { code: diskReason(error) } });
      return;
    } finally {
      recovering = false;
    }
    if (!isEnded(status)) happen({ type: 'resume' });
  }

  function shownPath(entry: SourceEntry): string {
    let shown = shownPaths.get(entry.index);
    if (shown === undefined) {
      const safe = (segment: string): string => safeName(segment, limits.diskNameBytes, surroundings.platform);
      shown = entry.path.split('/').map(safe).join('/');
      shownPaths.set(entry.index, shown);
    }
    return shown;
  }

  if (options.offer.hold) status = step(status, { type: 'peer-hold', reason: options.offer.hold }).status;

  return {
    begin: askPages,
    id,
    direction: 'in',
    peerKey: peer.key,
    get status() {
      return status;
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
        freeBytes: status.phase === 'offered' ? freeBytes : null,
      }),
    setFreeBytes(bytes) {
      freeBytes = bytes;
    },
    async accept(folder) {
      if (status.phase !== 'offered') throw new ReasonError('request-invalid', { message: 'not offered' });
      try {
        await surroundings.disk.ensureFolder(folder);
      } catch (error) {
        throw new ReasonError(diskReason(error), { folder: options.folderLabel(folder) }, { cause: error });
      }
      // While the folder was made somebody else may have ended or answered it.
      if (status.phase !== 'offered') throw new ReasonError('request-invalid', { message: 'not offered' });
      record.folder = folder;
      happen({ type: 'accept' });
      gather();
    },
    decline: () => happen({ type: 'decline' }),
    laneUp(given) {
      link = given;
      peer = given.peer;
      binding = 0;
      happen({ type: 'lane-up' });
    },
    laneDown() {
      link = null;
      binding = 0;
      happen({ type: 'lane-down' });
    },
    control(control: Control) {
      switch (control.type) {
        case 'offer':
          return takeOffer(control);
        case 'manifest':
          return isEnded(status) ? undefined : takePage(control.page, control.entries);
        case 'digests':
          return takeDigests(control.list);
        case 'skip':
          return takeSkips(control.list);
        case 'hold':
          return happen({ type: 'peer-hold', reason: control.reason });
        case 'resume':
          return happen({ type: 'peer-resume' });
        case 'cancel':
          return happen({ type: 'peer-cancel', reason: control.reason });
        case 'gone':
          return happen({ type: 'peer-gone' });
        default:
          link?.refuse();
      }
    },
    block: takeBlock,
    pause: () => happen({ type: 'hold', reason: { code: 'paused-by-me' } }),
    resume() {
      if (isEnded(status) || !status.heldByMe) return;
      if (status.heldByMe.code === 'paused-by-me') return happen({ type: 'resume' });
      if (status.prepared) void recover();
      else {
        happen({ type: 'resume' });
        gather();
      }
    },
    cancel: (reason) => happen({ type: 'cancel', reason }),
    lastWord,
    released: () => releasing ?? Promise.resolve(),
  };
}
