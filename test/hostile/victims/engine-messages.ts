/** What is said to `test/support/hostile-engine.ts`, and what it says: the messages of a child process. */
export type EngineCommand =
  | { readonly do: 'attach'; readonly lane: number; readonly key: string }
  | { readonly do: 'bytes'; readonly lane: number; readonly bytes: Uint8Array }
  | { readonly do: 'close'; readonly lane: number }
  | { readonly do: 'offer'; readonly path: string; readonly key: string }
  | { readonly do: 'list' };

export type EngineEvent =
  | { readonly said: 'ready' }
  | { readonly said: 'bytes'; readonly lane: number; readonly bytes: Uint8Array }
  | { readonly said: 'closed'; readonly lane: number }
  | { readonly said: 'offered'; readonly id: string }
  | { readonly said: 'list'; readonly views: readonly EngineView[] };

/** As much of a transfer as a person sees and an attack looks at. */
export interface EngineView {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly state: string;
  readonly reason: string | null;
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
}

export interface EngineOptions {
  readonly downloads: string;
  readonly accept: 'all' | 'ask';
  /** What the disk says is free at first; each part that is made takes a block of 4 KiB of it. */
  readonly freeBytes?: number;
}
