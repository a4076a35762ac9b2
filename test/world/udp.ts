import { endpointName } from '../../src/main/lane/direct/admitted.ts';
import type { Endpoint } from '../../src/main/lane/direct/datagrams.ts';
import { stunAnswer } from '../support/stun-answer.ts';
import type { Chance } from './chance.ts';
import type { Network } from './network.ts';
import type { Timeline } from './timeline.ts';

/** UDP between the networks: what routers map and let in, what is lost, and a STUN server that all can reach. */
export interface Udp {
  /** A socket of a program on this computer, as long as that has power. */
  bind(computer: string, power: { readonly isOn: boolean }, heard: Heard): UdpSocket;
  setTrouble(computer: string, trouble: UdpTrouble | null): void;
  /** Its router forgets what it has mapped: what is sent from now on comes from another port. */
  forgetMappings(computer: string): void;
  /** When something last happened to its datagrams that the network knows nothing of. */
  changedMs(computer: string): number;
  /** On computers that have power. */
  readonly openSockets: number;
}

export interface UdpSocket {
  readonly port: number;
  send(bytes: Uint8Array, to: Endpoint): void;
  /** The socket that a datagram which goes there now comes to; null when it is lost. */
  reach(to: Endpoint): UdpSocket | null;
  close(): void;
}

/** What becomes of a computer's datagrams, those of browsers apart: all of them are lost, or some. */
export type UdpTrouble = { readonly kind: 'blocked' } | { readonly kind: 'lossy'; readonly percent: number };

export type Heard = (bytes: Uint8Array<ArrayBuffer>, from: Endpoint) => void;

export interface UdpOptions {
  readonly timeline: Pick<Timeline, 'now' | 'after'>;
  readonly chance: Chance;
  readonly network: Network;
  /** One way. */
  readonly delayMs: number;
  /** Each datagram, also one that is lost. */
  onSent(computer: string, to: Endpoint): void;
}

export const stunHost = 'stun.example';
export const stunServer: Endpoint = { address: '192.0.2.1', port: 3478 };

/** RFC 4787, as routers have it at the least. */
const mappedMs = 30_000;

interface Mapping {
  readonly port: number;
  usedMs: number;
  /** Whom something was sent to, and when: only from there something comes in. */
  readonly sentMs: Map<string, number>;
}

interface Bound extends UdpSocket {
  readonly computer: string;
  readonly power: { readonly isOn: boolean };
  readonly heard: Heard;
  /** Of the router in front of it, by whom they are for; one for all where it is so kind. */
  readonly mappings: Map<string, Mapping>;
  moves: number;
}

export function createUdp({ timeline, chance, network, delayMs, onSent }: UdpOptions): Udp {
  const sockets = new Set<Bound>();
  const troubles = new Map<string, UdpTrouble>();
  const changedMs = new Map<string, number>();
  let port = 20_000;

  function isLost(computer: string): boolean {
    const trouble = troubles.get(computer);
    return trouble?.kind === 'blocked' || (trouble?.kind === 'lossy' && 100 * chance.next() < trouble.percent);
  }

  function mappingsOf(socket: Bound): Map<string, Mapping> {
    const moves = network.movesOf(socket.computer);
    if (socket.moves !== moves) socket.mappings.clear();
    socket.moves = moves;
    return socket.mappings;
  }

  /** From where others see what this socket sends there; null where nothing gets out. */
  function outside(socket: Bound, to: Endpoint): Endpoint | null {
    const { nat } = network.placeOf(socket.computer);
    const address = network.outerOf(socket.computer);
    if (nat === 'blocked') return null;
    if (nat === 'open') return { address, port: socket.port };
    const mappings = mappingsOf(socket);
    const name = nat === 'cone' ? 'all' : endpointName(to);
    const known = mappings.get(name);
    const isFresh = known !== undefined && timeline.now() - known.usedMs < mappedMs;
    const mapping = isFresh ? known : { port: port++, usedMs: 0, sentMs: new Map<string, number>() };
    mapping.usedMs = timeline.now();
    mapping.sentMs.set(endpointName(to), timeline.now());
    mappings.set(name, mapping);
    return { address, port: mapping.port };
  }

  /** Whether what comes from elsewhere to this endpoint comes to this socket. */
  function letsIn(socket: Bound, to: Endpoint, from: Endpoint): boolean {
    const { nat } = network.placeOf(socket.computer);
    if (nat === 'blocked' || to.address !== network.outerOf(socket.computer)) return false;
    if (nat === 'open') return to.port === socket.port;
    return [...mappingsOf(socket).values()].some(
      (mapping) =>
        mapping.port === to.port &&
        timeline.now() - (mapping.sentMs.get(endpointName(from)) ?? Number.NEGATIVE_INFINITY) < mappedMs,
    );
  }

  /** Within a network, where routers do nothing. */
  function isAt({ computer, port: own }: Bound, to: Endpoint): boolean {
    const isOuter = network.placeOf(computer).nat === 'open' && to.address === network.outerOf(computer);
    return own === to.port && (isOuter || to.address === network.innerOf(computer));
  }

  function route(socket: Bound, to: Endpoint): { far: Bound; from: Endpoint } | null {
    if (!socket.power.isOn || isLost(socket.computer)) return null;
    const outer = outside(socket, to);
    const owner = network.ownerOf(to.address);
    if (owner === null || owner === socket.computer || !network.carriesUdp(socket.computer, owner)) return null;
    const isBeside = network.placeOf(owner).network === network.placeOf(socket.computer).network;
    const from = isBeside ? { address: network.innerOf(socket.computer), port: socket.port } : outer;
    if (!from || isLost(owner)) return null;
    for (const far of sockets) {
      if (far.computer !== owner || !far.power.isOn) continue;
      if (isBeside ? isAt(far, to) : letsIn(far, to, from)) return { far, from };
    }
    return null;
  }

  function deliver(far: Bound, bytes: Uint8Array<ArrayBuffer>, from: Endpoint, afterMs: number): void {
    const moves = network.movesOf(far.computer);
    timeline.after(afterMs, () => {
      const isThere = sockets.has(far) && far.power.isOn && network.movesOf(far.computer) === moves;
      if (isThere && !network.isAway(far.computer)) far.heard(bytes, from);
    });
  }

  function askStun(socket: Bound, request: Uint8Array): void {
    if (!socket.power.isOn || isLost(socket.computer) || network.isAway(socket.computer)) return;
    const seen = outside(socket, stunServer);
    if (seen) deliver(socket, stunAnswer(request, seen), stunServer, 2 * delayMs);
  }

  return {
    bind(computer, power, heard) {
      const socket: Bound = {
        computer,
        power,
        heard,
        port: port++,
        mappings: new Map(),
        moves: network.movesOf(computer),
        send(bytes, to) {
          onSent(computer, to);
          if (endpointName(to) === endpointName(stunServer)) return askStun(socket, bytes);
          const way = route(socket, to);
          if (way) deliver(way.far, bytes.slice(), way.from, delayMs);
        },
        reach(to) {
          onSent(computer, to);
          return route(socket, to)?.far ?? null;
        },
        close: () => void sockets.delete(socket),
      };
      sockets.add(socket);
      return socket;
    },
    setTrouble(computer, trouble) {
      if (!trouble && !troubles.delete(computer)) return;
      if (trouble) troubles.set(computer, trouble);
      changedMs.set(computer, timeline.now());
    },
    forgetMappings(computer) {
      changedMs.set(computer, timeline.now());
      for (const socket of sockets) if (socket.computer === computer) socket.mappings.clear();
    },
    changedMs: (computer) => changedMs.get(computer) ?? 0,
    get openSockets() {
      return [...sockets].filter(({ power }) => power.isOn).length;
    },
  };
}
