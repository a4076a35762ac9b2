import { limits } from '../../shared/protocol/limits.ts';
import { ReasonError } from '../../shared/reasons.ts';
import type { ContentsItem, ContentsPage, FolderRef } from '../../shared/views.ts';
import type { SourceEntry } from '../files/source-entry.ts';

/** What a transfer can tell of what is in it. */
export interface Contents {
  /** As far as they are known; more may come while somebody looks. */
  readonly entries: readonly SourceEntry[];
  /** Files and folders, as the offer says. */
  readonly count: number;
  /** One name of a path as it may be shown. */
  shownName(name: string): string;
}

/** Entries looked at between two pauses: a manifest may have a million. */
const entriesAtOnce = 20_000;

/** By name as a person would sort them: `2` before `10`, whatever the case and the accents. */
const collator = new Intl.Collator('en', { numeric: true });

/**
 * One page of what lies directly in a folder: folders with all that is below them first, then files, each by name.
 * @param folder null for what lies at the top.
 * @param after the entry of the last item of the page before; null for the first page.
 * @param pause lets others have their turn.
 * @throws ReasonError `request-invalid` when one of them is not there.
 */
export async function listFolder(
  contents: Contents,
  folder: FolderRef | null,
  after: number | null,
  pause: () => Promise<unknown>,
): Promise<ContentsPage> {
  const { entries } = contents;
  const inside = folder ? `${pathOf(entries, folder)}/` : '';
  const folders = new Map<string, ContentsItem & { bytes: number; files: number }>();
  const files = createSelection(after === null ? null : placeOf(entries, inside, after));

  for (let index = 0; index < entries.length; index++) {
    if (index % entriesAtOnce === entriesAtOnce - 1) await pause();
    const entry = entries[index];
    if (!entry?.path.startsWith(inside) || entry.path.length === inside.length) continue;
    const name = nameIn(inside, entry.path);
    const direct = inside.length + name.length === entry.path.length;
    if (direct && entry.kind === 'file') {
      files.offer({ entry: index, folder: false, name, bytes: entry.bytes, files: 1 });
      continue;
    }
    const item = folders.get(name) ?? { entry: index, folder: true, name, bytes: 0, files: 0 };
    folders.set(name, item);
    if (entry.kind === 'file') {
      item.bytes += entry.bytes;
      item.files++;
    }
  }
  for (const item of folders.values()) files.offer(item);
  return {
    items: files.best.map((item) => ({ ...item, name: contents.shownName(item.name) })),
    left: files.passed - files.best.length,
    unlisted: Math.max(0, contents.count - entries.length),
  };
}

type Place = Pick<ContentsItem, 'folder' | 'name' | 'entry'>;

function order(one: Place, other: Place): number {
  if (one.folder !== other.folder) return one.folder ? -1 : 1;
  return collator.compare(one.name, other.name) || one.entry - other.entry;
}

/** The first items after a place, of however many in whatever order: sorting a million names would hold up everything. */
function createSelection(after: Place | null): {
  readonly best: readonly ContentsItem[];
  /** How many lie behind the place. */
  readonly passed: number;
  offer(item: ContentsItem): void;
} {
  const best: ContentsItem[] = [];
  let passed = 0;
  return {
    best,
    get passed() {
      return passed;
    },
    offer(item) {
      if (after && order(item, after) <= 0) return;
      passed++;
      const last = best[limits.contentsItems - 1];
      if (last && order(item, last) > 0) return;
      let [low, high] = [0, best.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        const there = best[middle];
        if (there && order(there, item) < 0) low = middle + 1;
        else high = middle;
      }
      best.splice(low, 0, item);
      if (best.length > limits.contentsItems) best.pop();
    },
  };
}

function nameIn(inside: string, path: string): string {
  const slash = path.indexOf('/', inside.length);
  return path.slice(inside.length, slash < 0 ? path.length : slash);
}

function pathOf(entries: readonly SourceEntry[], { entry, depth }: FolderRef): string {
  const segments = entries[entry]?.path.split('/') ?? [];
  const isFolder = segments.length > depth || (segments.length === depth && entries[entry]?.kind === 'folder');
  if (!isFolder) throw new ReasonError('request-invalid', { message: 'no such folder' });
  return segments.slice(0, depth).join('/');
}

function placeOf(entries: readonly SourceEntry[], inside: string, entry: number): Place {
  const found = entries[entry];
  if (!found?.path.startsWith(inside)) throw new ReasonError('request-invalid', { message: 'no such item' });
  const name = nameIn(inside, found.path);
  const folder = found.kind === 'folder' || inside.length + name.length < found.path.length;
  return { entry, folder, name };
}
