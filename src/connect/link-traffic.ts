import { messageClass } from '../shared/protocol/block.ts';
import { createBudget } from '../shared/protocol/budget.ts';
import { limits } from '../shared/protocol/limits.ts';
import { bufferBounds } from './buffer-target.ts';
import type { Channel } from './channel.ts';
import { createChannelWriter } from './channel-writer.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import type { LinkControl } from './link-control.ts';
import { createSpread } from './strands/spread.ts';
import type { StrandParts } from './strands/strand.ts';
import type { Timings } from './timings.ts';

/** The binary messages of a link, both ways: control by its first channel and before blocks, blocks by whichever has room. */
export interface LinkTraffic {
  /** Message bytes handed to channels since the start. */
  readonly drainedBytes: number;
  /** From now on the first channel tells when there is room. */
  start(): void;
  send(message: Uint8Array<ArrayBuffer>): void;
  /** A binary message of the first channel. */
  hear(bytes: Uint8Array<ArrayBuffer>): void;
  /** The first channel's buffer has fallen to what was asked for. */
  onLow(): void;
  /** Hands over the control messages that still wait, however full the buffer is; nobody will want the blocks any more. */
  sendLastWords(): void;
  /** Sends the last words; resolves when all is on its way, or the channel is closed. */
  flushed(): Promise<void>;
  /** Nothing that waits is sent any more. */
  clear(): void;
  /** The first channel is closed. */
  close(): void;
}

export interface LinkTrafficOptions {
  readonly channel: Pick<Channel, 'bufferedBytes' | 'setLowBytes' | 'send'>;
  readonly control: LinkControl;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly timings: Pick<Timings, 'strandRoundTripMs'>;
  readonly counters: Pick<Counters, 'count'>;
  /** Null where the peer does not know strands. */
  readonly strands: StrandParts | null;
  /** The shortest round trip that was seen on the link. */
  roundTripMs(): number | null;
  onMessage(message: Uint8Array<ArrayBuffer>): void;
  /** `drainedBytes` has grown, and there may be room for more. */
  onDrain(): void;
  /** The peer breaks the rules. */
  onOffence(how: 'flooded' | 'malformed'): void;
}

export function createLinkTraffic(options: LinkTrafficOptions): LinkTraffic {
  const { channel, clock, counters, timings } = options;
  const controls = createBudget({
    perSecond: limits.controlsPerSecond,
    atOnce: limits.controlsAtOnce,
    now: clock.now,
  });
  let controlBytes = 0;
  let toldBytes = 0;

  const spread = createSpread({
    channel,
    control: options.control,
    parts: options.strands,
    roundTripMs: options.roundTripMs,
    isFar,
    fillFirst: () => writer.fill(),
    onHanded: tellDrain,
    onBlock: options.onMessage,
    onOffence: options.onOffence,
  });

  const writer = createChannelWriter({
    channel,
    clock,
    mostBytes: () => (isFar() ? bufferBounds.farBytes : bufferBounds.mostBytes),
    nextBlock: spread.nextBlock,
    onControl(bytes) {
      controlBytes += bytes;
    },
    onHanded: tellDrain,
  });

  function isFar(): boolean {
    const roundTripMs = options.roundTripMs();
    return roundTripMs !== null && roundTripMs > timings.strandRoundTripMs;
  }

  function drainedBytes(): number {
    return controlBytes + spread.drainedBytes;
  }

  /** Not of what only went again. */
  function tellDrain(): void {
    if (drainedBytes() === toldBytes) return;
    toldBytes = drainedBytes();
    options.onDrain();
  }

  return {
    get drainedBytes() {
      return drainedBytes();
    },
    start: writer.start,
    send(message) {
      if (message[0] === messageClass.control) writer.send(message);
      else spread.send(message);
    },
    hear(bytes) {
      // Blocks are bounded by their window; the rest is not, and each is carried to main and may be answered.
      if (bytes[0] !== messageClass.block && !controls.take()) {
        counters.count('linkFlooded');
        return options.onOffence('flooded');
      }
      const heard = spread.hear(bytes);
      if (heard === 'foreign') options.onMessage(bytes);
      else if (heard === 'malformed') {
        counters.count('linkMessageMalformed');
        options.onOffence('malformed');
      }
    },
    onLow: writer.onLow,
    sendLastWords() {
      spread.drop();
      writer.sendLastWords();
    },
    flushed() {
      spread.drop();
      return writer.flushed();
    },
    clear() {
      spread.drop();
      writer.clear();
    },
    close() {
      spread.close();
      writer.close();
    },
  };
}
