import type { Clock } from './clock.ts';
import type { Cryptography } from './cryptography.ts';
import type { Platform } from './webrtc.ts';

/** All that a room takes from the world around it: given, so that the same world gives the same room again. */
export interface RoomWorld {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly cryptography: Cryptography;
  /** Milliseconds since 1970, as the computer's clock has them. */
  wallMs(): number;
  /** From 0 up to 1, for what nobody gains by guessing: delays and turns. */
  random(): number;
}
