import { Duplex } from 'node:stream';
import type { Endpoint } from '../../src/main/lane/direct/datagrams.ts';
import type { Udx, UdxSocket, UdxStream } from '../../src/main/lane/direct/udx.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import type { Chance } from './chance.ts';
import { type Packet, Sealed } from './sealed.ts';
import type { Power, Timeline } from './timeline.ts';
import type { Udp, UdpSocket } from './udp.ts';

/** UDX without packets: streams over the sockets of a world, ordered and reliable as long as the two reach each other. */
export interface WorldUdx {
  /** Of one app, as long as its computer has power. */
  of(computer: string, power: Power, chance: Chance): Udx;
  /** On computers that have power. */
  readonly openStreams: number;
}

export interface WorldUdxOptions {
  readonly timeline: Pick<Timeline, 'after'>;
  readonly udp: Udp;
  /** One way. */
  readonly delayMs: number;
  /** A bound was not kept; what, in words. */
  onBroken(what: string): void;
}

type Socket = ReturnType<Udx['createSocket']>;

/** What is lost is sent again so soon. */
const resendMs = 200;
/** A stream takes no more until it holds less; here that is its congestion window too. */
const heldBytes = 256 * 1024;
const packetBytes = 1200;
const packetHeadBytes = 20;
/** Of streams to this side, one after the other: slower than a link is, and faster. */
const rates = [200, 3000, 8000] as const;

interface Queued {
  readonly packet: Packet | 'end';
  readonly bytes: number;
  sent(): void;
}

export function createWorldUdx({ timeline, udp, delayMs, onBroken }: WorldUdxOptions): WorldUdx {
  /** By socket and id. */
  const streams = new Map<UdpSocket, Map<number, Stream>>();

  class Stream extends Duplex implements UdxStream {
    rtt = 2 * delayMs;
    bytesReceived = 0;
    packetsReceived = 0;
    readonly power: Power;
    readonly #id: number;
    readonly #bytesPerMs: number;
    readonly #queue: Queued[] = [];
    #way: { readonly from: UdpSocket; readonly to: Endpoint; readonly farId: number } | null = null;
    #queuedBytes = 0;
    #isBusy = false;
    #stopWaiting = (): void => undefined;

    constructor(id: number, power: Power, bytesPerMs: number) {
      super({ objectMode: true });
      this.#id = id;
      this.power = power;
      this.#bytesPerMs = bytesPerMs;
    }

    connect(socket: Socket, farId: number, port: number, address: string): void {
      if (!(socket instanceof BoundSocket)) throw new TypeError('a socket of another world');
      this.#way = { from: socket.bound, to: { address, port }, farId };
      streams.get(socket.bound)?.set(this.#id, this);
      this.#pump();
    }

    override _read(): void {}

    override _write(packet: Packet, _encoding: string, done: () => void): void {
      const bytes = packet.bytes.byteLength;
      this.#queuedBytes += bytes;
      if (this.#queuedBytes > heldBytes + limits.directBlockBytes) {
        onBroken(`a stream of a direct lane holds ${this.#queuedBytes} bytes`);
      }
      const isFull = this.#queuedBytes > heldBytes;
      this.#queue.push({ packet, bytes, sent: isFull ? done : () => undefined });
      if (!isFull) done();
      this.#pump();
    }

    override _final(done: () => void): void {
      this.#queue.push({ packet: 'end', bytes: 0, sent: done });
      this.#pump();
    }

    override _destroy(error: Error | null, done: (error: Error | null) => void): void {
      this.#stopWaiting();
      this.#queue.length = 0;
      const far = this.#far();
      if (far) timeline.after(delayMs, () => far.reset());
      if (this.#way) streams.get(this.#way.from)?.delete(this.#id);
      done(error);
    }

    #wait(ms: number, action: () => void): void {
      this.#stopWaiting = this.power.after(ms, action);
    }

    /** Nobody is let in who is not connected yet. */
    #far(): Stream | null {
      if (!this.#way) return null;
      const { from, to, farId } = this.#way;
      const socket = from.reach(to);
      return (socket && streams.get(socket)?.get(farId)) ?? null;
    }

    #pump(): void {
      const [first] = this.#queue;
      if (this.#isBusy || !first || !this.#way) return;
      this.#isBusy = true;
      this.#wait(first.bytes / this.#bytesPerMs, () => this.#transmit(first));
    }

    #transmit(queued: Queued): void {
      const far = this.#far();
      if (!far) {
        this.#wait(resendMs, () => this.#transmit(queued));
        return;
      }
      timeline.after(delayMs, () => far.arrive(queued));
      this.#queue.shift();
      this.#queuedBytes -= queued.bytes;
      this.#isBusy = false;
      queued.sent();
      this.#pump();
    }

    arrive({ packet, bytes }: Queued): void {
      if (!this.power.isOn || this.destroyed) return;
      const packets = Math.ceil(bytes / packetBytes) || 1;
      this.packetsReceived += packets;
      this.bytesReceived += bytes + packets * packetHeadBytes;
      this.push(packet === 'end' ? null : packet);
    }

    reset(): void {
      if (this.power.isOn) this.destroy(new Error('ECONNRESET'));
    }
  }

  class BoundSocket implements UdxSocket {
    readonly #listeners: Parameters<UdxSocket['on']>[1][] = [];
    readonly bound: UdpSocket;

    constructor(computer: string, power: Power) {
      this.bound = udp.bind(computer, power, (bytes, { address, port }) => {
        for (const listener of this.#listeners) listener(bytes, { host: address, family: 4, port });
      });
      streams.set(this.bound, new Map());
    }

    bind(): void {}

    address() {
      return { host: '0.0.0.0', family: 4, port: this.bound.port } as const;
    }

    trySend(bytes: Uint8Array, port: number, address: string): void {
      this.bound.send(bytes, { address, port });
    }

    getRecvBufferSize(): number {
      return 0;
    }

    setRecvBufferSize(): void {}

    setSendBufferSize(): void {}

    on(_event: 'message', listener: Parameters<UdxSocket['on']>[1]): this {
      this.#listeners.push(listener);
      return this;
    }

    async close(): Promise<void> {
      const open = [...(streams.get(this.bound)?.values() ?? [])];
      await Promise.all(open.map((stream) => new Promise((closed) => stream.once('close', closed))));
      this.bound.close();
      streams.delete(this.bound);
    }
  }

  return {
    of: (computer, power, chance) => ({
      createSocket: () => new BoundSocket(computer, power),
      createStream: (id) => new Stream(id, power, rates[chance.below(rates.length)] ?? rates[0]),
      seal: (isInitiator, raw, options) => new Sealed(isInitiator, raw, options),
      keyPair: () => ({ publicKey: chance.bytes(32), secretKey: new Uint8Array(64) }),
    }),
    get openStreams() {
      const all = [...streams.values()].flatMap((ofSocket) => [...ofSocket.values()]);
      return all.filter(({ power }) => power.isOn).length;
    },
  };
}
