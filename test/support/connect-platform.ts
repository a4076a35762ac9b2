import * as polyfill from 'node-datachannel/polyfill';
import type { Platform } from '../../src/connect/webrtc.ts';

/** simple-peer writes into the descriptions it creates; the polyfill's own are read-only. */
class NodeConnection extends polyfill.RTCPeerConnection {
  declare ondatachannel: RTCPeerConnection['ondatachannel'];
  declare addEventListener: RTCPeerConnection['addEventListener'];

  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    // Assigned, because the interface's old callback forms leave a method no type that fits.
    Object.assign(this, {
      createOffer: async () => plain(await super.createOffer()),
      createAnswer: async () => plain(await super.createAnswer()),
    });
    // It puts candidates into offers, so the answerer's first packets may overtake its answer, and libdatachannel gives
    // up a connection that is reached before it has an answer. Candidates are told one by one all the same.
    Object.defineProperty(this, 'localDescription', {
      get: () => {
        const description = super.localDescription;
        if (!description) return null;
        return {
          type: description.type,
          sdp: description.sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, ''),
        };
      },
    });
  }
}

class NodeCandidate extends polyfill.RTCIceCandidate {
  constructor(init: RTCIceCandidateInit = {}) {
    super(init);
  }
}

function plain({ type, sdp }: RTCSessionDescription): RTCSessionDescriptionInit {
  return { type, sdp };
}

/** WebRTC in Node. */
export const nodePlatform: Platform = {
  RTCPeerConnection: NodeConnection,
  RTCSessionDescription: polyfill.RTCSessionDescription,
  RTCIceCandidate: NodeCandidate,
};
