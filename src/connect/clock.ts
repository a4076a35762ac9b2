/** Time for everything in `connect`; whoever hosts it brings it. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs once after the delay, unless the returned function is called before. */
  after(delayMs: number, run: () => void): () => void;
}
