import { limits } from '../../shared/protocol/limits.ts';
import { entryOverheadBytes, isTooDeep, manifestEntryBytes } from '../../shared/protocol/manifest-budget.ts';
import type { ControlOf, ManifestEntry } from '../../shared/protocol/transfer-messages.ts';
import { ReasonError } from '../../shared/reasons.ts';
import type { SourceEntry } from '../files/source-entry.ts';
import { createFolderCount } from './folder-count.ts';

/** What an offer says of its manifest before any page of it has come. */
export type Shape = Pick<ControlOf<'offer'>, 'topLevelEntries' | 'files' | 'folders' | 'bytes' | 'pages'>;

/** Small enough for any lane, large enough that a thousand names take a handful of pages. */
const pageBytes = 16 * 1024;
/** A first page of so much goes along with the offer: somebody far away then sees at once what is offered. */
const firstBytes = 4 * 1024;
/** As far from 1970 as a Date reaches; some disks hold times beyond it. */
const furthestMs = 8.64e15;

export interface ManifestPages {
  readonly shape: Shape;
  page(index: number): ManifestEntry[] | null;
  /** Page 0, if it is small enough to go along with the offer. */
  readonly first: ManifestEntry[] | undefined;
}

/** Cuts what is sent into pages. Throws `nothing-to-send`, `too-many-entries`, `too-deep` or `file-name-refused`. */
export function packManifest(entries: readonly SourceEntry[]): ManifestPages {
  if (entries.length === 0) throw new ReasonError('nothing-to-send');
  if (entries.length > limits.manifestEntries) throw new ReasonError('too-many-entries', { count: entries.length });
  const starts: number[] = [];
  const tops = new Set<string>();
  const folders = createFolderCount();
  let files = 0;
  let bytes = 0;
  let filled = pageBytes;
  let manifestBytes = 0;
  for (const entry of entries) {
    if (isTooDeep(entry.path)) throw new ReasonError('too-deep', { path: entry.path });
    if (!isHonestPath(entry.path)) throw new ReasonError('file-name-refused', { path: entry.path });
    const size = manifestEntryBytes(entry.path);
    if (filled + size > pageBytes) {
      starts.push(entry.index);
      filled = 0;
    }
    filled += size;
    manifestBytes += size;
    tops.add(firstSegment(entry.path));
    if (entry.kind === 'file') files++;
    folders.add(entry.path, entry.kind === 'folder');
    bytes += entry.bytes;
  }
  const count = files + folders.count;
  if (manifestBytes > limits.manifestBytes || count > limits.manifestEntries) {
    throw new ReasonError('too-many-entries', { count });
  }
  return {
    shape: { topLevelEntries: tops.size, files, folders: folders.count, bytes, pages: starts.length },
    first: manifestBytes <= firstBytes ? entries.map(toWire) : undefined,
    page(index) {
      const start = starts[index];
      return start === undefined ? null : entries.slice(start, starts[index + 1]).map(toWire);
    },
  };
}

export function toWire(entry: SourceEntry): ManifestEntry {
  const kind = entry.kind === 'folder' ? 'd' : entry.executable ? 'x' : 'f';
  const modifiedMs = Math.round(Math.min(Math.max(entry.modifiedMs, -furthestMs), furthestMs));
  return [kind, entry.path, entry.bytes, Number.isNaN(modifiedMs) ? 0 : modifiedMs];
}

/** Gathers the pages of an offer. Everything it throws is a `ReasonError`: `bad-offer` or `too-many-entries`. */
export interface Manifest {
  readonly shape: Shape;
  /** In order, as far as the pages have come. */
  readonly entries: readonly SourceEntry[];
  /** The page to come next; equal to `shape.pages` when it is complete. */
  readonly nextPage: number;
  readonly complete: boolean;
  add(page: number, given: readonly ManifestEntry[]): void;
}

/**
 * `bad-offer` or `too-many-entries` at once when the shape alone cannot be true or taken.
 * @param known all of its entries, where they came before.
 */
export function createManifest(shape: Shape, known: readonly ManifestEntry[] = []): Manifest {
  const count = shape.files + shape.folders;
  if (count > limits.manifestEntries) throw new ReasonError('too-many-entries', { count });
  if (
    count < 1 ||
    shape.pages < 1 ||
    shape.pages > count ||
    shape.topLevelEntries < 1 ||
    shape.topLevelEntries > count
  ) {
    throw new ReasonError('bad-offer');
  }
  const entries: SourceEntry[] = [];
  const tops = new Set<string>();
  let folders = createFolderCount();
  let nextPage = 0;
  let bytes = 0;
  let files = 0;
  let manifestBytes = 0;

  function add([kind, path, size, modifiedMs]: ManifestEntry): void {
    if (!isHonestPath(path) || (kind === 'd' && size !== 0)) throw new ReasonError('bad-offer', { path });
    manifestBytes += Buffer.byteLength(path) + entryOverheadBytes;
    if (manifestBytes > limits.manifestBytes) throw new ReasonError('too-many-entries', { count });
    bytes += size;
    if (kind !== 'd') files++;
    tops.add(firstSegment(path));
    folders.add(path, kind === 'd');
    entries.push({
      index: entries.length,
      path,
      kind: kind === 'd' ? 'folder' : 'file',
      bytes: size,
      modifiedMs,
      executable: kind === 'x',
    });
  }

  function take(given: readonly ManifestEntry[]): void {
    for (const entry of given) add(entry);
    const whole = nextPage === shape.pages;
    const fits = whole
      ? bytes === shape.bytes &&
        files === shape.files &&
        folders.count === shape.folders &&
        tops.size === shape.topLevelEntries
      : bytes <= shape.bytes && files <= shape.files && folders.count <= shape.folders;
    // A folder that is listed twice is one.
    if (!fits || entries.length > count) throw new ReasonError('bad-offer');
    if (whole) folders = createFolderCount();
  }

  if (known.length > 0) {
    nextPage = shape.pages;
    take(known);
  }

  return {
    shape,
    entries,
    get nextPage() {
      return nextPage;
    },
    get complete() {
      return nextPage === shape.pages;
    },
    add(page, given) {
      if (page !== nextPage || given.length === 0) throw new ReasonError('bad-offer');
      nextPage++;
      take(given);
    },
  };
}

/** UTF-8 has no halves of surrogate pairs: each would become the same character on the disk. */
const halfOfPair = /\p{Surrogate}/u;

/** Relative, with `/`, real text, not too deep, and without any segment that an honest sender's disk could not have given. */
export function isHonestPath(path: string): boolean {
  if (Buffer.byteLength(path) > limits.pathBytes || path.includes('\0') || halfOfPair.test(path) || isTooDeep(path))
    return false;
  return path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

export function firstSegment(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? path : path.slice(0, slash);
}
