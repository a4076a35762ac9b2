import { blockPayload } from '../../shared/protocol/block.ts';
import type { ControlOf } from '../../shared/protocol/transfer-messages.ts';
import type { BlockReader } from './block-reader.ts';
import type { Window } from './send-window.ts';
import type { SentFiles } from './sent-files.ts';

type Digest = ControlOf<'digests'>['list'][number];

/** Digests of small files travel together, up to this many. */
const digestBatch = 64;

/** The blocks of one binding: what the receiver said to begin with, until it or the lane says otherwise. */
export interface Sending {
  readonly binding: number;
  /** There is a block, and room for it in the window. */
  readonly ready: boolean;
  take(): Uint8Array<ArrayBuffer> | null;
  /** Digests that waited for company go. */
  flush(): void;
  /** The last block has gone, and none is asked for again. */
  readonly exhausted: boolean;
  /** The receiver has dealt with this much charge. False when that cannot be. */
  progressed(charge: number): boolean;
  /** See `BlockReader`. */
  again(segments: ControlOf<'again'>['list']): void;
  drop(entry: number): void;
  /** Digests of blocks that may not have arrived, so that they may not have arrived either. */
  readonly unconfirmed: readonly Digest[];
  /** Resolves when its file is closed. */
  stop(): Promise<void>;
}

export interface SendingOptions {
  binding: number;
  reader: BlockReader;
  window: Window;
  sent: SentFiles;
  tellDigests(list: Digest[]): void;
}

export function createSending({ binding, reader, window, sent, tellDigests }: SendingOptions): Sending {
  let waiting: Digest[] = [];
  let unconfirmed: { charge: number; digest: Digest }[] = [];
  let sentCharge = 0;

  function flush(): void {
    if (waiting.length > 0) tellDigests(waiting);
    waiting = [];
  }

  return {
    binding,
    get ready() {
      return reader.peek() !== null && window.available > 0;
    },
    take() {
      const item = reader.take();
      if (!item) return null;
      const { entry, offset, message, charge, digest } = item;
      window.sent(charge);
      sentCharge += charge;
      sent.sent(entry, offset, message ? blockPayload(message).byteLength : 0);
      if (digest) waiting.push(digest);
      // Without a block there is nothing that could be asked for again.
      if (digest && message) unconfirmed.push({ charge: sentCharge, digest });
      if (waiting.length >= digestBatch) flush();
      return message;
    },
    flush,
    get exhausted() {
      return reader.exhausted;
    },
    progressed(charge) {
      if (!window.acknowledged(charge)) return false;
      const first = unconfirmed[0];
      if (first && first.charge <= charge) unconfirmed = unconfirmed.filter((each) => each.charge > charge);
      return true;
    },
    again: reader.again,
    drop: reader.drop,
    get unconfirmed() {
      return unconfirmed.map(({ digest }) => digest);
    },
    stop: reader.stop,
  };
}
