import type { SourceEntry } from '../../src/main/files/source-entry.ts';
import { createRecord, type IncomingRecord } from '../../src/main/transfer/incoming-record.ts';
import { packManifest } from '../../src/main/transfer/manifest.ts';

/** Files of these sizes, and folders, under the names of their places or under given ones. */
export function entriesOf(sizes: readonly (number | 'folder')[], names: readonly string[] = []): SourceEntry[] {
  return sizes.map((size, index) => ({
    index,
    path: names[index] ?? `${index}`,
    kind: size === 'folder' ? 'folder' : 'file',
    bytes: size === 'folder' ? 0 : size,
    modifiedMs: 0,
    executable: false,
  }));
}

/** A fresh record of an offer of these entries. */
export function recordOf(manifest: readonly SourceEntry[]): IncomingRecord {
  const peer = { key: 'key-of-alice', session: 'session-of-alice', name: 'alice' };
  return createRecord({ transfer: '0'.repeat(32), peer, shape: packManifest(manifest).shape, manifest });
}
