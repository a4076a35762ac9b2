import type { EngineView } from './engine-messages.ts';

/** What is said to `test/support/hostile-core.ts`, and what it says: the messages of a child process. */
export type CoreCommand =
  | { readonly do: 'link'; readonly lane: number; readonly link: CoreLinkFacts }
  | { readonly do: 'bytes'; readonly lane: number; readonly bytes: Uint8Array }
  | { readonly do: 'close'; readonly lane: number }
  | { readonly do: 'offer'; readonly path: string }
  | { readonly do: 'look' };

export type CoreEvent =
  | { readonly said: 'ready'; readonly key: string; readonly downloads: string }
  | { readonly said: 'bytes'; readonly lane: number; readonly bytes: Uint8Array }
  | { readonly said: 'closed'; readonly lane: number }
  | { readonly said: 'offered' }
  | { readonly said: 'look'; readonly look: CoreLook };

/** A link that a page has made, as it tells main of it. */
export interface CoreLinkFacts {
  readonly id: string;
  /** The installation key that the hello has proven. */
  readonly peer: string;
  /** The victim's. */
  readonly role: 'offerer' | 'answerer';
  readonly capabilities: readonly string[];
  /** Addresses of the peer that have answered ICE on it. */
  readonly answered: readonly string[];
}

/** What a person is shown. */
export interface CoreLook {
  readonly transfers: readonly EngineView[];
  /** By installation key: what kinds of lanes lead there. */
  readonly lanes: Readonly<Record<string, readonly string[]>>;
}
