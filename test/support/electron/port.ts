import { EventEmitter } from 'node:events';

/**
 * Messages wait until `start`, `close` is told later, and only ports can be transferred: a buffer in the list is refused.
 * https://www.electronjs.org/docs/latest/api/message-port-main
 */
export class PortMain extends EventEmitter {
  readonly #toPage: { message(data: unknown): void; close(): void };
  #started = false;
  #closed = false;
  #waiting: unknown[] = [];

  constructor(toPage: { message(data: unknown): void; close(): void }) {
    super();
    this.#toPage = toPage;
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.some((each) => !(each instanceof PortMain)))
      throw new TypeError('Port at index 0 is not a valid port');
    if (!this.#closed) this.#toPage.message(message);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    setImmediate(() => {
      for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#toPage.close();
    this.ended();
  }

  /** From the page's end. */
  deliver(data: unknown): void {
    if (this.#closed) return;
    if (this.#started && this.#waiting.length === 0) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }

  /** The other end is gone. */
  ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    setImmediate(() => this.emit('close'));
  }
}
