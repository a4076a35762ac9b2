/** Counts the folders of a manifest, also those that only a longer path names: each of them is one on the disk. */
export interface FolderCount {
  readonly count: number;
  /** The folders that this path goes through, and itself if it is one. */
  add(path: string, isFolder: boolean): void;
}

interface Folder {
  /** Most folders hold no others. */
  folders: Map<string, Folder> | null;
}

export function createFolderCount(): FolderCount {
  const top: Folder = { folders: null };
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(path, isFolder) {
      const segments = path.split('/');
      if (!isFolder) segments.pop();
      let folder = top;
      for (const segment of segments) {
        folder.folders ??= new Map();
        let next = folder.folders.get(segment);
        if (!next) {
          next = { folders: null };
          folder.folders.set(segment, next);
          count++;
        }
        folder = next;
      }
    },
  };
}
