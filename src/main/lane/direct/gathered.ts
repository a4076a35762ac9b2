import type { LaneCandidate } from '../../../shared/protocol/lane-messages.ts';
import type { DirectSocket } from './direct-socket.ts';
import { gatherCandidates, type Interfaces } from './gathering.ts';
import type { LaneWorld } from './lane-world.ts';
import { readStunServer } from './stun-servers.ts';

/** Under which addresses one socket may be reached: asked for anew when what is known has become old, or the computer has moved. */
export interface Gathered {
  /** Never rejects. */
  candidates(loopback: boolean): Promise<LaneCandidate[]>;
  /** Answers of STUN servers are waited for. */
  readonly asking: boolean;
  /** The socket is closed: nothing is asked any more. */
  stop(): void;
}

export interface GatheredOptions {
  socket: DirectSocket;
  /** May throw. */
  interfaces(): Interfaces;
  /** Addresses of a host; may reject. */
  resolve(host: string): Promise<readonly string[]>;
  /** As the settings have them. */
  iceServers(): readonly { readonly urls: string | readonly string[] }[];
  world: LaneWorld;
}

interface Known {
  readonly atMs: number;
  /** Those of the interfaces, then. */
  readonly addresses: string;
  readonly candidates: Promise<LaneCandidate[]>;
}

/** A router keeps a mapping that nothing uses for half a minute at least. */
const goodForMs = 20_000;

export function createGathered({ socket, resolve, iceServers, world, ...options }: GatheredOptions): Gathered {
  const known = new Map<boolean, Known>();
  const stopping = new AbortController();
  let asking = 0;

  /** None where the system does not tell, as some sandboxes have it. */
  function interfacesNow(): Interfaces {
    try {
      return options.interfaces();
    } catch {
      return {};
    }
  }

  async function gather(interfaces: Interfaces, loopback: boolean): Promise<LaneCandidate[]> {
    asking++;
    try {
      return await gatherCandidates({
        port: socket.port,
        interfaces,
        loopback,
        datagrams: socket.datagrams,
        servers: iceServers().flatMap(({ urls }) => [urls].flat().flatMap((url) => readStunServer(url) ?? [])),
        resolve,
        world,
        signal: stopping.signal,
      });
    } finally {
      asking--;
    }
  }

  return {
    candidates(loopback) {
      const interfaces = interfacesNow();
      const addresses = addressesOf(interfaces);
      const last = known.get(loopback);
      if (last?.addresses === addresses && world.now() - last.atMs < goodForMs) return last.candidates;
      const candidates = gather(interfaces, loopback);
      known.set(loopback, { atMs: world.now(), addresses, candidates });
      return candidates;
    },
    get asking() {
      return asking > 0;
    },
    stop: () => stopping.abort(),
  };
}

function addressesOf(interfaces: Interfaces): string {
  return Object.values(interfaces)
    .flatMap((all) => all?.map(({ address }) => address) ?? [])
    .join();
}
