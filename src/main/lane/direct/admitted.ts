import type { LaneCandidate } from '../../../shared/protocol/lane-messages.ts';
import { limits } from '../../../shared/protocol/limits.ts';
import { canonicalAddress } from './canonical-address.ts';
import type { Endpoint } from './datagrams.ts';

/**
 * Where datagrams may go on behalf of one person. A candidate is only their word, and could name a stranger or a printer: so
 * only addresses that have answered ICE on the link with them are probed or answered, and of these only ports that are
 * nobody's service. A loopback address is no other one: it is admitted where the link itself runs over it.
 */
export interface Admitted {
  /** Canonical. */
  readonly addresses: ReadonlySet<string>;
  /**
   * Under its canonical address; null when nothing may be sent there.
   *
   * @param from where a datagram came from, or whom the peer names
   */
  endpoint(from: Endpoint): Endpoint | null;
  /** Those of the peer's candidates that may be probed, each once, `limits.laneEndpoints` at most: host addresses first. */
  candidates(named: readonly LaneCandidate[]): LaneCandidate[];
}

/** @param answered as the page reports them; what is no address falls away */
export function admit(answered: Iterable<string>): Admitted {
  const addresses = new Set([...answered].flatMap((address) => canonicalAddress(address) ?? []));

  function endpoint({ address, port }: Endpoint): Endpoint | null {
    const canonical = canonicalAddress(address);
    if (canonical === null || !addresses.has(canonical) || port < limits.lanePortLeast) return null;
    return { address: canonical, port };
  }

  return {
    addresses,
    endpoint,
    candidates(named) {
      const found = new Map<string, LaneCandidate>();
      for (const kind of ['host', 'mapped'] as const) {
        for (const candidate of named) {
          const to = candidate.kind === kind ? endpoint(candidate) : null;
          const name = to && endpointName(to);
          if (to && name && !found.has(name)) found.set(name, { kind, ...to });
        }
      }
      return [...found.values()].slice(0, limits.laneEndpoints);
    },
  };
}

/** The same text for the same canonical endpoint. */
export function endpointName({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
