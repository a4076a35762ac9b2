export interface HandedPaths {
  push(paths: readonly string[]): void;
  /** From now on paths go to `receive`, those that waited first. */
  open(receive: (paths: readonly string[]) => void): void;
}

/** Paths the system hands over, kept until the app can take them: macOS opens files before anything is ready. */
export function createHandedPaths(): HandedPaths {
  let receive: ((paths: readonly string[]) => void) | null = null;
  let waiting: string[] = [];
  return {
    push(paths) {
      if (paths.length === 0) return;
      if (receive) receive(paths);
      else waiting.push(...paths);
    },
    open(given) {
      receive = given;
      const earlier = waiting;
      waiting = [];
      if (earlier.length > 0) given(earlier);
    },
  };
}
