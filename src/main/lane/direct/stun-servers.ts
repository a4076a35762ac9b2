import { isIPv4 } from 'node:net';
import { canonicalAddress } from './canonical-address.ts';
import type { Datagrams, Endpoint } from './datagrams.ts';
import type { LaneWorld } from './lane-world.ts';
import { readStunResponse, stunRequest, stunTransactionBytes } from './stun.ts';

export interface StunServer {
  /** A name, or an address. */
  readonly host: string;
  readonly port: number;
}

/** By `stun:host[:port]` (RFC 7064); null for what is to be asked in another way (TLS, TURN). */
export function readStunServer(url: string): StunServer | null {
  const [, host, port = '3478'] = /^stun:([^[\]:?]+|\[[^\]]+\])(?::(\d+))?$/.exec(url) ?? [];
  return host ? { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) } : null;
}

/** A question is sent again so long after the first time. */
const repeatsMs = [200, 500, 900];
/** Then nobody is waited for any more. */
export const stunMs = 1500;
/** Nor so long after the first answer: servers that see us see the same, but for a family of addresses or a strange NAT. */
export const stunGraceMs = 300;
/** Of the settings', the first. */
const askedServers = 4;

export interface StunQuestion {
  /** Of the socket whose addresses are looked for. */
  readonly datagrams: Datagrams;
  readonly servers: readonly StunServer[];
  /** Addresses of a host; may reject. */
  resolve(host: string): Promise<readonly string[]>;
  /** Whether this computer has addresses of this kind by which others can be reached: the rest is not worth waiting for. */
  speaks(family: 'ipv4' | 'ipv6'): boolean;
  readonly world: LaneWorld;
  /** Aborted when nobody waits for answers any more. */
  readonly signal: AbortSignal;
}

/**
 * Asks the servers under which addresses and ports they see this socket: each under one address of either family. Never
 * rejects, and resolves within `stunMs`, or at once when it is taken back.
 */
export function askStunServers({
  datagrams,
  servers,
  resolve,
  speaks,
  world,
  signal,
}: StunQuestion): Promise<Endpoint[]> {
  return new Promise((done) => {
    const open = new Set<{ readonly to: Endpoint; readonly transaction: Uint8Array }>();
    const found: Endpoint[] = [];
    const asked = servers.slice(0, askedServers);
    let resolving = asked.length;
    let over = false;

    function finish(): void {
      over = true;
      for (const end of ends) end();
      done(found);
    }

    function finishIfAllIsSaid(): void {
      if (!over && open.size + resolving === 0) finish();
    }

    function ask(to: Endpoint): void {
      const question = { to, transaction: world.randomBytes(stunTransactionBytes) };
      open.add(question);
      const send = (): void => {
        if (open.has(question)) datagrams.send(stunRequest(question.transaction), to);
      };
      send();
      ends.push(...repeatsMs.map((ms) => world.after(ms, send)));
    }

    async function askServer({ host, port }: StunServer): Promise<void> {
      const named = await resolve(host).catch(() => []);
      resolving--;
      if (over) return;
      const addresses = named.flatMap((address) => canonicalAddress(address) ?? []);
      const [ipv4, ipv6] = [addresses.find(isIPv4), addresses.find((address) => !isIPv4(address))];
      if (ipv4 && speaks('ipv4')) ask({ address: ipv4, port });
      if (ipv6 && speaks('ipv6')) ask({ address: ipv6, port });
      finishIfAllIsSaid();
    }

    const ends = [
      datagrams.listen((bytes, from) => {
        for (const question of open) {
          if (question.to.address !== canonicalAddress(from.address) || question.to.port !== from.port) continue;
          const mapped = readStunResponse(bytes, question.transaction);
          if (!mapped) continue;
          open.delete(question);
          found.push(mapped);
          if (found.length === 1) ends.push(world.after(stunGraceMs, finish));
        }
        finishIfAllIsSaid();
      }),
      world.after(stunMs, finish),
      () => signal.removeEventListener('abort', finish),
    ];
    signal.addEventListener('abort', finish);
    for (const server of asked) void askServer(server);
    finishIfAllIsSaid();
  });
}
