import type { LaneCandidate } from '../../../shared/protocol/lane-messages.ts';
import type { DirectSocket } from './direct-socket.ts';
import { gatherCandidates, type Interfaces } from './gathering.ts';
import type { LaneWorld } from './lane-world.ts';
import { readStunServer } from './stun-servers.ts';

/** Under which addresses one socket may be reached: asked for anew when what is known has become old. */
export interface Gathered {
  /** Never rejects. */
  candidates(loopback: boolean): Promise<LaneCandidate[]>;
  /** Answers of STUN servers are waited for. */
  readonly asking: boolean;
}

export interface GatheredOptions {
  socket: DirectSocket;
  interfaces(): Interfaces;
  /** Addresses of a host; may reject. */
  resolve(host: string): Promise<readonly string[]>;
  /** As the settings have them. */
  iceServers(): readonly { readonly urls: string | readonly string[] }[];
  world: LaneWorld;
}

/** A router keeps a mapping that nothing uses for half a minute at least. */
const goodForMs = 20_000;

export function createGathered({ socket, interfaces, resolve, iceServers, world }: GatheredOptions): Gathered {
  const known = new Map<boolean, { readonly atMs: number; readonly candidates: Promise<LaneCandidate[]> }>();
  let asking = 0;

  async function gather(loopback: boolean): Promise<LaneCandidate[]> {
    asking++;
    try {
      return await gatherCandidates({
        port: socket.port,
        interfaces: interfaces(),
        loopback,
        datagrams: socket.datagrams,
        servers: iceServers().flatMap(({ urls }) => [urls].flat().flatMap((url) => readStunServer(url) ?? [])),
        resolve,
        world,
      });
    } finally {
      asking--;
    }
  }

  return {
    candidates(loopback) {
      const last = known.get(loopback);
      if (last && world.now() - last.atMs < goodForMs) return last.candidates;
      const candidates = gather(loopback);
      known.set(loopback, { atMs: world.now(), candidates });
      return candidates;
    },
    get asking() {
      return asking > 0;
    },
  };
}
