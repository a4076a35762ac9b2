import type { SourceEntry } from '../files/source-entry.ts';

/** Names of a peer's files as a person sees them before and after they are here: each as this disk will have it. */
export interface ShownNames {
  name(given: string): string;
  path(entry: SourceEntry): string;
}

export function createShownNames(name: (given: string) => string): ShownNames {
  const paths = new Map<number, string>();
  return {
    name,
    path(entry) {
      const shown = paths.get(entry.index) ?? entry.path.split('/').map(name).join('/');
      paths.set(entry.index, shown);
      return shown;
    },
  };
}
