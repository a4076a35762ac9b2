/** How often what happened in lives, by its name. */
export interface Counts {
  add(what: string, times?: number): void;
  readonly all: ReadonlyMap<string, number>;
}

export function createCounts(): Counts {
  const all = new Map<string, number>();
  return {
    add(what, times = 1) {
      all.set(what, (all.get(what) ?? 0) + times);
    },
    all,
  };
}
