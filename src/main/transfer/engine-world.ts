import type { Disk } from '../files/disk.ts';

/**
 * All that the engine takes from around it besides lanes and sources. Nothing in this folder reads a clock, randomness or
 * the disk in any other way (the linter holds it): given the same world, two runs go the same way.
 */
export interface EngineWorld {
  /** Milliseconds, never running backwards. */
  now(): number;
  /** Calls back once, after so many ms; the returned function takes it back. */
  after(ms: number, action: () => void): () => void;
  /** Lets others have their turn. */
  pause(): Promise<unknown>;
  randomBytes(count: number): Uint8Array;
  readonly disk: Disk;
  readonly platform: NodeJS.Platform;
}
