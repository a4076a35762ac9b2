import { limits } from '../../src/shared/protocol/limits.ts';
import { Target } from './target.ts';
import type { Timeline } from './timeline.ts';

/** What a channel knows of the connection that carries it. */
export interface ChannelEnd {
  readonly isOn: boolean;
  isCarried(): boolean;
}

/** Above the fullest that a channel's buffer is kept (4 MiB) there is only the message that fills it. */
const mostBufferedBytes = 4 * 2 ** 20 + limits.linkMessageBytes;
/** Such a message is a packet of its own: nothing is to be seen of it waiting. */
const packetBytes = 1200;

interface Waiting {
  readonly bytes: number;
  readonly data: string | ArrayBuffer;
}

/** One end of a data channel: ordered and reliable, with a buffer and a rate. What cannot be carried now waits. */
export class WorldChannel extends Target {
  binaryType = 'arraybuffer';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readyState = 'connecting';
  far: WorldChannel | null = null;
  readonly label: string;
  readonly #end: ChannelEnd;
  readonly #wire: Wire;
  readonly #queue: Waiting[] = [];
  #isBusy = false;

  constructor(label: string, end: ChannelEnd, wire: Wire) {
    super();
    this.label = label;
    this.#end = end;
    this.#wire = wire;
  }

  open(): void {
    this.readyState = 'open';
    this.tell('open');
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== 'open') throw new Error('InvalidStateError: the channel is not open');
    const bytes = typeof data === 'string' ? data.length : data.byteLength;
    // What is handed over is the sender's to reuse.
    const copy = typeof data === 'string' ? data : data.slice().buffer;
    if (bytes <= packetBytes && this.#queue.length === 0 && this.#end.isCarried()) {
      this.#leave(copy);
      return;
    }
    this.bufferedAmount += bytes;
    this.#queue.push({ bytes, data: copy });
    if (bytes > limits.linkMessageBytes) this.#wire.onBroken(`a message of ${bytes} bytes is sent on a channel`);
    if (this.bufferedAmount > mostBufferedBytes) this.#wire.onBroken(`a channel holds ${this.bufferedAmount} bytes`);
    this.pump();
  }

  /** Goes on with what waits, if it can be carried now. */
  pump(): void {
    const [first] = this.#queue;
    if (this.#isBusy || !first || !this.#isCarried()) return;
    this.#isBusy = true;
    this.#wire.timeline.after(first.bytes / this.#wire.bytesPerMs, () => {
      this.#isBusy = false;
      if (!this.#isCarried()) return;
      this.#queue.shift();
      this.#leave(first.data);
      const before = this.bufferedAmount;
      this.bufferedAmount -= first.bytes;
      const threshold = this.bufferedAmountLowThreshold;
      if (before > threshold && this.bufferedAmount <= threshold) this.tell('bufferedamountlow');
      this.pump();
    });
  }

  #isCarried(): boolean {
    return this.readyState === 'open' && this.#end.isOn && this.#end.isCarried();
  }

  #leave(data: string | ArrayBuffer): void {
    this.#wire.timeline.after(this.#wire.delayMs, () => this.far?.arrive(data));
  }

  arrive(data: string | ArrayBuffer): void {
    if (this.readyState === 'open' && this.#end.isOn) this.tell('message', { data });
  }

  close(): void {
    if (this.readyState === 'closed') return;
    this.end();
    if (this.#end.isCarried()) this.#wire.timeline.after(this.#wire.delayMs, () => this.far?.end());
  }

  end(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.#queue.length = 0;
    this.#wire.timeline.after(0, () => this.#end.isOn && this.tell('close'));
  }
}

export interface Wire {
  readonly timeline: Pick<Timeline, 'after'>;
  /** One way. */
  readonly delayMs: number;
  /** Of one channel. */
  readonly bytesPerMs: number;
  /** A bound was not kept; what, in words. */
  onBroken(what: string): void;
}
