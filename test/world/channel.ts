import { limits } from '../../src/shared/protocol/limits.ts';
import { maxMessageBytes } from './descriptions.ts';
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

/** What Chromium keeps in a channel's buffer before it takes no more. */
const fullBytes = 16 * 2 ** 20;

interface Waiting {
  readonly bytes: number;
  readonly data: string | ArrayBuffer;
}

/**
 * One end of a data channel: ordered and reliable, with a buffer and a rate. What cannot be carried now waits. It ends as in
 * Chromium: closed by itself, it first sends what is in its buffer; with its connection, it drops that.
 */
export class WorldChannel extends Target {
  binaryType = 'arraybuffer';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readyState: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  far: WorldChannel | null = null;
  readonly label: string;
  readonly #end: ChannelEnd;
  readonly #wire: Wire;
  readonly #queue: Waiting[] = [];
  #isBusy = false;
  /** The last word to the far end: not said, on its way, or known to have come. */
  #lastWord: 'unsaid' | 'said' | 'heard' = 'unsaid';
  #hasFarEnded = false;

  constructor(label: string, end: ChannelEnd, wire: Wire) {
    super();
    this.label = label;
    this.#end = end;
    this.#wire = wire;
  }

  /** The connection stands. An end that the far side has made is told of between the two. */
  opens(): void {
    if (this.readyState === 'connecting') this.readyState = 'open';
  }

  tellOpen(): void {
    if (this.readyState === 'open') this.tell('open');
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== 'open') throw new DOMException('the channel is not open', 'InvalidStateError');
    // What is handed over is the sender's to reuse; text goes as UTF-8.
    const copy = typeof data === 'string' ? Buffer.from(data) : data.slice();
    const bytes = copy.byteLength;
    if (bytes > limits.linkMessageBytes) this.#wire.onBroken(`a message of ${bytes} bytes is sent on a channel`);
    if (bytes > maxMessageBytes) throw new TypeError('larger than the far side takes');
    if (this.bufferedAmount + bytes > fullBytes) throw new DOMException('the buffer is full', 'OperationError');
    this.bufferedAmount += bytes;
    if (this.bufferedAmount > mostBufferedBytes) this.#wire.onBroken(`a channel holds ${this.bufferedAmount} bytes`);
    const message = { bytes, data: typeof data === 'string' ? copy.toString() : copy.buffer };
    if (bytes <= packetBytes && this.#queue.length === 0 && this.#isCarried()) {
      this.#leave(message.data);
      this.#wire.timeline.after(0, () => this.#drained(bytes));
      return;
    }
    this.#queue.push(message);
    this.pump();
  }

  /** Goes on with what waits, if it can be carried now. */
  pump(): void {
    if (this.#isBusy || !this.#isCarried()) return;
    const [first] = this.#queue;
    if (!first) {
      this.#sayLastWord();
      return;
    }
    this.#isBusy = true;
    this.#wire.timeline.after(first.bytes / this.#wire.bytesPerMs, () => {
      this.#isBusy = false;
      if (!this.#isCarried()) return;
      this.#queue.shift();
      this.#leave(first.data);
      this.#drained(first.bytes);
      this.pump();
    });
  }

  #drained(bytes: number): void {
    if (this.readyState === 'closed' || !this.#end.isOn) return;
    const before = this.bufferedAmount;
    this.bufferedAmount -= bytes;
    const threshold = this.bufferedAmountLowThreshold;
    if (before > threshold && this.bufferedAmount <= threshold) this.tell('bufferedamountlow');
  }

  #isCarried(): boolean {
    return this.#isUp() && this.#end.isOn && this.#end.isCarried();
  }

  #isUp(): boolean {
    return this.readyState === 'open' || this.readyState === 'closing';
  }

  #leave(data: string | ArrayBuffer): void {
    this.#wire.timeline.after(this.#wire.delayMs, () => this.far?.arrive(data));
  }

  arrive(data: string | ArrayBuffer): void {
    if (this.#isUp() && this.#end.isOn) this.tell('message', { data });
  }

  /** Once all has been sent, and the far end has said that it ends too. */
  close(): void {
    if (this.readyState === 'closing' || this.readyState === 'closed') return;
    const wasOpen = this.readyState === 'open';
    this.readyState = 'closing';
    if (wasOpen) this.pump();
    else this.#wire.timeline.after(0, () => this.#ended());
  }

  #sayLastWord(): void {
    if (this.readyState !== 'closing' || this.#lastWord !== 'unsaid') return;
    this.#lastWord = 'said';
    const { timeline, delayMs } = this.#wire;
    timeline.after(delayMs, () => this.far?.farEnds());
    timeline.after(2 * delayMs, () => {
      this.#lastWord = 'heard';
      this.#endWithBoth();
    });
  }

  farEnds(): void {
    this.#hasFarEnded = true;
    if (this.readyState === 'open' && this.#end.isOn) {
      this.readyState = 'closing';
      this.tell('closing');
      this.pump();
    }
    this.#endWithBoth();
  }

  #endWithBoth(): void {
    if (this.#hasFarEnded && this.#lastWord === 'heard') this.#ended();
  }

  /** Its connection ends, here or (`error`) at the far side: what waits goes nowhere. */
  cutOff(error: DOMException | null = null): void {
    if (!this.#end.isOn || this.readyState === 'closed') return;
    if (this.readyState === 'open') {
      this.readyState = 'closing';
      this.tell('closing');
    }
    this.#ended(error);
  }

  #ended(error: DOMException | null = null): void {
    if (this.readyState === 'closed' || !this.#end.isOn) return;
    this.readyState = 'closed';
    this.#queue.length = 0;
    if (error) this.tell('error', { error });
    this.tell('close');
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
