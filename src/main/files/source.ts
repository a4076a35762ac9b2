import type { SourceDescription } from './source-description.ts';
import type { SourceEntry } from './source-entry.ts';

/**
 * What is sent: a list of entries and a way to read them. Made from paths (`path-source.ts`) or from files that the
 * page holds (`page-source.ts`); everything else sees only this.
 */
export interface Source {
  readonly id: string;
  readonly entries: readonly SourceEntry[];
  /**
   * Opens one file for reading. Rejects with a `ReasonError`: `file-missing`, `file-changed` (size or modification time
   * are no longer the entry's), `file-unreadable`, or `source-away` (the page that holds the files is gone; may come back).
   */
  open(entry: SourceEntry): Promise<OpenFile>;
  /** Plain data, from which another process can tell what it was and, where that is possible, open it again. */
  describe(): SourceDescription;
  /** Nobody sends from it any more. */
  release(): void;
}

export interface OpenFile {
  /**
   * Fills `target` from `offset` on. Rejects with a `ReasonError` as `open` does, also when the file has become shorter.
   */
  read(target: Uint8Array, offset: number): Promise<void>;
  /** Rejects with `file-changed` when the file is no longer what the manifest said. */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}
