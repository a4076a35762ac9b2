import type { SourceSummary } from '../shared/bridge.ts';

/** What was handed over while there was no room: shown, and offered in the next one. */
export interface WaitingPaths {
  readonly list: readonly SourceSummary[];
  /** Rejects with what looking at them says; then they do not wait. */
  add(paths: readonly string[]): Promise<void>;
  /** These wait out of sight, and nobody looks at them before they are taken. */
  keep(paths: readonly string[]): void;
  /** Takes one off the list; false when it is not on it. */
  remove(id: string): boolean;
  /** All of it; nothing waits any more. */
  take(): (readonly string[])[];
}

interface Entry {
  readonly paths: readonly string[];
  /** Null while it is being looked at, and for what waits out of sight. */
  summary: SourceSummary | null;
}

/** @param look reads what the paths hold. */
export function createWaitingPaths(
  look: (paths: readonly string[]) => Promise<SourceSummary>,
  onChange: () => void,
): WaitingPaths {
  let entries: Entry[] = [];
  return {
    get list() {
      return entries.flatMap(({ summary }) => summary ?? []);
    },
    async add(paths) {
      const entry: Entry = { paths, summary: null };
      entries.push(entry);
      try {
        entry.summary = await look(paths);
      } catch (error) {
        // A room was entered meanwhile: it is offered there, which says the same if it has to.
        if (!entries.includes(entry)) return;
        entries = entries.filter((each) => each !== entry);
        throw error;
      }
      if (entries.includes(entry)) onChange();
    },
    keep: (paths) => void entries.push({ paths, summary: null }),
    remove(id) {
      const before = entries.length;
      entries = entries.filter(({ summary }) => summary?.id !== id);
      if (entries.length === before) return false;
      onChange();
      return true;
    },
    take() {
      const taken = entries.map(({ paths }) => paths);
      entries = [];
      return taken;
    },
  };
}
