import { Duplex } from 'node:stream';
import type { NoiseStreamOptions } from '@hyperswarm/secret-stream';
import { sameBytes } from '../../src/main/lane/direct/same-bytes.ts';
import type { NoiseSecretStream, UdxStream } from '../../src/main/lane/direct/udx.ts';

/** What goes over a stream in one piece: how an end shows its key, or a message. */
export interface Packet {
  readonly kind: 'key' | 'message';
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whom the initiator expects; nobody else could read what it says. */
  readonly to?: Uint8Array;
}

const sealBytes = 17;
/** Until it has been sent; as with the real one, what is larger is taken and makes it wait. */
const mostWaitingBytes = 16 * 1024;

/**
 * Stands in for Noise IK: nothing is computed. Whoever has a key can only have it from its owner, so to be shown it is proof.
 */
export class Sealed extends Duplex implements Pick<NoiseSecretStream, 'remotePublicKey' | 'rawBytesRead'> {
  remotePublicKey: Uint8Array | null = null;
  rawBytesRead = 0;
  rawBytesWritten = 0;
  readonly #raw: UdxStream;
  readonly #isInitiator: boolean;
  readonly #options: NoiseStreamOptions;
  /** What was written before the keys are known. */
  #first: (() => void) | null = null;

  constructor(isInitiator: boolean, raw: UdxStream, options: NoiseStreamOptions) {
    super({ readableObjectMode: true, writableHighWaterMark: mostWaitingBytes });
    this.#raw = raw;
    this.#isInitiator = isInitiator;
    this.#options = options;
    raw.on('error', () => undefined);
    raw.on('close', () => this.destroy());
    raw.on('end', () => this.push(null));
    raw.on('data', (packet: Packet) => this.#hear(packet));
    if (isInitiator) this.#showKey();
  }

  override _read(): void {}

  override _write(message: Uint8Array, _encoding: string, done: () => void): void {
    if (!this.remotePublicKey) {
      this.#first = () => this._write(message, '', done);
      return;
    }
    this.rawBytesWritten += message.byteLength + sealBytes;
    // What is handed over is the sender's to reuse.
    if (this.#raw.write({ kind: 'message', bytes: new Uint8Array(message) } satisfies Packet)) done();
    else this.#raw.once('drain', done);
  }

  override _final(done: () => void): void {
    this.#raw.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#raw.destroy();
    done(error);
  }

  #showKey(): void {
    const bytes = new Uint8Array(this.#options.keyPair.publicKey);
    const { remotePublicKey: to } = this.#options;
    this.#raw.write({ kind: 'key', bytes, ...(to ? { to } : {}) } satisfies Packet);
  }

  #hear({ kind, bytes, to }: Packet): void {
    if (kind === 'key') this.#meet(bytes, to);
    else {
      this.#raw.setContentSize?.(bytes.byteLength + sealBytes);
      if (this.#raw.destroyed) return;
      this.rawBytesRead += bytes.byteLength + sealBytes;
      this.push(bytes);
    }
  }

  #meet(key: Uint8Array, to: Uint8Array | undefined): void {
    const { keyPair, remotePublicKey } = this.#options;
    const isRight = this.#isInitiator
      ? remotePublicKey && sameBytes(key, remotePublicKey)
      : to && sameBytes(to, keyPair.publicKey);
    if (!isRight) {
      this.destroy();
      return;
    }
    this.remotePublicKey = key;
    if (!this.#isInitiator) this.#showKey();
    this.emit('handshake');
    this.#first?.();
  }
}
