import { blockPayload } from '../../shared/protocol/block.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { type Control, type ControlOf, listItems } from '../../shared/protocol/transfer-messages.ts';
import type { Reason, ReasonCode } from '../../shared/reasons.ts';
import type { Person } from '../../shared/views.ts';
import type { Source } from '../files/source.ts';
import { type BlockReader, createBlockReader } from './block-reader.ts';
import type { BlockSource, LaneTraffic } from './lane-traffic.ts';
import { packManifest } from './manifest.ts';
import { createWindow, type Window } from './send-window.ts';
import { createSentFiles, isPossibleEnd } from './sent-files.ts';
import { type Happening, initialStatus, isEnded, isFlowing, type Say, type Status, seenByPeer, step } from './state.ts';
import type { Surroundings, Transfer } from './transfer.ts';
import { buildView, createProgress } from './view.ts';

/** Digests of small files travel together, up to this many. */
const digestBatch = 64;
/** Pages asked for and not yet sent, at most: twice what a receiver asks ahead. */
const wantedPagesMost = 8;

export interface OutgoingOptions {
  id: string;
  peer: Person;
  source: Source;
  surroundings: Surroundings;
}

/** The sending side of one transfer. Throws what `packManifest` does. */
export function createOutgoing(options: OutgoingOptions): Transfer {
  const { id, source, surroundings } = options;
  const { entries } = source;
  const manifest = packManifest(entries);
  const progress = createProgress(surroundings.now);
  const failed: [entry: number, reason: ReasonCode][] = [];
  const failedEntries = new Set<number>();
  const sent = createSentFiles(entries);
  let status: Status = initialStatus('sender');
  let peer = options.peer;
  let traffic: LaneTraffic | null = null;
  let binding = 0;
  let reader: BlockReader | null = null;
  let window: Window | null = null;
  let digests: [number, number, string][] = [];
  let reading: Promise<void> = Promise.resolve();
  let wantedPages: number[] = [];
  /** How many of `failed` the receiver has been told since it last said where to begin. */
  let toldFailures = 0;

  const blocks: BlockSource = {
    answer() {
      const page = wantedPages.shift();
      if (page !== undefined) return { type: 'manifest', transfer: id, page, entries: manifest.page(page) ?? [] };
      if (toldFailures === failed.length) return null;
      const list = failed.slice(toldFailures, toldFailures + listItems);
      toldFailures += list.length;
      return { type: 'skip', transfer: id, list };
    },
    get ready() {
      if (!isFlowing(status) || !reader || !window) return false;
      return reader.peek() !== null && window.available > 0;
    },
    take() {
      const item = reader?.take();
      if (!item || !window) return null;
      window.sent(item.charge);
      sent.sent(item.entry, item.offset, item.message ? blockPayload(item.message).byteLength : 0);
      if (item.digest) digests.push(item.digest);
      if (digests.length >= digestBatch) blocks.flush();
      if (item.message && status.phase !== 'running') happen({ type: 'started' });
      return item.message;
    },
    flush() {
      if (digests.length > 0) traffic?.send({ type: 'digests', transfer: id, list: digests });
      digests = [];
      if (reader?.exhausted && status.phase !== 'verifying') happen({ type: 'all-moved' });
    },
  };

  function happen(happened: Happening): void {
    const before = status;
    const { status: next, say } = step(status, happened);
    status = next;
    if (isFlowing(before) !== isFlowing(next)) progress.resetRates();
    if (isEnded(next)) {
      stopReading();
      traffic?.leave(blocks);
    }
    for (const word of say) speak(word);
    if (next !== before) surroundings.changed();
    if (isFlowing(next)) traffic?.pump();
  }

  function speak(word: Say): void {
    const hold = status.heldByMe?.code ?? null;
    if (word === 'offer') traffic?.send({ type: 'offer', transfer: id, ...manifest.shape, hold });
    else if (word === 'hold' && hold) traffic?.send({ type: 'hold', transfer: id, reason: hold });
    else if (word === 'resume') traffic?.send({ type: 'resume', transfer: id });
    else if (word === 'cancel') traffic?.send(lastWord());
  }

  function lastWord(): Control {
    return { type: 'cancel', transfer: id, reason: seenByPeer(status.reason?.code ?? 'cancelled-by-me') };
  }

  function stopReading(): void {
    const stopping = reader?.stop();
    if (stopping) reading = Promise.all([reading, stopping]).then(() => {});
    reader = null;
    window = null;
    digests = [];
    wantedPages = [];
    toldFailures = failed.length;
  }

  /** Where bytes of the manifest can begin, or behind its last entry. */
  function isPlace({ entry, offset }: ControlOf<'accept'>): boolean {
    return entry <= entries.length && offset <= (entries[entry]?.bytes ?? 0);
  }

  /** Nobody has more than was sent. */
  function isPossible({ written, files }: { written: number; files: number }): boolean {
    return written <= sent.bytes && files <= sent.files;
  }

  /** The receiver says where to begin. It is told again of all that failed: the first word may have been lost. */
  function bind(accept: ControlOf<'accept'>): void {
    if (isEnded(status)) {
      happen({ type: 'peer-accept', hold: accept.hold });
      return;
    }
    if (!isPlace(accept) || !isPossible(accept)) {
      fail();
      return;
    }
    stopReading();
    binding = accept.binding;
    window = createWindow(surroundings.now);
    progress.set(accept.written, accept.files);
    progress.resetRates();
    toldFailures = 0;
    const own = createBlockReader({
      source,
      transfer: id,
      binding,
      position: { entry: accept.entry, offset: accept.offset },
      isFailed: (entry) => failedEntries.has(entry),
      after: reading,
      payloadBytes: () => traffic?.payloadBytes ?? limits.smallestBlockBytes,
      ready: () => traffic?.pump(),
      failed(entry, reason) {
        if (own === reader) giveUp(entry, reason);
      },
      away() {
        if (own === reader) happen({ type: 'hold', reason: { code: 'source-away' } });
      },
    });
    reader = own;
    happen({ type: 'peer-accept', hold: accept.hold });
    traffic?.pump();
  }

  /** False when the entry is no file, or has failed already. */
  function noteFailure(entry: number, reason: ReasonCode): boolean {
    if (entries[entry]?.kind !== 'file' || failedEntries.has(entry)) return false;
    failedEntries.add(entry);
    failed.push([entry, reason]);
    return true;
  }

  function giveUp(entry: number, reason: ReasonCode): void {
    if (!noteFailure(entry, reason)) return;
    reader?.drop(entry);
    surroundings.progressed();
    traffic?.pump();
  }

  function receiverGaveUp(list: ControlOf<'skip'>['list']): void {
    const untold = toldFailures < failed.length;
    for (const [entry, reason] of list) {
      if (noteFailure(entry, reason)) reader?.drop(entry);
    }
    // It need not hear its own words.
    if (!untold) toldFailures = failed.length;
    surroundings.progressed();
    traffic?.pump();
  }

  function progressed(message: ControlOf<'progress'>): void {
    if (message.binding !== binding || !window) return;
    if (!isPossible(message) || !window.acknowledged(message.charge)) {
      fail();
      return;
    }
    progress.set(message.written, message.files);
    surroundings.progressed();
    traffic?.pump();
  }

  function ended(message: ControlOf<'ended'>): void {
    if (!isPossibleEnd(message, manifest.shape, sent)) {
      traffic?.refuse();
      happen({ type: 'peer-ended', state: 'failed', reason: 'false-report' });
      return;
    }
    for (const [entry, reason] of message.failures) noteFailure(entry, reason);
    if (message.state === 'done') progress.set(progress.written, message.files);
    if (message.state === 'done' && message.failed === 0) progress.set(manifest.shape.bytes, manifest.shape.files);
    const detail = message.failed > 0 ? { count: message.failed } : undefined;
    happen({
      type: 'peer-ended',
      state: message.state,
      reason: message.reason,
      ...(detail ? { detail } : {}),
    });
  }

  function fail(): void {
    traffic?.refuse();
    happen({ type: 'cancel', reason: { code: 'protocol-error' } });
  }

  function wantPage(page: number): void {
    if (page === 0) {
      stopReading();
      happen({ type: 'peer-restart' });
    }
    if (isEnded(status)) return;
    if (page >= manifest.shape.pages || wantedPages.length >= wantedPagesMost) {
      fail();
      return;
    }
    wantedPages.push(page);
    traffic?.pump();
  }

  return {
    id,
    direction: 'out',
    peerKey: peer.key,
    arrived: null,
    get sentFiles() {
      return sent.files;
    },
    get lane() {
      return traffic;
    },
    get status() {
      return status;
    },
    view: () =>
      buildView({
        id,
        direction: 'out',
        peer,
        status,
        shape: manifest.shape,
        entries,
        shownPath: (entry) => entry.path,
        progress,
        failed,
        folder: null,
        arrived: null,
        freeBytes: null,
      }),
    contents: { entries, count: entries.length, shownName: (name) => name },
    laneUp(given) {
      stopReading();
      traffic?.leave(blocks);
      traffic = given;
      peer = given.peer;
      if (!isEnded(status)) traffic.join(blocks);
      happen({ type: 'lane-up' });
    },
    laneDown() {
      stopReading();
      traffic?.leave(blocks);
      traffic = null;
      happen({ type: 'lane-down' });
    },
    parted: (why) => happen({ type: 'parted', why }),
    peerRenamed(name) {
      peer = { ...peer, name };
      surroundings.changed();
    },
    control(control: Control) {
      switch (control.type) {
        case 'want-manifest':
          return wantPage(control.page);
        case 'accept':
          return bind(control);
        case 'again':
          return reader?.again(control.list);
        case 'skip':
          return receiverGaveUp(control.list);
        case 'progress':
          return progressed(control);
        case 'hold':
          return happen({ type: 'peer-hold', reason: control.reason });
        case 'resume':
          return happen({ type: 'peer-resume' });
        case 'query':
          return happen({ type: 'peer-query' });
        case 'ended':
          return ended(control);
        case 'gone':
          return happen({ type: 'peer-gone' });
        default:
          traffic?.refuse();
      }
    },
    block() {
      traffic?.refuse();
    },
    pause() {
      happen({ type: 'hold', reason: { code: 'paused-by-me' } });
    },
    resume() {
      happen({ type: 'resume' });
    },
    cancel(reason: Reason) {
      happen({ type: 'cancel', reason });
    },
    lastWord,
    released: () => reading,
  };
}
