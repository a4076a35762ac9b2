import type { RtcConfiguration, RtcSessionDescription } from '../../src/connect/webrtc.ts';
import { type CandidateLine, readCandidateLine, WorldIceCandidate } from './candidate-lines.ts';
import type { Chance } from './chance.ts';
import { type Wire, WorldChannel } from './channel.ts';
import { readDescription, writeDescription } from './descriptions.ts';
import { type Network, type PathKind, type Place, pathKinds } from './network.ts';
import type { CandidateInit, StandardDescription, StandardPlatform } from './standard.ts';
import { Target } from './target.ts';
import type { Power, Timeline } from './timeline.ts';

/**
 * WebRTC without packets, good enough for the real simple-peer: descriptions with ufrags and fingerprints, trickled
 * candidates, states in Chromium's order, consent that expires, and a channel with a buffer, a rate and a delay. Who
 * reaches whom, and how, is the network's word. `test/e2e/webrtc.test.ts` holds it against Chromium's.
 */
export interface Ether {
  /** The WebRTC of one computer, as long as it has power. */
  platform(address: string, power?: PowerSupply): StandardPlatform;
  /** Whether this computer has been answered from there by ICE, without a relay. */
  hasAnswered(address: string, current: string): boolean;
  /** The end whose certificate this is, as a hello names it. */
  endOf(fingerprint: string): ConnectionEnd | null;
  /** Connections that nobody has closed, on computers that have power. */
  readonly openConnections: number;
  /** Those of this computer. */
  connectionsAt(address: string): number;
}

/** One end of a connection, for what befalls that connection alone. */
export interface ConnectionEnd {
  /** Nothing goes by it for so long, either way. */
  hold(ms: number): void;
  /** It fails at both ends. */
  fail(): void;
}

type PowerSupply = Pick<Power, 'isOn' | 'onCut'>;

export interface EtherOptions extends Pick<Wire, 'delayMs' | 'bytesPerMs'> {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly network: Network;
  onBroken?(what: string): void;
}

type CandidateType = 'host' | 'srflx' | 'relay';

/**
 * As Chromium 156 has it. Consent (RFC 7675): a side that hears nothing any more is `disconnected` after 5 to 7 s. Checks: each
 * candidate is tried for 15 s. What has failed shows by the connection's state alone, the one of ICE stays `disconnected`.
 */
const disconnectedMs = 6000;
const failedMs = disconnectedMs + 10_000;
const checkingMs = 15_000;
const gatheringMs: Record<CandidateType, number> = { host: 5, srflx: 40, relay: 60 };

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a platform's connections share one ether, and a class can only close over it
export function createEther(options: EtherOptions): Ether {
  const { timeline, chance, network } = options;
  const byUfrag = new Map<string, Connection>();
  /** Who has heard from which address. */
  const answered = new Set<string>();
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
    /** Where it was made: whoever moves has to make another. */
    readonly #place: Place;
    readonly #inner: string;
    readonly #outer: string;
    readonly #servers: string;
    readonly #isRelayOnly: boolean;
    readonly #power: PowerSupply;
    readonly #port = 1024 + chance.below(60_000);
    // Longer than Chromium's four letters: packets tell connections apart by more than that, and here it is all there is.
    readonly #described = { ufrag: word(12), password: word(24), fingerprint: hex(chance.bytes(32)) };
    /** What was gathered, by its address and port. */
    readonly #gathered = new Map<string, CandidateType>();
    readonly #heard: CandidateLine[] = [];
    #remote: { readonly ufrag: string; readonly mid: string } | null = null;
    /** How the bytes go. */
    #kind: PathKind | null = null;
    #isConnecting = false;
    #isHeld = false;
    #stopConsent: (() => void) | null = null;
    #stopChecking: (() => void) | null = null;

    constructor(address: string, power: PowerSupply, configuration?: RtcConfiguration) {
      super();
      this.#address = address;
      this.#moves = network.movesOf(address);
      this.#place = network.placeOf(address);
      this.#inner = network.innerOf(address);
      this.#outer = network.outerOf(address);
      this.#power = power;
      this.#isRelayOnly = configuration?.iceTransportPolicy === 'relay';
      this.#servers = JSON.stringify(configuration?.iceServers ?? []);
      byUfrag.set(this.#described.ufrag, this);
      power.onCut(() => this.#vanish());
    }

    createDataChannel(label: string): WorldChannel {
      if (this.#isClosed) throw refusal('InvalidStateError');
      this.channel = new WorldChannel(label, this, wire);
      return this.channel;
    }

    createOffer(): Promise<RtcSessionDescription> {
      return this.#operate(() => {
        if (this.signalingState === 'have-remote-offer') throw refusal('InvalidStateError');
        return { type: 'offer', sdp: writeDescription('actpass', this.#described) };
      });
    }

    createAnswer(): Promise<RtcSessionDescription> {
      return this.#operate(() => {
        if (this.signalingState !== 'have-remote-offer') throw refusal('InvalidStateError');
        return { type: 'answer', sdp: writeDescription('active', this.#described) };
      });
    }

    setLocalDescription({ type, sdp }: StandardDescription): Promise<void> {
      return this.#operate(() => {
        if (type !== 'offer' && type !== 'answer') throw refusal('NotSupportedError');
        const own = writeDescription(type === 'offer' ? 'actpass' : 'active', this.#described);
        if (sdp !== own) throw refusal('InvalidModificationError');
        if ((type === 'answer') !== (this.signalingState === 'have-remote-offer')) throw refusal('InvalidStateError');
        this.localDescription = { type, sdp };
        this.#signal(type === 'offer' ? 'have-local-offer' : 'stable');
        timeline.after(0, () => this.#gather());
        this.#check();
      });
    }

    setRemoteDescription({ type, sdp }: StandardDescription): Promise<void> {
      return this.#operate(() => {
        if (type !== 'offer' && type !== 'answer') throw refusal('NotSupportedError');
        const read = readDescription(sdp ?? '');
        if (type === 'answer' && this.signalingState !== 'have-local-offer') throw refusal('InvalidStateError');
        // Of two offers, Chromium takes back its own.
        if (this.signalingState === 'have-local-offer' && type === 'offer') this.localDescription = null;
        this.remoteDescription = { type, sdp: sdp ?? '' };
        this.#remote = read;
        this.#signal(type === 'offer' ? 'have-remote-offer' : 'stable');
        this.#check();
      });
    }

    addIceCandidate(init?: CandidateInit | null): Promise<void> {
      const { candidate = '', sdpMid = null, sdpMLineIndex = null } = init ?? {};
      if (!this.#isClosed && candidate !== '' && sdpMid === null && sdpMLineIndex === null) {
        return Promise.reject(new TypeError('neither sdpMid nor sdpMLineIndex'));
      }
      return this.#operate(() => {
        if (candidate === '') return;
        if (!this.#remote) throw refusal('InvalidStateError');
        // The index is an unsigned short, and counts only where there is no mid.
        const isPlaced = sdpMid ? sdpMid === this.#remote.mid : ((sdpMLineIndex ?? 0) & 0xff_ff) === 0;
        const line = readCandidateLine(candidate);
        if (!isPlaced || !line) throw refusal('OperationError');
        this.#hear(line);
      });
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

    /** Nothing of it is told but by the channels: here, and at the far side. */
    close(): void {
      if (this.#isClosed) return;
      const far = this.isCarried() ? this.#far() : null;
      this.connectionState = 'closed';
      this.iceConnectionState = 'closed';
      this.signalingState = 'closed';
      timeline.after(0, () => this.channel?.cutOff());
      timeline.after(wire.delayMs, () => far?.channel?.cutOff(new DOMException('Close called', 'OperationError')));
      this.#vanish();
    }

    get isOn(): boolean {
      return this.#power.isOn;
    }

    get #isClosed(): boolean {
      return this.signalingState === 'closed';
    }

    isAt(address: string): boolean {
      return this.#address === address;
    }

    isCarried(): boolean {
      const far = this.#far();
      return this.#kind !== null && far !== null && this.#reaches(far, this.#kind);
    }

    networkChanged(): void {
      if (this.#kind === null) this.#check();
      else if (this.isCarried()) {
        this.#stopConsent?.();
        this.#stopConsent = null;
        if (this.connectionState === 'disconnected') this.#show('connected', 'connected');
        this.channel?.pump();
      } else this.#stopConsent ??= this.#loseConsent();
    }

    isKnownBy(fingerprint: string): boolean {
      return fingerprint.toUpperCase().endsWith(this.#described.fingerprint);
    }

    hold(ms: number): void {
      const ends = [this, this.#far() ?? this];
      const turn = (isHeld: boolean): void => {
        for (const end of ends) end.#isHeld = isHeld;
        for (const end of ends) end.networkChanged();
      };
      turn(true);
      timeline.after(ms, () => turn(false));
    }

    fail(): void {
      for (const end of [this, this.#far() ?? this]) {
        end.#isHeld = true;
        end.#show('disconnected', 'failed');
      }
    }

    /** Closed, or without power: the far side hears nothing any more. */
    #vanish(): void {
      const far = this.#far();
      this.#stopConsent?.();
      this.#stopChecking?.();
      byUfrag.delete(this.#described.ufrag);
      far?.networkChanged();
    }

    #loseConsent(): () => void {
      const stops = [
        timeline.after(disconnectedMs, () => this.#show('disconnected', 'disconnected')),
        timeline.after(failedMs, () => this.#show('disconnected', 'failed')),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    }

    /** One after the other, and none any more once the connection is closed. */
    #operate<T>(run: () => T): Promise<T> {
      if (this.#isClosed) return Promise.reject(refusal('InvalidStateError'));
      return new Promise((done, fail) => {
        timeline.after(0, () => {
          if (this.#isClosed || !this.isOn) return;
          try {
            done(run());
          } catch (error) {
            fail(error);
          }
        });
      });
    }

    #far(): Connection | null {
      const far = this.#remote === null ? undefined : byUfrag.get(this.#remote.ufrag);
      return far !== undefined && far.#remote?.ufrag === this.#described.ufrag ? far : null;
    }

    #reaches(far: Connection, kind: PathKind): boolean {
      const areThere = [this, far].every(
        (end) => end.isOn && !end.#isHeld && network.movesOf(end.#address) === end.#moves,
      );
      return areThere && network.allows(this.#address, far.#address, kind);
    }

    #signal(state: string): void {
      if (this.signalingState === state) return;
      this.signalingState = state;
      this.tell('signalingstatechange');
    }

    /** What this side's servers and its place let it gather. */
    #types(): CandidateType[] {
      const { nat, relay } = this.#place;
      const isMapped = nat === 'cone' || nat === 'strict';
      const hasRelay = relay && this.#servers.includes('turn:');
      if (this.#isRelayOnly) return hasRelay ? ['relay'] : [];
      return [
        'host',
        ...(isMapped && this.#servers.includes('stun:') ? (['srflx'] as const) : []),
        ...(hasRelay ? (['relay'] as const) : []),
      ];
    }

    #gather(): void {
      if (this.iceGatheringState !== 'new' || this.#isClosed || !this.isOn) return;
      this.iceGatheringState = 'gathering';
      this.tell('icegatheringstatechange');
      const types = this.#types();
      for (const type of types) timeline.after(gatheringMs[type], () => this.#found(type));
      timeline.after(Math.max(0, ...types.map((type) => gatheringMs[type])), () => this.#foundAll());
    }

    #found(type: CandidateType): void {
      if (this.#isClosed || !this.isOn) return;
      const { address } = this.#addressAs(type);
      const { ufrag } = this.#described;
      this.#gathered.set(`${address} ${this.#port}`, type);
      const candidate = {
        candidate: `candidate:1 1 udp 2122260223 ${address} ${this.#port} typ ${type} generation 0 ufrag ${ufrag}`,
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment: ufrag,
      };
      this.tell('icecandidate', { candidate });
    }

    #foundAll(): void {
      if (this.#isClosed || !this.isOn) return;
      this.iceGatheringState = 'complete';
      this.tell('icegatheringstatechange');
      this.tell('icecandidate', { candidate: null });
    }

    #addressAs(type: CandidateType): { address: string; candidateType: CandidateType } {
      if (type === 'host' && this.#place.nat !== 'open') return { address: this.#inner, candidateType: type };
      return { address: type === 'relay' ? this.#outer.replace('198.51', '203.0') : this.#outer, candidateType: type };
    }

    #statsOf(): { address: string; candidateType: CandidateType } {
      if (this.#kind === 'local') return { address: this.#inner, candidateType: 'host' };
      if (this.#kind === 'relay') return this.#addressAs(this.#place.relay ? 'relay' : 'srflx');
      return this.#addressAs(this.#place.nat === 'open' ? 'host' : 'srflx');
    }

    /** Names, and what goes by TCP, are never tried; nor is what is of another description, though it seems to be. */
    #hear(line: CandidateLine): void {
      if (line.protocol !== 'udp' || !/^[\d.]+$|:/.test(line.address)) return;
      this.#heard.push(line);
      this.#check();
      if (this.#isOfRemote(line) && this.iceConnectionState === 'checking') this.#giveUpLater();
    }

    #isOfRemote({ ufrag }: CandidateLine): boolean {
      return ufrag === null || ufrag === this.#remote?.ufrag;
    }

    #knows(far: Connection, type: CandidateType): boolean {
      const isIt = (line: CandidateLine): boolean => far.#gathered.get(`${line.address} ${line.port}`) === type;
      return this.#heard.some((line) => this.#isOfRemote(line) && isIt(line));
    }

    /** The best way that both have told each other enough for. */
    #bestKind(far: Connection): PathKind | null {
      const isPublic = (end: Connection): boolean => end.#place.nat === 'open';
      const knowsMapping = (end: Connection, of: Connection): boolean =>
        end.#knows(of, isPublic(of) ? 'host' : 'srflx');
      const isTold: Record<PathKind, boolean> = {
        local: this.#knows(far, 'host') || far.#knows(this, 'host'),
        direct:
          isPublic(this) || isPublic(far)
            ? (isPublic(this) && knowsMapping(far, this)) || (isPublic(far) && knowsMapping(this, far))
            : knowsMapping(this, far) && knowsMapping(far, this),
        relay: this.#knows(far, 'relay') || far.#knows(this, 'relay'),
      };
      return pathKinds.find((kind) => isTold[kind] && this.#reaches(far, kind)) ?? null;
    }

    /** Both ends know both descriptions, and addresses by which one of them reaches the other. */
    #check(): void {
      if (this.signalingState !== 'stable' || !this.#remote) return;
      if (this.iceConnectionState === 'new' && this.#heard.length > 0) {
        this.#show('checking', 'connecting');
        if (this.#heard.some((line) => this.#isOfRemote(line))) this.#giveUpLater();
      }
      const far = this.#far();
      if (far?.signalingState !== 'stable') return;
      // Of the two who both come here, the one who offers does it.
      if (this.localDescription?.type === 'answer') {
        far.#check();
        return;
      }
      if (this.#isConnecting || !this.#isTrying || !far.#isTrying || this.#bestKind(far) === null) return;
      this.#isConnecting = true;
      timeline.after(3 * wire.delayMs, () => {
        this.#isConnecting = false;
        const kind = this.#far() === far && this.#isTrying && far.#isTrying ? this.#bestKind(far) : null;
        if (kind) this.#open(far, kind);
      });
    }

    get #isTrying(): boolean {
      return this.iceConnectionState === 'new' || this.iceConnectionState === 'checking';
    }

    #giveUpLater(): void {
      this.#stopChecking?.();
      this.#stopChecking = timeline.after(checkingMs, () => this.#show('disconnected', 'failed'));
    }

    #open(far: Connection, kind: PathKind): void {
      const { channel } = this;
      if (!channel) return;
      far.channel = new WorldChannel(channel.label, far, wire);
      [channel.far, far.channel.far] = [far.channel, channel];
      [this.#kind, far.#kind] = [kind, kind];
      if (kind !== 'relay') {
        answered.add(`${this.#address} ${far.#statsOf().address}`);
        answered.add(`${far.#address} ${this.#statsOf().address}`);
      }
      for (const end of [this, far]) {
        end.#stopChecking?.();
        if (end.iceConnectionState === 'new') end.#show('checking', 'connecting');
        end.#show('connected', 'connected');
      }
      for (const end of [channel, far.channel]) end.opens();
      far.tell('datachannel', { channel: far.channel });
      far.channel.tellOpen();
      channel.tellOpen();
    }

    #show(ice: string, connection: string): void {
      if (this.#isClosed || !this.isOn) return;
      const [isIceNew, isConnectionNew] = [this.iceConnectionState !== ice, this.connectionState !== connection];
      this.iceConnectionState = ice;
      if (isIceNew) this.tell('iceconnectionstatechange');
      if (this.#isClosed || !isConnectionNew) return;
      this.connectionState = connection;
      this.tell('connectionstatechange');
    }
  }

  return {
    platform: (address, power = alwaysOn) => ({
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
      RTCIceCandidate: WorldIceCandidate,
    }),
    hasAnswered: (address, current) => answered.has(`${address} ${current}`),
    endOf(fingerprint) {
      return [...byUfrag.values()].find((one) => one.isKnownBy(fingerprint)) ?? null;
    },
    get openConnections() {
      return byUfrag.size;
    },
    connectionsAt: (address) => [...byUfrag.values()].filter((one) => one.isOn && one.isAt(address)).length,
  };
}

const alwaysOn: PowerSupply = { isOn: true, onCut: () => undefined };

function refusal(name: string): DOMException {
  return new DOMException('refused', name);
}
