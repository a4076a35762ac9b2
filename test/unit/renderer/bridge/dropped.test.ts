import { expect, test } from 'vitest';
import { fromDataTransfer, fromFileList } from '../../../../src/renderer/bridge/dropped.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { createManifestBudget } from '../../../../src/shared/protocol/manifest-budget.ts';

/** A folder whose reader gives a hundred files at a time, so many times, in turns of their own as a browser does. */
function folderOf(batches: number) {
  const counts = { batches: 0 };
  const file = (name: string) => ({
    ...{ name, isFile: true, isDirectory: false },
    file: (done: (file: File) => void) => done(new File(['abc'], name, { lastModified: 1 })),
  });
  const entry = {
    ...{ name: 'large', isFile: false, isDirectory: true },
    createReader: () => ({
      readEntries(done: (entries: unknown[]) => void) {
        const from = 100 * counts.batches;
        const given = counts.batches++ < batches ? Array.from({ length: 100 }, (_, at) => file(`${from + at}`)) : [];
        setImmediate(() => done(given));
      },
    }),
  };
  // What a browser gives has more to it than is asked for here.
  const items = [{ webkitGetAsEntry: () => entry }] as unknown as DataTransferItemList;
  return { counts, data: { items } };
}

test('a dropped folder is walked to its end', async () => {
  const { data } = folderOf(3);
  const found = await fromDataTransfer(data);
  expect(found).toHaveLength(301);
  expect(found[0]?.entry).toMatchObject({ path: 'large', folder: true });
  expect(found[300]?.entry).toEqual({ path: 'large/299', folder: false, bytes: 3, modifiedMs: 1 });
});

test('a walk ends as soon as there is more than an offer may name', async () => {
  const { data, counts } = folderOf(50);
  const budget = createManifestBudget({ manifestEntries: 150, manifestBytes: limits.manifestBytes });
  await expect(fromDataTransfer(data, budget)).rejects.toThrow('too-many-entries');
  expect(counts.batches).toBe(2);
});

test('more files than an offer may name are refused also where the browser has listed them', () => {
  const budget = createManifestBudget({ manifestEntries: 1, manifestBytes: limits.manifestBytes });
  const files = ['a', 'b'].map((name) => new File([], name));
  expect(() => fromFileList(files, budget)).toThrow('too-many-entries');
});
