/** Who has gone, and for how long: what waits for an answer to somebody is not kept for ever once they are no longer there. */
export interface Departures {
  /** Nobody speaks for this key now. */
  left(key: string): void;
  back(key: string): void;
  stop(): void;
}

export interface DeparturesOptions {
  /** Calls back once, after so many ms; the returned function takes it back. */
  after(ms: number, action: () => void): () => void;
  patienceMs: number;
  /** They have been away for that long. */
  gone(key: string): void;
}

export function createDepartures({ after, patienceMs, gone }: DeparturesOptions): Departures {
  const waiting = new Map<string, () => void>();
  let stopped = false;

  function back(key: string): void {
    waiting.get(key)?.();
    waiting.delete(key);
  }

  return {
    left(key) {
      if (stopped) return;
      back(key);
      const forget = (): void => {
        waiting.delete(key);
        gone(key);
      };
      waiting.set(key, after(patienceMs, forget));
    },
    back,
    stop() {
      stopped = true;
      for (const key of [...waiting.keys()]) back(key);
    },
  };
}
