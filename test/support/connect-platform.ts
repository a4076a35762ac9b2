import * as polyfill from 'node-datachannel/polyfill';
import type { Platform } from '../../src/renderer/connect/platform.ts';

/** simple-peer writes into the descriptions it creates; the polyfill's are read-only. */
class NodeConnection extends polyfill.RTCPeerConnection {
  declare ondatachannel: RTCPeerConnection['ondatachannel'];

  override async createOffer(): Promise<RTCSessionDescriptionInit> {
    return plain(await super.createOffer());
  }

  override async createAnswer(): Promise<RTCSessionDescriptionInit> {
    return plain(await super.createAnswer());
  }
}

class NodeCandidate extends polyfill.RTCIceCandidate {
  constructor(init: RTCIceCandidateInit = {}) {
    super(init);
  }
}

function plain({ type, sdp }: RTCSessionDescriptionInit): RTCSessionDescriptionInit {
  return sdp === undefined ? { type } : { type, sdp };
}

/** WebRTC in Node. */
export const nodePlatform: Platform = {
  RTCPeerConnection: NodeConnection,
  RTCSessionDescription: polyfill.RTCSessionDescription,
  RTCIceCandidate: NodeCandidate,
};
