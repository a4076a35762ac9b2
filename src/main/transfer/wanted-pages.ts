import type { ControlOf } from '../../shared/protocol/transfer-messages.ts';
import type { ManifestPages } from './manifest.ts';

/** Pages of a manifest that its receiver has asked for: they go one by one, as the lane has room. */
export interface WantedPages {
  /** False when there is no such page, or too many wait. */
  want(page: number): boolean;
  next(): Pick<ControlOf<'manifest'>, 'page' | 'entries'> | null;
  clear(): void;
}

/** @param most pages asked for and not yet sent. */
export function createWantedPages(manifest: ManifestPages, most: () => number): WantedPages {
  let wanted: number[] = [];
  return {
    want(page) {
      if (page >= manifest.shape.pages || wanted.length >= most()) return false;
      wanted.push(page);
      return true;
    },
    next() {
      const page = wanted.shift();
      return page === undefined ? null : { page, entries: manifest.page(page) ?? [] };
    },
    clear() {
      wanted = [];
    },
  };
}
