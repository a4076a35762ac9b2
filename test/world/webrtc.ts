import type { Platform, RtcConfiguration, RtcSessionDescription } from '../../src/connect/webrtc.ts';
import type { Candidate } from '../../src/shared/protocol/signal.ts';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/**
 * WebRTC without a network, good enough for the real simple-peer: descriptions with ufrags and fingerprints, trickled
 * candidates, states in Chromium's order, and an ordered channel with a buffer, a rate and a delay. Every computer reaches
 * every other one that is not away.
 */
export interface Ether {
  /** The WebRTC of one computer at this address, as long as it has power. */
  platform(address: string, power?: { readonly isOn: boolean }): Platform;
  /** Nothing goes to this address or comes from it, until it is back. */
  setAway(address: string, away: boolean): void;
  isAway(address: string): boolean;
}

export interface EtherOptions {
  readonly timeline: Timeline;
  readonly chance: Chance;
  /** One way. */
  readonly delayMs: number;
  /** Of one channel. */
  readonly bytesPerMs: number;
}

/** RFC 8841: what Chromium says in its descriptions. */
const maxMessageBytes = 262_144;

/** Handler properties and listeners alike, as DOM objects have them. */
class Target {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();

  addEventListener(type: string, listener: (event: never) => void): void {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known.add(listener));
  }

  protected tell(type: string, event: object = {}): void {
    const handler: unknown = Reflect.get(this, `on${type}`);
    for (const listener of [handler, ...(this.#listeners.get(type) ?? [])]) {
      if (typeof listener === 'function') Reflect.apply(listener, this, [event]);
    }
  }
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a platform's classes share one ether, and a class can only close over it
export function createEther({ timeline, chance, delayMs, bytesPerMs }: EtherOptions): Ether {
  const byUfrag = new Map<string, Connection>();
  const away = new Set<string>();

  const hex = (bytes: Uint8Array): string =>
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
  const word = (letters: number): string =>
    Array.from({ length: letters }, () => chance.below(36).toString(36)).join('');

  class Channel extends Target {
    binaryType = 'arraybuffer';
    bufferedAmount = 0;
    bufferedAmountLowThreshold = 0;
    readyState = 'connecting';
    far: Channel | null = null;
    /** When the wire is free for the next message. */
    #freeMs = 0;
    readonly label: string;
    readonly #end: Connection;

    constructor(label: string, end: Connection) {
      super();
      this.label = label;
      this.#end = end;
    }

    open(): void {
      this.readyState = 'open';
      this.tell('open');
    }

    send(data: string | Uint8Array<ArrayBuffer>): void {
      if (this.readyState !== 'open') throw new Error('InvalidStateError: the channel is not open');
      const bytes = typeof data === 'string' ? data.length : data.byteLength;
      // What is handed over is the sender's to reuse.
      const copy = typeof data === 'string' ? data : data.slice().buffer;
      this.bufferedAmount += bytes;
      this.#freeMs = Math.max(this.#freeMs, timeline.now()) + bytes / bytesPerMs;
      timeline.after(this.#freeMs - timeline.now(), () => this.#leave(bytes, copy));
    }

    #leave(bytes: number, data: string | ArrayBuffer): void {
      if (this.readyState !== 'open' || !this.#end.isOn) return;
      const before = this.bufferedAmount;
      this.bufferedAmount -= bytes;
      const threshold = this.bufferedAmountLowThreshold;
      if (before > threshold && this.bufferedAmount <= threshold) this.tell('bufferedamountlow');
      if (this.#end.isCarried()) timeline.after(delayMs, () => this.far?.arrive(data));
    }

    arrive(data: string | ArrayBuffer): void {
      if (this.readyState === 'open' && this.#end.isOn) this.tell('message', { data });
    }

    close(): void {
      if (this.readyState === 'closed') return;
      this.end();
      if (this.#end.isCarried()) timeline.after(delayMs, () => this.far?.end());
    }

    end(): void {
      if (this.readyState === 'closed') return;
      this.readyState = 'closed';
      timeline.after(0, () => this.#end.isOn && this.tell('close'));
    }
  }

  class Connection extends Target {
    connectionState = 'new';
    iceConnectionState = 'new';
    iceGatheringState = 'new';
    signalingState = 'stable';
    localDescription: RtcSessionDescription | null = null;
    remoteDescription: RtcSessionDescription | null = null;
    readonly #address: string;
    readonly #port = 1024 + chance.below(60_000);
    readonly #ufrag = word(4);
    readonly #password = word(24);
    readonly #fingerprint = hex(chance.bytes(32));
    #remoteUfrag: string | null = null;
    #hasRemoteCandidate = false;
    channel: Channel | null = null;

    readonly #power: { readonly isOn: boolean };

    constructor(address: string, power: { readonly isOn: boolean }) {
      super();
      this.#address = address;
      this.#power = power;
      byUfrag.set(this.#ufrag, this);
    }

    createDataChannel(label: string): Channel {
      this.channel = new Channel(label, this);
      return this.channel;
    }

    async createOffer(): Promise<RtcSessionDescription> {
      return { type: 'offer', sdp: this.#sdp('actpass') };
    }

    async createAnswer(): Promise<RtcSessionDescription> {
      return { type: 'answer', sdp: this.#sdp('active') };
    }

    async setLocalDescription(description: RtcSessionDescription): Promise<void> {
      this.localDescription = description;
      this.#signal(description.type === 'offer' ? 'have-local-offer' : 'stable');
      timeline.after(0, () => this.#gather());
      this.#connect();
    }

    async setRemoteDescription(description: RtcSessionDescription): Promise<void> {
      const ufrag = /a=ice-ufrag:(\S+)/.exec(description.sdp)?.[1];
      if (!ufrag) throw new Error('OperationError: no ufrag');
      this.remoteDescription = description;
      this.#remoteUfrag = ufrag;
      this.#signal(description.type === 'offer' ? 'have-remote-offer' : 'stable');
      this.#connect();
    }

    async addIceCandidate(candidate?: Candidate | null): Promise<void> {
      if (!this.remoteDescription) throw new Error('InvalidStateError: no remote description');
      if (!candidate?.candidate) return;
      if (candidate.usernameFragment && candidate.usernameFragment !== this.#remoteUfrag) {
        throw new Error('OperationError: unknown ufrag');
      }
      this.#hasRemoteCandidate = true;
      this.#connect();
    }

    async getStats(): Promise<Map<string, Record<string, unknown>>> {
      const far = this.#far();
      if (this.iceConnectionState !== 'connected' || !far) return new Map();
      const entries = [
        { id: 'transport', type: 'transport', selectedCandidatePairId: 'pair' },
        {
          id: 'pair',
          type: 'candidate-pair',
          state: 'succeeded',
          nominated: true,
          localCandidateId: 'local',
          remoteCandidateId: 'remote',
          currentRoundTripTime: (2 * delayMs) / 1000,
        },
        { id: 'local', type: 'local-candidate', candidateType: 'host', address: this.#address },
        { id: 'remote', type: 'remote-candidate', candidateType: 'host', address: far.#address },
      ];
      return new Map(entries.map((entry) => [entry.id, entry]));
    }

    close(): void {
      if (this.connectionState === 'closed') return;
      this.channel?.close();
      this.connectionState = 'closed';
      this.iceConnectionState = 'closed';
      this.signalingState = 'closed';
      byUfrag.delete(this.#ufrag);
    }

    #far(): Connection | null {
      const far = this.#remoteUfrag === null ? undefined : byUfrag.get(this.#remoteUfrag);
      return far !== undefined && far.#remoteUfrag === this.#ufrag ? far : null;
    }

    get isOn(): boolean {
      return this.#power.isOn;
    }

    isCarried(): boolean {
      const far = this.#far();
      return far !== null && [this, far].every((end) => end.isOn && !away.has(end.#address));
    }

    #sdp(setup: string): string {
      return [
        'v=0',
        'o=- 1 2 IN IP4 127.0.0.1',
        's=-',
        't=0 0',
        'a=group:BUNDLE 0',
        'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
        'c=IN IP4 0.0.0.0',
        `a=ice-ufrag:${this.#ufrag}`,
        `a=ice-pwd:${this.#password}`,
        'a=ice-options:trickle',
        `a=fingerprint:sha-256 ${this.#fingerprint}`,
        `a=setup:${setup}`,
        'a=mid:0',
        'a=sctp-port:5000',
        `a=max-message-size:${maxMessageBytes}`,
        '',
      ].join('\r\n');
    }

    #signal(state: string): void {
      this.signalingState = state;
      this.tell('signalingstatechange');
    }

    #gather(): void {
      if (this.iceGatheringState !== 'new' || this.connectionState === 'closed' || !this.isOn) return;
      this.iceGatheringState = 'gathering';
      this.tell('icegatheringstatechange');
      const candidate = {
        candidate: `candidate:1 1 udp 2122260223 ${this.#address} ${this.#port} typ host generation 0 ufrag ${this.#ufrag}`,
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment: this.#ufrag,
      };
      timeline.after(5, () => {
        if (this.connectionState === 'closed' || !this.isOn) return;
        this.tell('icecandidate', { candidate });
        this.iceGatheringState = 'complete';
        this.tell('icegatheringstatechange');
        this.tell('icecandidate', { candidate: null });
      });
    }

    /** Both ends know both descriptions, and one of them an address of the other. */
    #connect(): void {
      const far = this.#far();
      if (!far || this.signalingState !== 'stable' || far.signalingState !== 'stable') return;
      if (!this.#hasRemoteCandidate && !far.#hasRemoteCandidate) return;
      // Of the two who both come here, the one who offers does it.
      if (this.localDescription?.type === 'answer') {
        far.#connect();
        return;
      }
      if (this.iceConnectionState !== 'new') return;
      this.#ice('checking');
      far.#ice('checking');
      timeline.after(3 * delayMs, () => {
        if (!this.isCarried() || !this.channel) return;
        const { channel } = this;
        far.channel = new Channel(channel.label, far);
        [channel.far, far.channel.far] = [far.channel, channel];
        for (const end of [this, far]) end.#ice('connected');
        far.tell('datachannel', { channel: far.channel });
        far.channel.open();
        channel.open();
      });
    }

    #ice(state: string): void {
      if (this.connectionState === 'closed' || !this.#power.isOn) return;
      this.iceConnectionState = state;
      this.connectionState = state === 'checking' ? 'connecting' : state;
      this.tell('iceconnectionstatechange');
      this.tell('connectionstatechange');
    }
  }

  return {
    platform: (address, power = { isOn: true }) => ({
      RTCPeerConnection: class extends Connection {
        constructor(_configuration?: RtcConfiguration) {
          super(address, power);
        }
      },
      RTCSessionDescription: class {
        constructor(init: RtcSessionDescription) {
          Object.assign(this, init);
        }
      },
      RTCIceCandidate: class {
        constructor(init: Candidate) {
          Object.assign(this, init);
        }
      },
    }),
    setAway(address, isAway) {
      if (isAway) away.add(address);
      else away.delete(address);
    },
    isAway: (address) => away.has(address),
  };
}
