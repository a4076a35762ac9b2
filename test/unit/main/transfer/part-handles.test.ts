import { expect, test } from 'vitest';
import { createPartHandles } from '../../../../src/main/transfer/part-handles.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import {
  atEveryFault,
  createFailingDisk,
  type FailingDisk,
  insist,
  maybeLeftOver,
} from '../../../support/failing-disk.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

const bytes = Uint8Array.from([1, 2, 3, 4]);

async function createStage(disk: FailingDisk, files: number, name = (entry: number) => `${entry}`) {
  await insist(() => disk.ensureFolder('/in'));
  const record = recordOf(entriesOf(Array.from({ length: files }, () => bytes.byteLength)));
  const handles = createPartHandles({ disk, record, finalPathOf: (entry) => `/in/${name(entry)}` });
  const write = (entry: number) => handles.use(entry, (handle) => handle.write([bytes], 0));
  return { record, handles, write };
}

test('whatever the disk refuses, what is said to be whole is, nothing stays open, and nothing is left', async () => {
  await atEveryFault(async (disk) => {
    const { record, handles, write } = await createStage(disk, 3);
    for (const entry of [0, 1, 2]) await insist(() => write(entry));
    await handles.flush(0).catch(() => undefined);
    await handles.putAside();
    for (const entry of [0, 1, 2]) {
      await insist(async () => {
        // As after trouble: what cannot be relied upon is written anew.
        if (!(await handles.isWhole(entry))) await insist(() => write(entry));
        await handles.flush(entry);
      });
      expect(disk.durable(handles.pathOf(entry) ?? ''), `${entry}`).toEqual(bytes);
    }
    await handles.discard(1).catch(() => undefined);
    expect(record.open.has(1)).toBe(false);
    await handles.dispose();
    expect(disk.openHandles).toBe(0);
    if (!maybeLeftOver(disk)) expect(disk.files).toEqual([]);
  });
});

test('of any number of files a bounded number is open, and those in use are not closed', async () => {
  const disk = createFailingDisk([]);
  const { handles, write } = await createStage(disk, 300);
  let end = (): void => undefined;
  const using = handles.use(0, async (handle) => {
    await new Promise<void>((done) => {
      end = done;
    });
    await handle.write([bytes], 0);
  });
  for (let entry = 1; entry < 300; entry++) await write(entry);
  expect(disk.openHandles).toBeLessThanOrEqual(128);
  end();
  await using;
  expect(disk.read(handles.pathOf(0) ?? '')).toEqual(bytes);
  await handles.dispose();
  expect(disk.openHandles).toBe(0);
  expect(disk.files).toEqual([]);
});

test('a file that is given up while it is being written loses its part once that is over', async () => {
  const disk = createFailingDisk([]);
  const { record, handles } = await createStage(disk, 1);
  let end = (): void => undefined;
  const using = handles.use(0, async (handle) => {
    await new Promise<void>((done) => {
      end = done;
    });
    await handle.write([bytes], 0);
  });
  const discarded = handles.discard(0);
  record.open.delete(0);
  await new Promise(setImmediate);
  end();
  await using;
  await discarded;
  expect(disk.files).toEqual([]);
  expect(disk.openHandles).toBe(0);
});

test('parts find names of their own, also where the final name leaves no room for more', async () => {
  const disk = createFailingDisk([]);
  const long = 'ü'.repeat(127);
  const { handles, write } = await createStage(disk, 3, () => long);
  for (const entry of [0, 1, 2]) await write(entry);
  expect(new Set(disk.files).size).toBe(3);
  for (const path of disk.files) {
    expect(Buffer.byteLength(path.slice('/in/'.length))).toBeLessThanOrEqual(limits.diskNameBytes);
    expect(path.endsWith('.roomdrop-part')).toBe(true);
  }
  await handles.dispose();
});

test('a part that came back shorter than what was flushed of it is no part of that file any more', async () => {
  const disk = createFailingDisk([]);
  const { record, handles, write } = await createStage(disk, 1);
  await write(0);
  const file = record.open.get(0);
  file?.verified.add(0);
  await handles.flush(0);
  await handles.putAside();
  expect(await handles.isWhole(0)).toBe(true);
  await handles.putAside();
  const path = handles.pathOf(0) ?? '';
  await disk.removePart(path);
  await (await disk.createPart(path)).close();
  expect(await handles.isWhole(0)).toBe(false);
  expect(file?.part).toBeNull();
  expect(disk.files).toEqual([]);
});
