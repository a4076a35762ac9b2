import type { Candidate } from '../shared/protocol/signal.ts';
import type { Counters } from './counters.ts';
import type { Platform, RtcConfiguration, RtcDataChannel, RtcPeerConnection, RtcStatsReport } from './webrtc.ts';

/** The parts of one connection that simple-peer keeps to itself. */
export interface Observed {
  /** For simple-peer's `wrtc` option; it makes one connection of it. */
  readonly wrtc: Platform;
  readonly dataChannel: RtcDataChannel | null;
  /** A TURN server did not accept the credentials it was given. */
  readonly turnRefused: boolean;
  stats(): Promise<RtcStatsReport | null>;
}

/** What a STUN or TURN server answers to wrong credentials (RFC 8489, section 14.8). */
const unauthorized = 401;

/**
 * An `RTCPeerConnection` that tells its data channel and its statistics, and for which a candidate that the platform
 * refuses is no reason to give up: simple-peer would destroy itself for one with a real address, so the refusal is counted
 * and swallowed here.
 */
export function observe(platform: Platform, counters: Counters): Observed {
  let dataChannel: RtcDataChannel | null = null;
  let connection: RtcPeerConnection | null = null;
  let turnRefused = false;

  class ObservedConnection extends platform.RTCPeerConnection {
    constructor(configuration?: RtcConfiguration) {
      super(configuration);
      connection = this;
      this.addEventListener('datachannel', (event) => {
        dataChannel = event.channel;
      });
      this.addEventListener('icecandidateerror', ({ errorCode }) => {
        turnRefused ||= errorCode === unauthorized;
      });
    }

    override createDataChannel(label: string, init?: { ordered?: boolean }): RtcDataChannel {
      const created = super.createDataChannel(label, init);
      dataChannel = created;
      return created;
    }

    override async addIceCandidate(candidate?: Candidate | null): Promise<void> {
      try {
        await super.addIceCandidate(candidate);
      } catch {
        counters.count('candidateRefused');
      }
    }
  }

  return {
    wrtc: {
      RTCPeerConnection: ObservedConnection,
      RTCSessionDescription: platform.RTCSessionDescription,
      RTCIceCandidate: platform.RTCIceCandidate,
    },
    get dataChannel() {
      return dataChannel;
    },
    get turnRefused() {
      return turnRefused;
    },
    async stats() {
      if (!connection || connection.connectionState === 'closed') return null;
      return connection.getStats();
    },
  };
}
