import type { SourceSummary } from '../../shared/bridge.ts';

/** How files that a person gives to the page become something to offer; each host has its own way. */
export interface PageFiles {
  /**
   * Files and folders of a drop. Must be called in the drop event itself: the browser empties `data` afterwards.
   * Rejects with a `ReasonError`: `nothing-to-send`, or what reading them says.
   */
  fromDrop(data: DataTransfer): Promise<SourceSummary>;
  /** What an `<input type="file">` holds. Rejects like `fromDrop`. */
  fromInput(files: readonly File[]): Promise<SourceSummary>;
}
