/** All that sends on one lane, and who is next: whoever has had least. */
export interface FairShare<S> {
  readonly sources: readonly S[];
  join(source: S): void;
  leave(source: S): void;
  /** Null when none is ready. */
  next(): S | null;
  /** It has had so many bytes more. */
  served(source: S, bytes: number): void;
}

export function createFairShare<S extends { readonly ready: boolean }>(): FairShare<S> {
  /** What each has had. */
  const shares = new Map<S, number>();
  /** What the last one served had had: who comes or wakes begins here and owes nobody the past. */
  let floorBytes = 0;

  return {
    get sources() {
      return [...shares.keys()];
    },
    join(source) {
      shares.set(source, floorBytes);
    },
    leave(source) {
      shares.delete(source);
    },
    next() {
      let chosen: S | null = null;
      let least = Number.POSITIVE_INFINITY;
      for (const [source, had] of shares) {
        if (had < least && source.ready) {
          chosen = source;
          least = had;
        }
      }
      return chosen;
    },
    served(source, bytes) {
      const had = shares.get(source);
      if (had === undefined) return;
      floorBytes = Math.max(had, floorBytes);
      shares.set(source, floorBytes + bytes);
    },
  };
}
