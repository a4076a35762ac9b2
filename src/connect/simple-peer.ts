// biome-ignore lint/style/noRestrictedImports: this is the file that knows simple-peer, its timers and its random bytes.
import SimplePeer from 'simple-peer';
import type { IceServer } from '../shared/bridge.ts';
import type { GatheredCandidate } from './candidates.ts';
import type { Platform } from './webrtc.ts';

/** What is used of a simple-peer; its own types are the DOM's. */
export interface Peer {
  readonly connected: boolean;
  signal(data: string): void;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  destroy(): void;
  on(event: 'signal', listener: (data: PeerSignal) => void): void;
  on(event: 'iceStateChange', listener: (connection: string, gathering: string) => void): void;
  on(event: 'connect' | 'close', listener: () => void): void;
  on(event: 'data', listener: (data: unknown) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

/** It has others too, for media, which are never said here. */
export type PeerSignal =
  | { readonly type: 'candidate'; readonly candidate: GatheredCandidate }
  | { readonly type: 'offer' | 'answer'; readonly sdp?: string };

export interface PeerOptions {
  readonly initiator: boolean;
  readonly iceServers: readonly IceServer[];
  readonly relayOnly: boolean;
  readonly wrtc: Platform;
}

export function createPeer({ initiator, iceServers, relayOnly, wrtc }: PeerOptions): Peer {
  return new SimplePeer({
    initiator,
    trickle: true,
    objectMode: true,
    channelConfig: { ordered: true },
    // Copied: platforms may write into it. Always given: simple-peer has servers of its own.
    config: {
      iceServers: iceServers.map((server) => ({ ...server })),
      iceTransportPolicy: relayOnly ? 'relay' : 'all',
    },
    wrtc,
  });
}
