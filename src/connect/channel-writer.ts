import { createBufferTarget } from './buffer-target.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import { createSendQueue } from './send-queue.ts';

/** What goes into a channel: control before blocks, its buffer as full as it should be, and at the end to the last byte. */
export interface ChannelWriter {
  /** Message bytes handed to the channel since the start. */
  readonly drainedBytes: number;
  /** From now on the channel tells when there is room. */
  start(): void;
  send(message: Uint8Array<ArrayBuffer>): void;
  /** The channel's buffer has fallen to what was asked for. */
  onLow(): void;
  /** Hands over the control messages that still wait, however full the buffer is; nobody will want the blocks any more. */
  sendLastWords(): void;
  /** Sends the last words; resolves when all is on its way, or the channel is closed. */
  flushed(): Promise<void>;
  /** Nothing that waits is sent any more. */
  clear(): void;
  /** The channel is closed. */
  close(): void;
}

export interface ChannelWriterOptions {
  readonly channel: Pick<Channel, 'bufferedBytes' | 'setLowBytes' | 'send'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** `drainedBytes` has grown, and there may be room for more. */
  onDrain(): void;
}

/** From the channel's empty buffer until the last of it is on its way. */
const lastWordMs = 100;

export function createChannelWriter({ channel, clock, onDrain }: ChannelWriterOptions): ChannelWriter {
  const queue = createSendQueue();
  const target = createBufferTarget();
  const flushing: (() => void)[] = [];
  let drainedBytes = 0;
  let closed = false;

  function hand(message: Uint8Array<ArrayBuffer>): void {
    channel.send(message);
    drainedBytes += message.length;
  }

  /** Keeps the buffer at its target, and is called when there is more to send or room for it. */
  function pump(): void {
    const before = drainedBytes;
    while (channel.bufferedBytes < target.bytes) {
      const message = queue.shift();
      if (!message) break;
      if (channel.bufferedBytes === 0) target.started(clock.now(), drainedBytes);
      hand(message);
    }
    if (drainedBytes > before) onDrain();
  }

  function tellFlushed(): void {
    if (!closed && channel.bufferedBytes > 0) return;
    for (const done of flushing.splice(0)) done();
  }

  function sendLastWords(): void {
    queue.dropBlocks();
    for (let message = queue.shift(); message; message = queue.shift()) hand(message);
  }

  return {
    get drainedBytes() {
      return drainedBytes;
    },
    start: () => channel.setLowBytes(target.bytes / 2),
    send(message) {
      queue.push(message);
      pump();
    },
    onLow() {
      const buffered = channel.bufferedBytes;
      const full = drainedBytes;
      pump();
      target.low(clock.now(), full - buffered, buffered === 0 && drainedBytes > full);
      channel.setLowBytes(flushing.length > 0 ? 0 : target.bytes / 2);
      // The target may have grown.
      pump();
      tellFlushed();
    },
    sendLastWords,
    flushed: () =>
      new Promise((done) => {
        // The channel tells when its buffer is empty, not when the network has taken what was in it.
        sendLastWords();
        flushing.push(() => {
          if (closed) done();
          else clock.after(lastWordMs, done);
        });
        channel.setLowBytes(0);
        tellFlushed();
      }),
    clear: () => queue.clear(),
    close() {
      closed = true;
      queue.clear();
      tellFlushed();
    },
  };
}
