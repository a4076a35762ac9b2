import type { Platform, RtcConfiguration, RtcDataChannel, RtcPeerConnection } from '../../src/connect/webrtc.ts';

/** One person's WebRTC, seen from below: every connection made, every message handed to its channels. */
export interface WatchedPlatform extends Platform {
  readonly connections: readonly WatchedConnection[];
}

export interface WatchedConnection {
  /** What was handed to its channel, strings whole, binary messages by their first byte. */
  readonly sent: readonly (string | number)[];
  readonly isOpen: boolean;
  /** Sends as nobody honest would. */
  say(message: Message): void;
  /** From now on its channel takes everything and sends nothing. */
  swallow(): void;
  close(): void;
}

type Message = string | ArrayBufferView<ArrayBuffer>;

/** What a channel can do besides what `connect` uses. */
interface RawChannel extends RtcDataChannel {
  readonly readyState: string;
  send(message: Message): void;
}

function isRaw(channel: RtcDataChannel): channel is RawChannel {
  return 'send' in channel && typeof channel.send === 'function';
}

/** How often a paced channel sends what has become due. */
const paceMs = 5;

/** @param bytesPerMs what one channel carries: on one machine nothing else would ever fill a buffer */
export function watchPlatform(platform: Platform, bytesPerMs: number): WatchedPlatform {
  const connections: WatchedConnection[] = [];

  class Connection extends platform.RTCPeerConnection {
    readonly #watch: (channel: RtcDataChannel) => void;

    constructor(configuration?: RtcConfiguration) {
      super(configuration);
      const { watched, watch } = watchConnection(this, bytesPerMs);
      this.#watch = watch;
      connections.push(watched);
      this.addEventListener('datachannel', ({ channel }) => watch(channel));
    }

    override createDataChannel(label: string, init?: { ordered?: boolean }): RtcDataChannel {
      const channel = super.createDataChannel(label, init);
      this.#watch(channel);
      return channel;
    }
  }

  return {
    RTCPeerConnection: Connection,
    RTCSessionDescription: platform.RTCSessionDescription,
    RTCIceCandidate: platform.RTCIceCandidate,
    connections,
  };
}

function watchConnection(
  connection: RtcPeerConnection,
  bytesPerMs: number,
): { watched: WatchedConnection; watch(channel: RtcDataChannel): void } {
  const sent: (string | number)[] = [];
  let send: RawChannel['send'] = () => undefined;
  let swallows = false;
  return {
    watched: {
      sent,
      get isOpen() {
        return connection.connectionState !== 'closed';
      },
      say: (message) => send(message),
      swallow() {
        swallows = true;
      },
      close() {
        if ('close' in connection && typeof connection.close === 'function') connection.close();
      },
    },
    watch(channel) {
      if (!isRaw(channel)) throw new Error('a channel without send');
      send = channel.send.bind(channel);
      const paced = pace(channel, bytesPerMs, (message) => {
        if (swallows || channel.readyState !== 'open') return;
        try {
          send(message);
        } catch {
          // Closed meanwhile: what was still in its buffer is lost, as on any channel.
        }
      });
      channel.send = (message) => {
        sent.push(typeof message === 'string' ? message : firstByte(message));
        paced(message);
      };
    },
  };
}

function firstByte({ buffer, byteOffset }: ArrayBufferView<ArrayBuffer>): number {
  return new Uint8Array(buffer)[byteOffset] ?? -1;
}

/** Gives a channel a buffer of its own, which drains at that rate. */
function pace(channel: RawChannel, bytesPerMs: number, send: RawChannel['send']): RawChannel['send'] {
  const waiting: Message[] = [];
  const low = new Set<() => void>();
  const sizeOf = (message: Message): number => (typeof message === 'string' ? message.length : message.byteLength);
  let buffered = 0;
  let dueBytes = 0;
  let lastMs = 0;
  Object.defineProperty(channel, 'bufferedAmount', { get: () => buffered });
  channel.addEventListener = ((add) => (type: 'bufferedamountlow', listener: () => void) => {
    if (type === 'bufferedamountlow') low.add(listener);
    else add.call(channel, type, listener);
  })(channel.addEventListener);

  function drain(): void {
    const before = buffered;
    const nowMs = performance.now();
    dueBytes += (nowMs - lastMs) * bytesPerMs;
    lastMs = nowMs;
    for (let next = waiting[0]; next !== undefined && dueBytes > 0; next = waiting[0]) {
      waiting.shift();
      buffered -= sizeOf(next);
      dueBytes -= sizeOf(next);
      send(next);
    }
    if (waiting.length > 0) setTimeout(drain, paceMs);
    const threshold = channel.bufferedAmountLowThreshold;
    if (before > threshold && buffered <= threshold) for (const listener of low) listener();
  }

  return (message) => {
    if (waiting.length === 0) {
      lastMs = performance.now();
      dueBytes = 0;
      setTimeout(drain, paceMs);
    }
    waiting.push(message);
    buffered += sizeOf(message);
  };
}
