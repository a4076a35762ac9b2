/** Where a computer stands in the network, as far as UDP goes. */
export interface Place {
  /** Those in one network reach each other without leaving it. */
  readonly network: string;
  /**
   * What is between it and the others: nothing, a NAT that keeps one mapping for all (`cone`), one that makes another for
   * each far end (`strict`), or something that lets no UDP out.
   */
  readonly nat: 'open' | 'cone' | 'strict' | 'blocked';
  /** There is a TURN server for it. */
  readonly relay: boolean;
}

/** As settings have it: no address but a relay's is told, or none of the own network. */
export interface Secrecy {
  readonly relayOnly: boolean;
  readonly hideLocalAddresses: boolean;
}

export type PathKind = 'local' | 'direct' | 'relay';
export const pathKinds: readonly PathKind[] = ['local', 'direct', 'relay'];

/** Who reaches whom, and how. Computers are named by the address they had first. */
export interface Network {
  placeOf(address: string): Place;
  /** How often it has moved: whatever it had open before is of an address that is not its own any more. */
  movesOf(address: string): number;
  /** The address that it has in its network now, and the one under which others see it: its own, or its router's. */
  innerOf(address: string): string;
  outerOf(address: string): string;
  /** Whose address that is now; null when nobody's. */
  ownerOf(current: string): string | null;
  move(address: string, place: Place): void;
  /** What browsers there keep from others. */
  setSecrecy(address: string, secrecy: Secrecy): void;
  /** Nothing goes to this address or comes from it, until it is back. */
  setAway(address: string, away: boolean): void;
  isAway(address: string): boolean;
  /** The two do not reach each other in any way, whomever else they reach. */
  setCut(one: string, other: string, cut: boolean): void;
  mendCuts(): void;
  /** When a cut between the two was mended last; null if there never was one. */
  mendedMs(one: string, other: string): number | null;
  allows(one: string, other: string, kind: PathKind): boolean;
  /** A datagram that the one sends may come as far as what stands before the other. */
  carriesUdp(one: string, other: string): boolean;
  /** Since when the two have had a path, without a break; null when they have none. */
  reachableSinceMs(one: string, other: string): number | null;
  /** Who reaches whom may have changed. */
  onChange(listener: () => void): void;
}

interface Addresses {
  readonly moves: number;
  readonly inner: string;
  readonly outer: string;
}

const noSecrecy: Secrecy = { relayOnly: false, hideLocalAddresses: false };
const atHome: Place = { network: 'home', nat: 'cone', relay: false };

export function createNetwork(now: () => number): Network {
  const places = new Map<string, Place>();
  const moves = new Map<string, number>();
  const away = new Set<string>();
  const cuts = new Set<string>();
  const mendedMs = new Map<string, number>();
  const changedMs = new Map<string, number>();
  const secrecies = new Map<string, Secrecy>();
  const addresses = new Map<string, Addresses>();
  const owners = new Map<string, string>();
  const listeners = new Set<() => void>();

  const placeOf = (address: string): Place => places.get(address) ?? atHome;
  const cutOf = (one: string, other: string): string => [one, other].sort().join(' ');

  function changed(...addresses: string[]): void {
    for (const address of addresses) changedMs.set(address, now());
    for (const listener of listeners) listener();
  }

  function mend(cut: string): void {
    if (cuts.delete(cut)) mendedMs.set(cut, now());
  }

  function isParted(one: string, other: string): boolean {
    return away.has(one) || away.has(other) || (cuts.size > 0 && cuts.has(cutOf(one, other)));
  }

  function allows(one: string, other: string, kind: PathKind): boolean {
    return !isParted(one, other) && joins(endOf(one), endOf(other), kind);
  }

  const endOf = (address: string): Place & Secrecy => ({
    ...(secrecies.get(address) ?? noSecrecy),
    ...placeOf(address),
  });
  const movesOf = (address: string): number => moves.get(address) ?? 0;

  function addressesOf(address: string): Addresses {
    const known = addresses.get(address);
    const count = movesOf(address);
    if (known?.moves === count) return known;
    const number = address.split('.')[3] ?? '';
    // Each behind a router of its own, as far as addresses tell.
    const now = { moves: count, inner: `10.0.${count}.${number}`, outer: `198.51.${number}.${count + 1}` };
    addresses.set(address, now);
    for (const current of [now.inner, now.outer]) owners.set(current, address);
    return now;
  }

  return {
    placeOf,
    movesOf,
    innerOf: (address) => addressesOf(address).inner,
    outerOf: (address) => addressesOf(address).outer,
    ownerOf(current) {
      const owner = owners.get(current);
      if (owner === undefined) return null;
      const { inner, outer } = addressesOf(owner);
      return inner === current || outer === current ? owner : null;
    },
    move(address, place) {
      places.set(address, place);
      moves.set(address, (moves.get(address) ?? 0) + 1);
      changed(address);
    },
    setSecrecy: (address, secrecy) => void secrecies.set(address, secrecy),
    setAway(address, isAway) {
      if (away.has(address) === isAway) return;
      if (isAway) away.add(address);
      else away.delete(address);
      changed(address);
    },
    isAway: (address) => away.has(address),
    setCut(one, other, cut) {
      if (cut) cuts.add(cutOf(one, other));
      else mend(cutOf(one, other));
      changed(one, other);
    },
    mendCuts() {
      for (const cut of [...cuts]) {
        mend(cut);
        changed(...cut.split(' '));
      }
    },
    mendedMs: (one, other) => mendedMs.get(cutOf(one, other)) ?? null,
    allows,
    carriesUdp(one, other) {
      const [from, to] = [placeOf(one), placeOf(other)];
      const isOut = from.nat !== 'blocked' && to.nat !== 'blocked';
      return !isParted(one, other) && (from.network === to.network || isOut);
    },
    reachableSinceMs(one, other) {
      if (!pathKinds.some((kind) => allows(one, other, kind))) return null;
      return Math.max(changedMs.get(one) ?? 0, changedMs.get(other) ?? 0);
    },
    onChange: (listener) => void listeners.add(listener),
  };
}

/** RFC 4787's kinds as they were measured between two homes: STUN joins `cone` and `cone`, and never `strict`. */
function joins(one: Place & Secrecy, other: Place & Secrecy, kind: PathKind): boolean {
  const ends = [one, other];
  const secretive = ends.filter(({ relayOnly }) => relayOnly);
  if (kind === 'relay') return ends.some(({ relay }) => relay) && secretive.every(({ relay }) => relay);
  if (secretive.length > 0) return false;
  if (kind === 'local')
    return one.network === other.network && !ends.every(({ hideLocalAddresses }) => hideLocalAddresses);
  if (one.network === other.network || ends.some(({ nat }) => nat === 'blocked')) return false;
  // The address of who is `open` is a local one, and there is no other to tell.
  const isKnown = ends.some(({ nat, hideLocalAddresses }) => nat === 'open' && !hideLocalAddresses);
  return isKnown || ends.every(({ nat }) => nat === 'cone');
}
