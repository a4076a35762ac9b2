import { isIPv4 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { LaneCandidate } from '../../../shared/protocol/lane-messages.ts';
import { limits } from '../../../shared/protocol/limits.ts';
import { endpointName } from './admitted.ts';
import { canonicalAddress, isLoopback } from './canonical-address.ts';
import type { Endpoint } from './datagrams.ts';
import { askStunServers, type StunQuestion } from './stun-servers.ts';

/** As `os.networkInterfaces` tells them. */
export type Interfaces = NodeJS.Dict<readonly NetworkInterfaceInfo[]>;

export interface Gathering extends Omit<StunQuestion, 'speaks'> {
  /** That the socket is bound to, on all addresses. */
  readonly port: number;
  readonly interfaces: Interfaces;
  /** Loopback addresses too: only for a link that itself runs over one. */
  readonly loopback: boolean;
}

/**
 * Under which addresses the other side may reach this socket: those of the interfaces, and those that STUN servers see, each
 * once and `limits.laneCandidates` at most. Never rejects; takes as long as `askStunServers`.
 */
export async function gatherCandidates({
  port,
  interfaces,
  loopback,
  ...question
}: Gathering): Promise<LaneCandidate[]> {
  const hosts = hostAddresses(interfaces).filter((address) => loopback || !isLoopback(address));
  const routed = hosts.filter((address) => !isLoopback(address));
  const speaks = (family: 'ipv4' | 'ipv6'): boolean => routed.some((each) => isIPv4(each) === (family === 'ipv4'));
  const mapped = await askStunServers({ ...question, speaks });
  return listed(
    hosts.map((address) => ({ address, port })),
    mapped,
  );
}

/** Canonical; those of a single link (`fe80::/10`) are left out, since the other side could not name the link. */
function hostAddresses(interfaces: Interfaces): string[] {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  return all.flatMap(({ address }) => canonicalAddress(address) ?? []);
}

/** A mapped address that is one of the host's says nothing new. If there are too many, each mapped one stays. */
function listed(hosts: readonly Endpoint[], mapped: readonly Endpoint[]): LaneCandidate[] {
  const all = new Map<string, LaneCandidate>();
  const add = (kind: LaneCandidate['kind'], endpoints: readonly Endpoint[]): void => {
    for (const endpoint of endpoints) {
      const name = endpointName(endpoint);
      // The other side would refuse all for one such port.
      if (endpoint.port >= limits.lanePortLeast && !all.has(name)) all.set(name, { kind, ...endpoint });
    }
  };
  add('host', hosts);
  add('mapped', mapped);
  const candidates = [...all.values()];
  const kept = candidates.filter(({ kind }) => kind === 'mapped');
  return [...candidates.filter(({ kind }) => kind === 'host').slice(0, limits.laneCandidates - kept.length), ...kept];
}
