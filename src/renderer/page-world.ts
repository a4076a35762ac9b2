import { createCryptography } from '../connect/cryptography.ts';
import type { RoomWorld } from '../connect/room-world.ts';
import { createPageClock } from './page-clock.ts';

/** What the browser has for `connect`. */
export function createPageWorld(): RoomWorld {
  return {
    platform: { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate },
    clock: createPageClock(),
    cryptography: createCryptography(crypto),
    wallMs: Date.now,
    random: Math.random,
  };
}
