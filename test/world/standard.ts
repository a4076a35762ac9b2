import type { Platform, RtcConfiguration, RtcDataChannel, RtcPeerConnection } from '../../src/connect/webrtc.ts';

/** WebRTC as far as the world has it, which is what simple-peer and `connect` use: Chromium's has this interface too. */
export interface StandardPlatform extends Platform {
  readonly RTCPeerConnection: new (configuration?: RtcConfiguration) => StandardConnection;
  readonly RTCIceCandidate: new (init: CandidateInit) => StandardCandidate;
}

/** The standard's `RTCIceCandidateInit`. */
export interface CandidateInit {
  readonly candidate?: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

export interface StandardCandidate extends Required<CandidateInit> {
  readonly foundation: string | null;
  readonly protocol: string | null;
  readonly priority: number | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly type: string | null;
}

export interface StandardDescription {
  readonly type: 'offer' | 'answer' | 'pranswer' | 'rollback';
  readonly sdp?: string;
}

export interface StandardConnection extends RtcPeerConnection {
  readonly signalingState: string;
  readonly iceConnectionState: string;
  readonly iceGatheringState: string;
  readonly localDescription: StandardDescription | null;
  readonly remoteDescription: StandardDescription | null;
  createDataChannel(label: string, init?: { ordered?: boolean }): StandardChannel;
  createOffer(): Promise<StandardDescription>;
  createAnswer(): Promise<StandardDescription>;
  setLocalDescription(description: StandardDescription): Promise<void>;
  setRemoteDescription(description: StandardDescription): Promise<void>;
  addIceCandidate(candidate?: CandidateInit | null): Promise<void>;
  addEventListener(type: 'datachannel', listener: (event: { readonly channel: StandardChannel }) => void): void;
  addEventListener(type: 'icecandidateerror', listener: (event: { readonly errorCode: number }) => void): void;
  addEventListener(
    type: 'icecandidate',
    listener: (event: { readonly candidate: Required<CandidateInit> | null }) => void,
  ): void;
  addEventListener(type: string, listener: () => void): void;
  close(): void;
}

export interface StandardChannel extends RtcDataChannel {
  readonly label: string;
  readonly readyState: string;
  binaryType: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly error: { readonly name: string } }) => void): void;
  addEventListener(type: string, listener: () => void): void;
  close(): void;
}
