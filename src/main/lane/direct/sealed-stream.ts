import { sameBytes } from './same-bytes.ts';
import type { StreamCounts } from './stream-watch.ts';
import type { KeyPair, Udx, UdxStream } from './udx.ts';

/** Messages over one UDX stream, sealed by Noise IK: each end holds the key that the other was told of. */
export interface SealedStream {
  /** True once the far end has shown that it holds its key; false when it was closed before. */
  readonly opened: Promise<boolean>;
  /** Whoever closed it. */
  readonly closed: Promise<void>;
  readonly counts: StreamCounts;
  /** Sends one message, which is not touched again; false when it is full: what is written then waits in memory until `drained`. */
  write(message: Uint8Array<ArrayBuffer>): boolean;
  /** Says that this side is there; the far end reads it, and that is all. */
  beat(): void;
  /** Called once. Messages that came earlier are delivered then, in order. */
  listen(handlers: SealedStreamHandlers): void;
  /** Closes it when all has been sent; nothing comes any more. */
  end(): void;
  /** Closes it now; what is under way is lost. */
  destroy(): void;
}

export interface SealedStreamHandlers {
  /** The message is the handler's to keep. */
  message(message: Uint8Array): void;
  /** All that was written has been taken by UDX, which holds its congestion window and 256 KiB. */
  drained(): void;
  /** Once; nothing comes after it. */
  closed(): void;
}

export interface SealedStreamOptions {
  isInitiator: boolean;
  keyPair: KeyPair;
  /** The far end's Noise key. */
  farKey: Uint8Array;
  /** A larger message closes it, before it is here. */
  largestBytes: number;
}

/** What Noise adds to a message: its length is bounded before it is opened. */
const sealBytes = 17;

/** @param raw connected, or about to be */
export function sealStream(udx: Udx, raw: UdxStream, options: SealedStreamOptions): SealedStream {
  const { isInitiator, keyPair, farKey, largestBytes } = options;
  // Noise looks for it once, when it is made.
  raw.setContentSize = (bytes) => {
    if (bytes > largestBytes + sealBytes) raw.destroy();
  };
  const noise = udx.seal(isInitiator, raw, {
    pattern: 'IK',
    keyPair,
    ...(isInitiator ? { remotePublicKey: farKey } : {}),
  });
  let open = false;
  let ending = false;
  let closed = false;
  let readMessages = 0;
  let sentMessages = 0;
  let handlers: SealedStreamHandlers | null = null;
  let early: Uint8Array[] = [];
  let resolveOpened: (opened: boolean) => void;
  const opened = new Promise<boolean>((resolve) => {
    resolveOpened = resolve;
  });
  const closing = new Promise<void>((resolve) => noise.once('close', resolve));

  noise.once('handshake', () => {
    if (!noise.remotePublicKey || !sameBytes(noise.remotePublicKey, farKey)) noise.destroy();
    // The far end's key has spoken when its first message opens: a recorded handshake could be somebody else's.
    else sealed.beat();
  });
  noise.on('data', (message: Uint8Array) => {
    readMessages++;
    // Nobody may have listened before it was ended: what comes would wait for nothing.
    if (ending || closed) return;
    if (!open) {
      open = message.byteLength === 0;
      if (open) resolveOpened(true);
      else noise.destroy();
    } else if (message.byteLength > largestBytes) noise.destroy();
    else if (message.byteLength === 0) return;
    else if (handlers) handlers.message(message);
    else early.push(message);
  });
  noise.on('drain', () => {
    if (!closed) handlers?.drained();
  });
  // What ends a stream (a peer that is gone, a forged datagram) is no more than its end.
  noise.on('error', () => {});
  noise.once('end', () => noise.destroy());
  noise.once('close', () => {
    resolveOpened(false);
    if (closed) return;
    closed = true;
    handlers?.closed();
  });

  const sealed: SealedStream = {
    opened,
    closed: closing,
    get counts() {
      return {
        cameBytes: raw.bytesReceived,
        packets: raw.packetsReceived,
        readBytes: noise.rawBytesRead,
        readMessages,
        sentBytes: noise.rawBytesWritten,
        sentMessages,
      };
    },
    write(message) {
      sentMessages++;
      return noise.write(message);
    },
    beat: () => void sealed.write(new Uint8Array(0)),
    listen(given) {
      handlers = given;
      const waiting = early;
      early = [];
      for (const message of waiting) given.message(message);
      if (closed) given.closed();
    },
    end() {
      ending = true;
      early = [];
      noise.end();
    },
    destroy: () => void noise.destroy(),
  };
  return sealed;
}
