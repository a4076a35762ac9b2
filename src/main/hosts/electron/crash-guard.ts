const atMost = 3;
const withinMs = 60_000;

/** Says whether a page that crashed is worth reopening: not when it has just crashed several times. */
export function createCrashGuard(now: () => number): () => boolean {
  let crashes: number[] = [];
  return () => {
    const atMs = now();
    crashes = [...crashes.filter((earlier) => atMs - earlier < withinMs), atMs];
    return crashes.length <= atMost;
  };
}
