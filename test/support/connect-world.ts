import type { RoomWorld } from '../../src/connect/room-world.ts';
import { createTimerClock } from '../../src/connect/timer-clock.ts';
import { nodeCryptography } from './connect-cryptography.ts';
import { nodePlatform } from './connect-platform.ts';

/** What Node has for `connect`. */
export const nodeWorld: RoomWorld = {
  platform: nodePlatform,
  clock: createTimerClock(globalThis),
  cryptography: nodeCryptography,
  wallMs: Date.now,
  random: Math.random,
};
