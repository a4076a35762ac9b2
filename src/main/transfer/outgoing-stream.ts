import { limits } from '../../shared/protocol/limits.ts';
import { type ControlOf, listItems } from '../../shared/protocol/transfer-messages.ts';
import type { ReasonCode } from '../../shared/reasons.ts';
import type { Source } from '../files/source.ts';
import { createBlockReader } from './block-reader.ts';
import { createGivenUp, type GivenUp } from './given-up.ts';
import type { BlockSource, LaneTraffic } from './lane-traffic.ts';
import type { ManifestPages } from './manifest.ts';
import { createWindow } from './send-window.ts';
import { createSending, type Sending } from './sending.ts';
import { createSentFiles, isPossibleStart, isPossiblyWritten, type SentFiles } from './sent-files.ts';
import { createWantedPages } from './wanted-pages.ts';

/** What goes out of one transfer as its lane has room: pages, files given up, and the blocks of one binding after another. */
export interface OutgoingStream {
  /** To join a lane with. */
  readonly blocks: BlockSource;
  readonly givenUp: Pick<GivenUp, 'list' | 'note'>;
  /** Over all bindings. */
  readonly sent: Pick<SentFiles, 'files' | 'bytes'>;
  /** The receiver says where to begin; it is told again of all that failed. False when it cannot mean it. */
  bind(accept: ControlOf<'accept'>): boolean;
  /** False when it cannot be. That of an earlier binding is late: null. */
  progressed(progress: ControlOf<'progress'>): boolean | null;
  again(list: ControlOf<'again'>['list']): void;
  receiverGaveUp(list: ControlOf<'skip'>['list']): void;
  /** False when there is no such page, or too many wait. */
  wantPage(page: number): boolean;
  /** Said again on another lane: digests of blocks that may not have arrived, so that they may not have either. */
  repeatDigests(): void;
  /** Nothing more goes until the receiver says anew where to begin. */
  stop(): void;
  /** Resolves when no file is open; once stopped. */
  released(): Promise<void>;
}

export interface OutgoingStreamOptions {
  id: string;
  source: Source;
  manifest: ManifestPages;
  now(): number;
  traffic(): LaneTraffic | null;
  isFlowing(): boolean;
  /** A block goes. */
  started(): void;
  /** The last block has gone, and nothing is asked for again. */
  allMoved(): void;
  gaveUp(): void;
  sourceAway(): void;
}

export function createOutgoingStream(options: OutgoingStreamOptions): OutgoingStream {
  const { id, source, traffic } = options;
  const pages = createWantedPages(options.manifest, () => 2 * (traffic()?.pagesAhead ?? 0));
  const givenUp = createGivenUp(source.entries);
  const sent = createSentFiles(source.entries);
  let sending: Sending | null = null;
  /** Of the binding before, as long as the receiver has not said what it lacks. */
  let unconfirmed: Sending['unconfirmed'] = [];
  /** Until files of earlier bindings are closed. */
  let reading: Promise<unknown> = Promise.resolve();

  const blocks: BlockSource = {
    answer() {
      const page = pages.next();
      if (page) return { type: 'manifest', transfer: id, ...page };
      const list = givenUp.untold();
      return list && { type: 'skip', transfer: id, list };
    },
    get ready() {
      return sending !== null && options.isFlowing() && sending.ready;
    },
    take() {
      const message = sending?.take() ?? null;
      if (message) options.started();
      return message;
    },
    flush() {
      sending?.flush();
      if (sending?.exhausted) options.allMoved();
    },
  };

  function stop(): void {
    if (sending) {
      unconfirmed = sending.unconfirmed;
      reading = Promise.all([reading, sending.stop()]);
    }
    sending = null;
    pages.clear();
    givenUp.tellNone();
  }

  function giveUp(entry: number, reason: ReasonCode): void {
    if (!givenUp.note(entry, reason)) return;
    sending?.drop(entry);
    options.gaveUp();
  }

  function startSending({ binding, entry, offset }: ControlOf<'accept'>): Sending {
    const reader = createBlockReader({
      source,
      transfer: id,
      binding,
      position: { entry, offset },
      isFailed: givenUp.has,
      after: reading,
      payloadBytes: () => traffic()?.payloadBytes ?? limits.smallestBlockBytes,
      aheadBytes: () => traffic()?.aheadBytes ?? 0,
      ready: () => traffic()?.pump(),
      failed(failing, reason) {
        if (started === sending) giveUp(failing, reason);
      },
      away() {
        if (started === sending) options.sourceAway();
      },
    });
    const started = createSending({
      binding,
      reader,
      window: createWindow(options.now, traffic()?.windowBytes ?? limits.windowLargestBytes),
      sent,
      tellDigests: (list) => traffic()?.send({ type: 'digests', transfer: id, list }),
    });
    return started;
  }

  return {
    blocks,
    givenUp,
    sent,
    bind(accept) {
      if (!isPossibleStart(accept, source.entries) || !isPossiblyWritten(accept, sent)) return false;
      stop();
      unconfirmed = [];
      givenUp.tellAll();
      sending = startSending(accept);
      return true;
    },
    progressed(progress) {
      if (!sending || progress.binding !== sending.binding) return null;
      return isPossiblyWritten(progress, sent) && sending.progressed(progress.charge);
    },
    again: (list) => sending?.again(list),
    receiverGaveUp(list) {
      givenUp.noteTold(list, (entry) => sending?.drop(entry));
      options.gaveUp();
    },
    wantPage: pages.want,
    repeatDigests() {
      for (let from = 0; from < unconfirmed.length; from += listItems) {
        traffic()?.send({ type: 'digests', transfer: id, list: unconfirmed.slice(from, from + listItems) });
      }
    },
    stop,
    released: () => reading.then(() => {}),
  };
}
