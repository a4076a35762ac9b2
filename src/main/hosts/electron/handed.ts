/** What came from outside: of the first start, of a later one, or from the system, which opens files and links. */
export interface Handed {
  /** Absolute. */
  readonly paths: readonly string[];
  /** Asked for by the person, on a command line. */
  readonly room: { readonly kind: 'new' } | { readonly kind: 'code'; readonly code: string } | null;
  /** Links to rooms, unread: any page of the web may have opened them. */
  readonly links: readonly string[];
}

export interface HandOver {
  push(handed: Partial<Handed>): void;
  /** From now on everything goes to `receive`, what waited first. */
  open(receive: (handed: Handed) => void): void;
}

/** Keeps what is handed over until the app can take it: macOS opens files and links before anything is ready. */
export function createHandOver(): HandOver {
  let receive: ((handed: Handed) => void) | null = null;
  const waiting: Handed[] = [];
  return {
    push(given) {
      const handed: Handed = { paths: [], room: null, links: [], ...given };
      if (receive) receive(handed);
      else waiting.push(handed);
    },
    open(given) {
      receive = given;
      for (const handed of waiting.splice(0)) given(handed);
    },
  };
}
