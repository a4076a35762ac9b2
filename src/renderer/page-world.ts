import { createCryptography } from '../connect/cryptography.ts';
import type { World } from '../connect/world.ts';
import { createPageClock } from './page-clock.ts';

/** What the browser has for `connect`. */
export function createPageWorld(): World {
  return {
    platform: { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate },
    clock: createPageClock(),
    cryptography: createCryptography(crypto),
    wallMs: Date.now,
    random: Math.random,
  };
}
