import { limits } from '../../shared/protocol/limits.ts';
import { type Control, type ControlOf, namedFailures } from '../../shared/protocol/transfer-messages.ts';
import type { Reason } from '../../shared/reasons.ts';
import type { TransferView } from '../../shared/views.ts';
import { safeName } from '../files/safe-name.ts';
import { type Acceptance, createAcceptance } from './acceptance.ts';
import { createRecord, type IncomingRecord } from './incoming-record.ts';
import type { LaneTraffic } from './lane-traffic.ts';
import { createManifest, type Manifest, toWire } from './manifest.ts';
import { createRunning, type Running } from './running.ts';
import { createShownNames } from './shown-names.ts';
import { type Happening, isEnded, type Say, seenByPeer, step } from './state.ts';
import type { Surroundings, Transfer } from './transfer.ts';
import { buildView, createProgress, type ViewParts } from './view.ts';

export interface IncomingOptions extends IncomingContext {
  offer: ControlOf<'offer'>;
  traffic: LaneTraffic;
}

export interface IncomingContext {
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
  /** Kept up to date as long as it has not ended. */
  readonly record: IncomingRecord;
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
  /** Takes the first page, or asks for it, or goes on where an earlier engine was. */
  begin(first?: ControlOf<'offer'>['first']): void;
  /** Its offer or a page of its manifest came in a form that cannot be read. */
  malformed(): void;
}

/** The receiving side of one transfer. Throws `bad-offer` or `too-many-entries` when the offer cannot be true. */
export function createIncoming({ offer, traffic, ...context }: IncomingOptions): IncomingTransfer {
  const manifest = createManifest(offer);
  const { transfer, topLevelEntries, files, folders, bytes, pages } = offer;
  const shape = { topLevelEntries, files, folders, bytes, pages };
  const record = createRecord({ transfer, peer: traffic.peer, shape, manifest: manifest.entries });
  record.status = { ...record.status, lane: true, met: true };
  if (offer.hold) record.status = step(record.status, { type: 'peer-hold', reason: offer.hold }).status;
  return runIncoming(record, manifest, traffic, context);
}

/**
 * The same from a record of an earlier engine: looks for its parts, takes back what they do not hold for certain, and goes
 * on when its sender is here. Throws `bad-offer` when the record's manifest contradicts itself.
 */
export function restoreIncoming(given: IncomingRecord, context: Omit<IncomingContext, 'presented'>): IncomingTransfer {
  // Without a place for it nothing of it is here: its pages are asked for anew.
  const manifest = createManifest(given.shape, given.placed ? given.manifest.map(toWire) : []);
  const status = { ...given.status, lane: false, met: false, prepared: false };
  const record = { ...given, manifest: manifest.entries, status };
  return runIncoming(record, manifest, null, { ...context, presented: () => undefined });
}

function runIncoming(
  record: IncomingRecord,
  manifest: Manifest,
  givenTraffic: LaneTraffic | null,
  context: IncomingContext,
): IncomingTransfer {
  const { surroundings, folderLabel } = context;
  const { transfer: id, shape, manifest: entries } = record;
  const entryCount = shape.files + shape.folders;
  const progress = createProgress(surroundings.now);
  const names = createShownNames((name) => safeName(name, limits.diskNameBytes, surroundings.platform));
  let traffic = givenTraffic;
  let freeBytes: number | null = null;
  progress.set(record.written, record.finished);

  const shared = { record, folderLabel, happen, send, fail };
  const running = createRunning({
    ...shared,
    surroundings,
    claimed: context.claimed,
    windowBytes: () => traffic?.windowBytes ?? 0,
    progressed: showProgress,
  });
  const acceptance = createAcceptance({
    ...shared,
    manifest,
    disk: surroundings.disk,
    pagesAhead: () => traffic?.pagesAhead ?? 0,
    presented: context.presented,
    whole: running.prepare,
  });

  function send(control: Control): void {
    traffic?.send(control);
  }

  function speakOn(lane: LaneTraffic | null): void {
    traffic = lane;
    acceptance.laneUp();
    running.reception?.unbind();
  }

  function fail(reason: Reason): void {
    traffic?.refuse();
    happen({ type: 'cancel', reason });
  }

  function happen(happened: Happening): void {
    const before = record.status;
    const { status: next, say } = step(before, happened);
    record.status = next;
    if (before.phase !== next.phase || before.met !== next.met || before.heldByMe !== next.heldByMe) {
      progress.resetRates();
    }
    if (isEnded(next)) void running.release();
    for (const word of say) speak(word);
    if (next !== before) surroundings.changed();
  }

  function speak(word: Say): void {
    if (word === 'bind') void running.reception?.bind();
    const message = messageOf(word, record);
    if (message) send(message);
  }

  function isUndecided(): boolean {
    return record.status.phase === 'offered' && !acceptance.underway;
  }

  function showProgress(): void {
    progress.set(record.written, record.finished);
    surroundings.progressed();
  }

  function resume(): void {
    const { heldByMe, prepared } = record.status;
    if (isEnded(record.status) || !heldByMe) return;
    // A person has seen what little is left, and wants it all the same.
    if (heldByMe.code === 'not-enough-space') record.floorBytes = 0;
    if (heldByMe.code !== 'paused-by-me' && prepared) {
      running.recover();
      return;
    }
    happen({ type: 'resume' });
    if (heldByMe.code !== 'paused-by-me') acceptance.gather();
  }

  return {
    record,
    begin: acceptance.begin,
    malformed: () => happen({ type: 'cancel', reason: { code: 'bad-offer' } }),
    id,
    direction: 'in',
    peerKey: record.peer.key,
    sentFiles: 0,
    get status() {
      return record.status;
    },
    get lane() {
      return traffic;
    },
    get arrived() {
      return record.arrived;
    },
    view: () =>
      viewOf(record, {
        shownPath: names.path,
        progress,
        folder: folderLabel(record.folder ?? context.folder()),
        freeBytes,
      }),
    contents: { entries, count: entryCount, shownName: names.name },
    entryCount,
    get undecided() {
      return isUndecided();
    },
    get owed() {
      return isEnded(record.status) || isUndecided() ? { bytes: 0, entries: 0 } : owedOf(record);
    },
    setFreeBytes(bytes) {
      freeBytes = bytes;
    },
    accept: acceptance.accept,
    decline: () => happen({ type: 'decline' }),
    laneUp(given) {
      record.peer = given.peer;
      speakOn(given);
      happen({ type: 'lane-up' });
    },
    laneMoved(to, by) {
      speakOn(to);
      if (by === 'us') happen({ type: 'lane-moved' });
    },
    laneDown() {
      speakOn(null);
      happen({ type: 'lane-down' });
    },
    parted: (why) => happen({ type: 'parted', why }),
    peerRenamed(name) {
      record.peer = { ...record.peer, name };
      surroundings.changed();
    },
    control: (message) => hear(message, { record, acceptance, running, happen, fail, refuse: () => traffic?.refuse() }),
    block(block) {
      const became = running.reception?.block(block) ?? 'late';
      if (became === 'forbidden') fail({ code: 'protocol-error' });
      return became === 'taken';
    },
    pause: () => happen({ type: 'hold', reason: { code: 'paused-by-me' } }),
    resume,
    cancel: (reason) => happen({ type: 'cancel', reason }),
    lastWord: () => lastWordOf(record),
    released: running.released,
  };
}

function viewOf(
  record: IncomingRecord,
  shown: Pick<ViewParts, 'shownPath' | 'progress' | 'folder' | 'freeBytes'>,
): TransferView {
  const { transfer, peer, status, shape, manifest, failed, arrived } = record;
  const freeBytes = status.phase === 'offered' ? shown.freeBytes : null;
  const parts = { id: transfer, peer, status, shape, entries: manifest, failed, arrived };
  return buildView({ ...shown, ...parts, direction: 'in', freeBytes });
}

interface Hearing {
  record: IncomingRecord;
  acceptance: Acceptance;
  running: Running;
  happen(happened: Happening): void;
  fail(reason: Reason): void;
  refuse(): void;
}

/** What its sender says. */
function hear(message: Control, parts: Hearing): void {
  const { record, acceptance, running, happen, fail } = parts;
  if (message.type === 'offer') acceptance.offer(message);
  else if (message.type === 'manifest') {
    if (!isEnded(record.status)) acceptance.page(message.page, message.entries);
  } else if (message.type === 'digests') {
    if (running.reception?.digests(message.list) === false) fail({ code: 'protocol-error' });
  } else if (message.type === 'skip') {
    for (const [entry, reason] of message.list) running.reception?.giveUp(entry, reason);
  } else if (message.type === 'hold') happen({ type: 'peer-hold', reason: message.reason });
  else if (message.type === 'resume') happen({ type: 'peer-resume' });
  else if (message.type === 'cancel') happen({ type: 'peer-cancel', reason: message.reason });
  else if (message.type === 'gone') happen({ type: 'peer-gone' });
  else parts.refuse();
}

/** What is said in so many words; `accept` also says where to begin. */
function messageOf(word: Say, record: IncomingRecord): Control | null {
  const { transfer } = record;
  const hold = record.status.heldByMe?.code;
  if (word === 'query' || word === 'resume') return { type: word, transfer };
  if (word === 'hold' && hold) return { type: 'hold', transfer, reason: hold };
  return word === 'ended' ? lastWordOf(record) : null;
}

function lastWordOf({ transfer, status, finished, failed }: IncomingRecord): Control {
  const { phase, reason } = status;
  return {
    type: 'ended',
    transfer,
    state: phase === 'done' || phase === 'declined' || phase === 'cancelled' ? phase : 'failed',
    reason: reason ? seenByPeer(reason.code) : null,
    files: finished,
    failed: failed.length,
    failures: failed.slice(0, namedFailures),
  };
}

/** Granted, and not on the disk yet. */
function owedOf({ shape, status, written, finished, failed }: IncomingRecord): IncomingTransfer['owed'] {
  const made = status.prepared ? shape.folders + finished + failed.length : 0;
  return { bytes: shape.bytes - written, entries: shape.files + shape.folders - made };
}
