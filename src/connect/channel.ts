import type { ChannelBinding, Role } from '../shared/protocol/hello-proof.ts';
import { limits } from '../shared/protocol/limits.ts';
import type { Peer } from './simple-peer.ts';
import type { RtcDataChannel, RtcStatsReport } from './webrtc.ts';

/** An open channel to the peer, before anybody knows who that is. */
export interface Channel {
  readonly linkId: string;
  readonly role: Role;
  readonly maxMessageBytes: number;
  readonly binding: ChannelBinding;
  /** Handed to the channel and not yet on its way. */
  readonly bufferedBytes: number;
  /** `low` is told whenever the buffer falls to this. */
  setLowBytes(bytes: number): void;
  /** Does nothing once the channel is no longer open. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Earlier messages are delivered then, in order. */
  listen(handlers: ChannelHandlers): void;
  stats(): Promise<RtcStatsReport | null>;
  close(): void;
}

export interface ChannelHandlers {
  text(text: string): void;
  binary(bytes: Uint8Array<ArrayBuffer>): void;
  low(): void;
  /** Not for our own `close`. */
  close(): void;
}

/** Message bytes kept for a channel nobody listens to yet; our handshake takes less than a window's time. */
const unheardBytes = limits.windowLargestBytes;

export interface ChannelParts {
  readonly linkId: string;
  readonly role: Role;
  stats(): Promise<RtcStatsReport | null>;
  maxMessageBytes(): number;
  dataChannel(): RtcDataChannel | null;
  binding(): ChannelBinding;
  onTooLarge(): void;
}

/** Wraps a simple-peer from its first moment on, so that nothing that comes is missed. */
export function createChannel(peer: Peer, parts: ChannelParts): Channel {
  let handlers: ChannelHandlers | null = null;
  let unheard: (string | Uint8Array<ArrayBuffer>)[] = [];
  let kept = 0;
  let closed = false;

  function deliver(message: string | Uint8Array<ArrayBuffer>, to: ChannelHandlers): void {
    if (typeof message === 'string') to.text(message);
    else to.binary(message);
  }

  function close(): void {
    if (closed) return;
    closed = true;
    unheard = [];
    peer.destroy();
  }

  function onLow(): void {
    if (!closed) handlers?.low();
  }

  /** Ends the channel as if the far side had closed it. */
  function cutOff(): void {
    close();
    handlers?.close();
  }

  peer.on('data', (data) => {
    if (closed) return;
    const message = typeof data === 'string' ? data : exactBytes(data);
    if (message !== null && handlers && message.length <= limits.linkMessageBytes) return deliver(message, handlers);
    kept += message?.length ?? 0;
    if (message === null || message.length > limits.linkMessageBytes || kept > unheardBytes) {
      parts.onTooLarge();
      cutOff();
    } else unheard.push(message);
  });
  peer.on('close', () => {
    if (closed) return;
    closed = true;
    handlers?.close();
  });

  return {
    linkId: parts.linkId,
    role: parts.role,
    get bufferedBytes() {
      return parts.dataChannel()?.bufferedAmount ?? 0;
    },
    setLowBytes(bytes) {
      const dataChannel = parts.dataChannel();
      if (!dataChannel) return;
      dataChannel.bufferedAmountLowThreshold = bytes;
      // Adding the same listener again does nothing.
      dataChannel.addEventListener('bufferedamountlow', onLow);
    },
    get maxMessageBytes() {
      return parts.maxMessageBytes();
    },
    get binding() {
      return parts.binding();
    },
    send(data) {
      if (closed || !peer.connected) return;
      try {
        peer.send(data);
      } catch {
        // The channel is closing, or would not take the message: a channel that loses one is of no more use.
        cutOff();
      }
    },
    listen(given) {
      handlers = given;
      for (const message of unheard.splice(0)) {
        if (!closed) deliver(message, given);
      }
    },
    stats: parts.stats,
    close,
  };
}

/** simple-peer gives a `Buffer`; a port wants bytes that own a buffer of exactly their size. */
function exactBytes(data: unknown): Uint8Array<ArrayBuffer> | null {
  if (!(data instanceof Uint8Array)) return null;
  const { buffer, byteOffset, byteLength } = data;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) {
    return new Uint8Array(buffer);
  }
  return new Uint8Array(data);
}
