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

export type PathKind = 'local' | 'direct' | 'relay';
export const pathKinds: readonly PathKind[] = ['local', 'direct', 'relay'];

/** Who reaches whom, and how. Computers are named by the address they had first. */
export interface Network {
  placeOf(address: string): Place;
  /** How often it has moved: whatever it had open before is of an address that is not its own any more. */
  movesOf(address: string): number;
  move(address: string, place: Place): void;
  /** Nothing goes to this address or comes from it, until it is back. */
  setAway(address: string, away: boolean): void;
  isAway(address: string): boolean;
  /** The two do not reach each other in any way, whomever else they reach. */
  setCut(one: string, other: string, cut: boolean): void;
  mendCuts(): void;
  /** When a cut between the two was mended last; null if there never was one. */
  mendedMs(one: string, other: string): number | null;
  allows(one: string, other: string, kind: PathKind): boolean;
  /** Since when the two have had a path, without a break; null when they have none. */
  reachableSinceMs(one: string, other: string): number | null;
  /** Who reaches whom may have changed. */
  onChange(listener: () => void): void;
}

const atHome: Place = { network: 'home', nat: 'cone', relay: false };

export function createNetwork(now: () => number): Network {
  const places = new Map<string, Place>();
  const moves = new Map<string, number>();
  const away = new Set<string>();
  const cuts = new Set<string>();
  const mendedMs = new Map<string, number>();
  const changedMs = new Map<string, number>();
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

  function allows(one: string, other: string, kind: PathKind): boolean {
    if (away.has(one) || away.has(other) || cuts.has(cutOf(one, other))) return false;
    return joins(placeOf(one), placeOf(other), kind);
  }

  return {
    placeOf,
    movesOf: (address) => moves.get(address) ?? 0,
    move(address, place) {
      places.set(address, place);
      moves.set(address, (moves.get(address) ?? 0) + 1);
      changed(address);
    },
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
    reachableSinceMs(one, other) {
      if (!pathKinds.some((kind) => allows(one, other, kind))) return null;
      return Math.max(changedMs.get(one) ?? 0, changedMs.get(other) ?? 0);
    },
    onChange: (listener) => void listeners.add(listener),
  };
}

/** RFC 4787's kinds as they were measured between two homes: STUN joins `cone` and `cone`, and never `strict`. */
function joins(one: Place, other: Place, kind: PathKind): boolean {
  if (kind === 'local') return one.network === other.network;
  if (kind === 'relay') return one.relay || other.relay;
  if (one.network === other.network || one.nat === 'blocked' || other.nat === 'blocked') return false;
  return one.nat === 'open' || other.nat === 'open' || (one.nat === 'cone' && other.nat === 'cone');
}
