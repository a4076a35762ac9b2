import type { Platform, RtcConfiguration, RtcSessionDescription } from '../../src/connect/webrtc.ts';
import type { Candidate } from '../../src/shared/protocol/signal.ts';
import type { Chance } from './chance.ts';
import { type Wire, WorldChannel } from './channel.ts';
import { type Network, type PathKind, pathKinds } from './network.ts';
import { Target } from './target.ts';
import type { Timeline } from './timeline.ts';

/**
 * WebRTC without packets, good enough for the real simple-peer: descriptions with ufrags and fingerprints, trickled
 * candidates, states in Chromium's order, consent that expires, and a channel with a buffer, a rate and a delay. Who
 * reaches whom, and how, is the network's word.
 */
export interface Ether {
  /** The WebRTC of one computer, as long as it has power. */
  platform(address: string, power?: { readonly isOn: boolean }): Platform;
  /** Connections that nobody has closed, on computers that have power. */
  readonly openConnections: number;
}

export interface EtherOptions extends Pick<Wire, 'delayMs' | 'bytesPerMs'> {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly network: Network;
  onBroken?(what: string): void;
}

type CandidateType = 'host' | 'srflx' | 'relay';

/** RFC 8841: what Chromium says in its descriptions. */
const maxMessageBytes = 262_144;
/** RFC 7675's consent, as Chromium shows it. */
const disconnectedMs = 5000;
const failedMs = 30_000;
const gatheringMs: Record<CandidateType, number> = { host: 5, srflx: 40, relay: 60 };

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a platform's connections share one ether, and a class can only close over it
export function createEther(options: EtherOptions): Ether {
  const { timeline, chance, network } = options;
  const byUfrag = new Map<string, Connection>();
  const wire: Wire = { ...options, onBroken: (what) => options.onBroken?.(what) };

  const hex = (bytes: Uint8Array): string =>
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
  const word = (letters: number): string =>
    Array.from({ length: letters }, () => chance.below(36).toString(36)).join('');

  network.onChange(() => {
    for (const connection of [...byUfrag.values()]) connection.networkChanged();
  });

  class Connection extends Target {
    connectionState = 'new';
    iceConnectionState = 'new';
    iceGatheringState = 'new';
    signalingState = 'stable';
    localDescription: RtcSessionDescription | null = null;
    remoteDescription: RtcSessionDescription | null = null;
    channel: WorldChannel | null = null;
    readonly #address: string;
    readonly #moves: number;
    readonly #servers: string;
    readonly #power: { readonly isOn: boolean };
    readonly #port = 1024 + chance.below(60_000);
    readonly #ufrag = word(4);
    readonly #password = word(24);
    readonly #fingerprint = hex(chance.bytes(32));
    readonly #known = new Set<CandidateType>();
    #remoteUfrag: string | null = null;
    /** How the bytes go. */
    #kind: PathKind | null = null;
    #isConnecting = false;
    #stopConsent: (() => void) | null = null;

    constructor(address: string, power: { readonly isOn: boolean }, configuration?: RtcConfiguration) {
      super();
      this.#address = address;
      this.#moves = network.movesOf(address);
      this.#power = power;
      this.#servers = JSON.stringify(configuration?.iceServers ?? []);
      byUfrag.set(this.#ufrag, this);
    }

    createDataChannel(label: string): WorldChannel {
      this.channel = new WorldChannel(label, this, wire);
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
      this.#check();
    }

    async setRemoteDescription(description: RtcSessionDescription): Promise<void> {
      const ufrag = /a=ice-ufrag:(\S+)/.exec(description.sdp)?.[1];
      if (!ufrag) throw new Error('OperationError: no ufrag');
      this.remoteDescription = description;
      this.#remoteUfrag = ufrag;
      this.#signal(description.type === 'offer' ? 'have-remote-offer' : 'stable');
      this.#check();
    }

    async addIceCandidate(candidate?: Candidate | null): Promise<void> {
      if (!this.remoteDescription) throw new Error('InvalidStateError: no remote description');
      if (!candidate?.candidate) return;
      if (candidate.usernameFragment && candidate.usernameFragment !== this.#remoteUfrag) {
        throw new Error('OperationError: unknown ufrag');
      }
      const type = / typ (host|srflx|relay) /.exec(candidate.candidate)?.[1];
      if (type !== 'host' && type !== 'srflx' && type !== 'relay') throw new Error('OperationError: no candidate');
      this.#known.add(type);
      this.#check();
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
          currentRoundTripTime: (2 * wire.delayMs) / 1000,
        },
        { id: 'local', type: 'local-candidate', ...this.#statsOf() },
        { id: 'remote', type: 'remote-candidate', ...far.#statsOf() },
      ];
      return new Map(entries.map((entry) => [entry.id, entry]));
    }

    close(): void {
      if (this.connectionState === 'closed') return;
      this.channel?.close();
      this.connectionState = 'closed';
      this.iceConnectionState = 'closed';
      this.signalingState = 'closed';
      this.#stopConsent?.();
      byUfrag.delete(this.#ufrag);
    }

    get isOn(): boolean {
      return this.#power.isOn;
    }

    isCarried(): boolean {
      const far = this.#far();
      return this.#kind !== null && far !== null && this.#reaches(far, this.#kind);
    }

    networkChanged(): void {
      if (!this.isOn) {
        byUfrag.delete(this.#ufrag);
        return;
      }
      if (this.#kind === null) this.#check();
      else if (this.isCarried()) {
        this.#stopConsent?.();
        this.#stopConsent = null;
        if (this.iceConnectionState === 'disconnected') this.#ice('connected');
        this.channel?.pump();
      } else this.#stopConsent ??= this.#loseConsent();
    }

    #loseConsent(): () => void {
      const stops = [
        timeline.after(disconnectedMs, () => this.#ice('disconnected')),
        timeline.after(failedMs, () => this.#ice('failed')),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    }

    #far(): Connection | null {
      const far = this.#remoteUfrag === null ? undefined : byUfrag.get(this.#remoteUfrag);
      return far !== undefined && far.#remoteUfrag === this.#ufrag ? far : null;
    }

    #reaches(far: Connection, kind: PathKind): boolean {
      const areThere = [this, far].every((end) => end.isOn && network.movesOf(end.#address) === end.#moves);
      return areThere && network.allows(this.#address, far.#address, kind);
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

    /** What this side's servers and its place let it gather. */
    #types(): CandidateType[] {
      const { nat, relay } = network.placeOf(this.#address);
      const isMapped = nat === 'cone' || nat === 'strict';
      return [
        'host',
        ...(isMapped && this.#servers.includes('stun:') ? (['srflx'] as const) : []),
        ...(relay && this.#servers.includes('turn:') ? (['relay'] as const) : []),
      ];
    }

    #gather(): void {
      if (this.iceGatheringState !== 'new' || this.connectionState === 'closed' || !this.isOn) return;
      this.iceGatheringState = 'gathering';
      this.tell('icegatheringstatechange');
      const types = this.#types();
      for (const [index, type] of types.entries()) {
        const isLast = index === types.length - 1;
        timeline.after(gatheringMs[type], () => this.#gathered(type, isLast));
      }
    }

    #gathered(type: CandidateType, isLast: boolean): void {
      if (this.connectionState === 'closed' || !this.isOn) return;
      const { address } = this.#addressAs(type);
      const candidate = {
        candidate: `candidate:1 1 udp 2122260223 ${address} ${this.#port} typ ${type} generation 0 ufrag ${this.#ufrag}`,
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment: this.#ufrag,
      };
      this.tell('icecandidate', { candidate });
      if (!isLast) return;
      this.iceGatheringState = 'complete';
      this.tell('icegatheringstatechange');
      this.tell('icecandidate', { candidate: null });
    }

    #addressAs(type: CandidateType): { address: string; candidateType: CandidateType } {
      const isInner = type === 'host' && network.placeOf(this.#address).nat !== 'open';
      if (isInner) return { address: network.innerOf(this.#address), candidateType: type };
      const outer = network.outerOf(this.#address);
      return { address: type === 'relay' ? outer.replace('198.51', '203.0') : outer, candidateType: type };
    }

    #statsOf(): { address: string; candidateType: CandidateType } {
      if (this.#kind === 'local') return { address: network.innerOf(this.#address), candidateType: 'host' };
      if (this.#kind === 'relay') return this.#addressAs(network.placeOf(this.#address).relay ? 'relay' : 'srflx');
      return this.#addressAs(network.placeOf(this.#address).nat === 'open' ? 'host' : 'srflx');
    }

    /** The best way that both have told each other enough for. */
    #bestKind(far: Connection): PathKind | null {
      const isPublic = (end: Connection): boolean => network.placeOf(end.#address).nat === 'open';
      const knowsMapping = (end: Connection, of: Connection): boolean =>
        end.#known.has(isPublic(of) ? 'host' : 'srflx');
      const isTold: Record<PathKind, boolean> = {
        local: this.#known.has('host') || far.#known.has('host'),
        direct:
          isPublic(this) || isPublic(far)
            ? (isPublic(this) && knowsMapping(far, this)) || (isPublic(far) && knowsMapping(this, far))
            : knowsMapping(this, far) && knowsMapping(far, this),
        relay: this.#known.has('relay') || far.#known.has('relay'),
      };
      return pathKinds.find((kind) => isTold[kind] && this.#reaches(far, kind)) ?? null;
    }

    /** Both ends know both descriptions, and addresses by which one of them reaches the other. */
    #check(): void {
      const far = this.#far();
      if (!far || this.signalingState !== 'stable' || far.signalingState !== 'stable') return;
      // Of the two who both come here, the one who offers does it.
      if (this.localDescription?.type === 'answer') {
        far.#check();
        return;
      }
      if (this.iceConnectionState === 'new' && (this.#known.size > 0 || far.#known.size > 0)) {
        for (const end of [this, far]) end.#ice('checking');
      }
      if (this.#isConnecting || this.iceConnectionState !== 'checking') return;
      if (this.#bestKind(far) === null) return;
      this.#isConnecting = true;
      timeline.after(3 * wire.delayMs, () => {
        this.#isConnecting = false;
        const kind = this.#far() === far && this.iceConnectionState === 'checking' ? this.#bestKind(far) : null;
        if (kind) this.#open(far, kind);
      });
    }

    #open(far: Connection, kind: PathKind): void {
      const { channel } = this;
      if (!channel) return;
      far.channel = new WorldChannel(channel.label, far, wire);
      [channel.far, far.channel.far] = [far.channel, channel];
      [this.#kind, far.#kind] = [kind, kind];
      for (const end of [this, far]) end.#ice('connected');
      far.tell('datachannel', { channel: far.channel });
      far.channel.open();
      channel.open();
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
        constructor(configuration?: RtcConfiguration) {
          super(address, power, configuration);
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
    get openConnections() {
      return [...byUfrag.values()].filter(({ isOn }) => isOn).length;
    },
  };
}
