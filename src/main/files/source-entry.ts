/** One file or folder of a source. */
export interface SourceEntry {
  readonly index: number;
  /** Relative, POSIX separators; the first segment is what a person picked. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** 0 for a folder. */
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly executable: boolean;
}
