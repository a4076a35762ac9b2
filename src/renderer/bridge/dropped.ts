import type { PageEntry } from '../../shared/bridge.ts';
import { createManifestBudget, type ManifestBudget } from '../../shared/protocol/manifest-budget.ts';
import { ReasonError } from '../../shared/reasons.ts';

/** An entry of what was dropped or picked; a folder has no file. */
export interface PageFile {
  readonly entry: PageEntry;
  readonly file: File | null;
}

/**
 * Files and folders of a drop, folders walked to the end. Reads `data` before its first await: the browser empties it
 * when the drop event is over. Rejects with `path-unreadable`, and with `too-many-entries` as soon as more is found than
 * an offer may name.
 */
export async function fromDataTransfer(
  data: Pick<DataTransfer, 'items'>,
  budget = createManifestBudget(),
): Promise<PageFile[]> {
  const roots = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: PageFile[] = [];
  for (const root of roots) await walk(root, '', found, budget);
  return found;
}

/**
 * What an `<input type="file">` holds. With `webkitdirectory` it has no folders that are empty; browsers leave them out.
 * Throws `too-many-entries`.
 */
export function fromFileList(files: readonly File[], budget = createManifestBudget()): PageFile[] {
  const folders = new Map<string, PageFile>();
  const found = files.map((file) => {
    const path = file.webkitRelativePath || file.name;
    const segments = path.split('/').slice(0, -1);
    segments.forEach((_, index) => {
      const folder = segments.slice(0, index + 1).join('/');
      folders.set(folder, folderEntry(folder));
    });
    return fileEntry(path, file);
  });
  const all = [...folders.values(), ...found];
  for (const { entry } of all) budget.add(entry.path);
  return all;
}

async function walk(entry: FileSystemEntry, parent: string, found: PageFile[], budget: ManifestBudget): Promise<void> {
  const path = parent ? `${parent}/${entry.name}` : entry.name;
  budget.add(path);
  if (isFile(entry)) {
    found.push(fileEntry(path, await fileOf(entry, path)));
  } else if (isFolder(entry)) {
    found.push(folderEntry(path));
    const reader = entry.createReader();
    // A reader gives at most a hundred at a time, and none when there are no more.
    for (let batch = await readBatch(reader, path); batch.length > 0; batch = await readBatch(reader, path)) {
      for (const child of batch) await walk(child, path, found, budget);
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry, path: string): Promise<File> {
  return new Promise((done, fail) => entry.file(done, () => fail(new ReasonError('path-unreadable', { path }))));
}

function readBatch(reader: FileSystemDirectoryReader, path: string): Promise<FileSystemEntry[]> {
  return new Promise((done, fail) =>
    reader.readEntries(done, () => fail(new ReasonError('path-unreadable', { path }))),
  );
}

function fileEntry(path: string, file: File): PageFile {
  return { entry: { path, folder: false, bytes: file.size, modifiedMs: file.lastModified }, file };
}

function folderEntry(path: string): PageFile {
  return { entry: { path, folder: true, bytes: 0, modifiedMs: 0 }, file: null };
}
