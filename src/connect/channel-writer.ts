import type { Channel } from './channel.ts';
import { createChannelFiller } from './channel-filler.ts';
import type { Clock } from './clock.ts';
import { createFifo } from './fifo.ts';

/** What goes into a link's first channel: control before blocks, its buffer as full as it should be, and at the end to the last byte. */
export interface ChannelWriter {
  /** From now on the channel tells when there is room. */
  start(): void;
  /** A control message. */
  send(message: Uint8Array<ArrayBuffer>): void;
  /** There may be blocks to send. */
  fill(): void;
  /** The channel's buffer has fallen to what was asked for. */
  onLow(): void;
  /** Hands over the control messages that still wait, however full the buffer is. */
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
  /** More than this is never wanted in its buffer. */
  mostBytes(): number;
  /** Hands the next block to the channel and says how many bytes it has; 0 when none may go. */
  nextBlock(): number;
  /** So many bytes of control messages have been handed to the channel. */
  onControl(bytes: number): void;
  /** Something was handed over, and there may be room for more. */
  onHanded(): void;
}

/** From the channel's empty buffer until the last of it is on its way. */
const lastWordMs = 100;

export function createChannelWriter(options: ChannelWriterOptions): ChannelWriter {
  const { channel, clock } = options;
  const control = createFifo<Uint8Array<ArrayBuffer>>();
  const filler = createChannelFiller({
    channel,
    clock,
    mostBytes: options.mostBytes,
    next: () => handControl() || options.nextBlock(),
    onHanded: options.onHanded,
  });
  const flushing: (() => void)[] = [];
  let closed = false;

  /** How many bytes the next one had; 0 when there is none. */
  function handControl(): number {
    const message = control.shift();
    if (!message) return 0;
    channel.send(message);
    options.onControl(message.length);
    return message.length;
  }

  function tellFlushed(): void {
    if (!closed && channel.bufferedBytes > 0) return;
    for (const done of flushing.splice(0)) done();
  }

  function sendLastWords(): void {
    while (handControl() > 0);
  }

  return {
    start: filler.start,
    send(message) {
      control.push(message);
      filler.fill();
    },
    fill: filler.fill,
    onLow() {
      filler.onLow();
      if (flushing.length > 0) channel.setLowBytes(0);
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
    clear: control.clear,
    close() {
      closed = true;
      control.clear();
      tellFlushed();
    },
  };
}
