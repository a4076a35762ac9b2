import type { Scene } from '../scene.ts';

export interface Outcome {
  readonly held: boolean;
  /** What was measured, in a few words. */
  readonly figure: string;
}

export interface Attack {
  readonly name: string;
  /** What is tried, for a reader of the table. */
  readonly tries: string;
  /** Over in a few seconds, so that `npm test` runs it. */
  readonly quick: boolean;
  /** It falls today, until this is so; whoever makes it so takes the line away. */
  readonly fallsUntil?: string;
  /** It needs Linux: its process table, its memory figures, or the names and paths its disks take. */
  readonly linuxOnly?: true;
  run(scene: Scene): Promise<Outcome>;
}

/** Null where it can be run, else why not. */
export function notHere({ linuxOnly }: Attack): string | null {
  return linuxOnly && process.platform !== 'linux' ? 'needs Linux' : null;
}
