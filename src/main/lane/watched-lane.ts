import type { Lane, LaneHandlers } from './lane.ts';

/** A lane whose end is known, whoever ends it. */
export interface WatchedLane {
  /** For whoever sends on it. */
  readonly lane: Lane;
  /** Ends it as if it had broken: whoever listens to it is told. */
  cut(): void;
}

/** @param ended called once. */
export function watchLane(inner: Lane, ended: () => void): WatchedLane {
  let handlers: LaneHandlers | null = null;
  let over = false;

  /** False when it had ended before. */
  function end(): boolean {
    if (over) return false;
    over = true;
    ended();
    return true;
  }

  return {
    lane: {
      terms: inner.terms,
      maxMessageBytes: inner.maxMessageBytes,
      get undrainedBytes() {
        return inner.undrainedBytes;
      },
      send: (message) => inner.send(message),
      listen(given) {
        handlers = given;
        if (over) return given.close();
        inner.listen({
          message: (message) => given.message(message),
          drain: () => given.drain(),
          close() {
            if (end()) given.close();
          },
        });
      },
      close() {
        if (end()) inner.close();
      },
    },
    cut() {
      if (!end()) return;
      inner.close();
      handlers?.close();
    },
  };
}
