import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import type { SourceEntry } from './source-entry.ts';

/*
 * What a source was, as plain data that can be written down: enough to open it again (`reopenPathSource`), or to know the
 * same files when a page brings them once more.
 */

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const common = {
  id: v.string(),
  /** `f` file, `x` executable file, `d` folder; relative path with `/`; bytes; modified, ms as the disk gave it. */
  entries: v.array(v.tuple([v.picklist(['f', 'x', 'd']), v.string(), count, v.number()])),
};

export const sourceDescriptionSchema = v.variant('from', [
  v.object({
    from: v.literal('paths'),
    ...common,
    /** What was picked: the first segment of the paths in it, and where it is. */
    roots: v.array(v.object({ path: v.string(), absolute: v.pipe(v.string(), v.check(isAbsolute)) })),
  }),
  /** Files that a tab holds: nobody but a page to which they are given again can open them. */
  v.object({ from: v.literal('page'), ...common }),
]);

export type SourceDescription = v.InferOutput<typeof sourceDescriptionSchema>;
export type PathSourceDescription = Extract<SourceDescription, { from: 'paths' }>;

export function describeEntries(entries: readonly SourceEntry[]): SourceDescription['entries'] {
  return entries.map(({ kind, executable, path, bytes, modifiedMs }) => {
    return [kind === 'folder' ? 'd' : executable ? 'x' : 'f', path, bytes, modifiedMs];
  });
}

export function describedEntries(entries: SourceDescription['entries']): SourceEntry[] {
  return entries.map(([kind, path, bytes, modifiedMs], index) => ({
    index,
    path,
    kind: kind === 'd' ? 'folder' : 'file',
    bytes,
    modifiedMs,
    executable: kind === 'x',
  }));
}
