import type { IceServer } from '../shared/bridge.ts';
import type { Candidate } from '../shared/protocol/signal.ts';

/** What `connect` uses of WebRTC (W3C "WebRTC: Real-Time Communication in Browsers"), so that it needs no DOM. */

/** What simple-peer takes as `wrtc`: the browser's own WebRTC, or another with the same interface. */
export interface Platform {
  readonly RTCPeerConnection: new (configuration?: RtcConfiguration) => RtcPeerConnection;
  readonly RTCSessionDescription: new (init: RtcSessionDescription) => object;
  readonly RTCIceCandidate: new (init: Candidate) => object;
}

export interface RtcConfiguration {
  iceServers?: IceServer[];
  iceTransportPolicy?: 'all' | 'relay';
}

export interface RtcSessionDescription {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

/** What is seen of a connection besides simple-peer, which knows the rest of it. */
export interface RtcPeerConnection {
  readonly connectionState: string;
  createDataChannel(label: string, init?: { ordered?: boolean }): RtcDataChannel;
  addIceCandidate(candidate?: Candidate | null): Promise<void>;
  getStats(): Promise<RtcStatsReport>;
  addEventListener(type: 'datachannel', listener: (event: { readonly channel: RtcDataChannel }) => void): void;
  addEventListener(type: 'icecandidateerror', listener: (event: { readonly errorCode: number }) => void): void;
}

export interface RtcDataChannel {
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  addEventListener(type: 'bufferedamountlow', listener: () => void): void;
}

/** By id; entries are dictionaries of "Identifiers for WebRTC's Statistics API". */
export interface RtcStatsReport {
  forEach(visit: (entry: Record<string, unknown>, id: string) => void): void;
}
