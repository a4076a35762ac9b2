import { ReasonError } from '../reasons.ts';
import { limits } from './limits.ts';

/** Holds a list of files to what an offer may name while it is being made: a walk through a disk may have no end. */
export interface ManifestBudget {
  /** One more file or folder, by its relative path. Throws `too-many-entries` or `too-deep`. */
  add(path: string): void;
}

export function createManifestBudget(
  most: { readonly manifestEntries: number; readonly manifestBytes: number } = limits,
): ManifestBudget {
  let entries = 0;
  let bytes = 0;
  return {
    add(path) {
      if (isTooDeep(path)) throw new ReasonError('too-deep', { path });
      entries++;
      bytes += manifestEntryBytes(path);
      if (entries > most.manifestEntries || bytes > most.manifestBytes) {
        // How many there are in all is not known, and is not to be found out.
        throw new ReasonError('too-many-entries');
      }
    },
  };
}

/** More folders inside each other than a receiver makes. */
export function isTooDeep(path: string): boolean {
  return path.split('/', limits.pathSegments + 1).length > limits.pathSegments;
}

/** Brackets, quotes, commas and three numbers around a path. */
export const entryOverheadBytes = 64;

/** What an entry takes on a page of the manifest, at most. */
export function manifestEntryBytes(path: string): number {
  return utf8Bytes(JSON.stringify(path)) + entryOverheadBytes;
}

/** Of text without halves of surrogate pairs, which JSON has escaped. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Each half of a pair has two of its four bytes.
    if (unit >= 0x80) bytes += unit < 0x800 || isHalf(unit) ? 1 : 2;
  }
  return bytes;
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
