import { createHash } from 'node:crypto';
import type { Source } from '../../src/main/files/source.ts';
import type { SourceEntry } from '../../src/main/files/source-entry.ts';
import { ReasonError } from '../../src/shared/reasons.ts';

/** A file of a source in memory: its path, and what is in it. */
export type WorldFile = readonly [path: string, bytes: Uint8Array];

/** What may become of a file between its offer and its reading. */
export const spoilings = ['file-missing', 'file-changed', 'file-unreadable'] as const;
export type Spoiling = (typeof spoilings)[number];

/** What is to be sent, read from memory within the same turn. The first file may be spoiled. */
export function createWorldSource(id: string, files: readonly WorldFile[], spoiled: Spoiling | null = null): Source {
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
    async open({ index, path }) {
      const spoiling = index === 0 ? spoiled : null;
      if (spoiling === 'file-missing') throw new ReasonError(spoiling, { path });
      const bytes = files[index]?.[1] ?? new Uint8Array();
      return {
        async read(target, offset) {
          // Its first half can be read.
          if (spoiling === 'file-unreadable' && offset >= bytes.byteLength / 2)
            throw new ReasonError(spoiling, { path });
          target.set(bytes.subarray(offset, offset + target.byteLength));
        },
        async assertUnchanged() {
          if (spoiling === 'file-changed') throw new ReasonError(spoiling, { path });
        },
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
