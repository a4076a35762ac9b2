import { createHash } from 'node:crypto';
import type { Source } from '../../src/main/files/source.ts';
import type { SourceEntry } from '../../src/main/files/source-entry.ts';

/** A file of a source in memory: its path, and what is in it. */
export type WorldFile = readonly [path: string, bytes: Uint8Array];

/** What is to be sent, read from memory within the same turn. */
export function createWorldSource(id: string, files: readonly WorldFile[]): Source {
  const entries: SourceEntry[] = files.map(([path, { byteLength }], index) => ({
    index,
    path,
    kind: 'file',
    bytes: byteLength,
    modifiedMs: 1_700_000_000_000,
    executable: false,
  }));
  return {
    id,
    entries,
    async open({ index }) {
      const bytes = files[index]?.[1] ?? new Uint8Array();
      return {
        async read(target, offset) {
          target.set(bytes.subarray(offset, offset + target.byteLength));
        },
        assertUnchanged: async () => undefined,
        close: async () => undefined,
      };
    },
    describe: () => ({ from: 'page', id, entries: [] }),
    release: () => undefined,
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
