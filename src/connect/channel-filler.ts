import { createBufferTarget } from './buffer-target.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';

/** Keeps the buffer of one channel as full as it should be. */
export interface ChannelFiller {
  /** From now on the channel tells when there is room. */
  start(): void;
  /** There may be more to send. */
  fill(): void;
  /** The channel's buffer has fallen to what was asked for. */
  onLow(): void;
}

export interface ChannelFillerOptions {
  readonly channel: Pick<Channel, 'bufferedBytes' | 'setLowBytes'>;
  readonly clock: Pick<Clock, 'now'>;
  /** More than this is never wanted in its buffer, however fast it drains. */
  mostBytes(): number;
  /** Hands the next message to the channel and says how many bytes it has; 0 when there is none. */
  next(): number;
  /** Something was handed over. */
  onHanded(): void;
}

export function createChannelFiller({
  channel,
  clock,
  mostBytes,
  next,
  onHanded,
}: ChannelFillerOptions): ChannelFiller {
  const target = createBufferTarget();
  let handedBytes = 0;

  function wantedBytes(): number {
    return Math.min(target.bytes, mostBytes());
  }

  function fill(): void {
    const before = handedBytes;
    while (channel.bufferedBytes < wantedBytes()) {
      const wasEmpty = channel.bufferedBytes === 0;
      const bytes = next();
      if (bytes === 0) break;
      if (wasEmpty) target.started(clock.now(), handedBytes);
      handedBytes += bytes;
    }
    if (handedBytes > before) onHanded();
  }

  return {
    start: () => channel.setLowBytes(wantedBytes() / 2),
    fill,
    onLow() {
      const buffered = channel.bufferedBytes;
      const full = handedBytes;
      fill();
      target.low(clock.now(), full - buffered, buffered === 0 && handedBytes > full);
      channel.setLowBytes(wantedBytes() / 2);
      // The target may have grown.
      fill();
    },
  };
}
