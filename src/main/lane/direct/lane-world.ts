/** What the direct lane takes from around it besides sockets; the engine's world has all of it. */
export interface LaneWorld {
  /** Milliseconds, never running backwards. */
  now(): number;
  /** Calls back once, after so many ms; the returned function takes it back. */
  after(ms: number, action: () => void): () => void;
  randomBytes(count: number): Uint8Array;
}
