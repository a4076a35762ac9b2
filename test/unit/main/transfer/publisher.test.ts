import { expect, test } from 'vitest';
import { createPartHandles } from '../../../../src/main/transfer/part-handles.ts';
import { createPublisher } from '../../../../src/main/transfer/publisher.ts';
import { systemError } from '../../../support/engine-disk.ts';
import { atEveryFault, createFailingDisk, type FailingDisk, insist } from '../../../support/failing-disk.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

async function createStage(disk: FailingDisk, files: number, isWanted: (entry: number) => boolean = () => true) {
  await insist(() => disk.ensureFolder('/in'));
  const record = recordOf(entriesOf(Array.from({ length: files }, () => 1)));
  const finalPathOf = (entry: number) => `/in/${entry}`;
  const handles = createPartHandles({ disk, record, finalPathOf });
  const finished = new Map<number, string>();
  const refused: number[] = [];
  const publisher = createPublisher({
    disk,
    handles,
    entries: record.manifest,
    finalPathOf,
    isWanted: (entry) => isWanted(entry) && !finished.has(entry),
    finished(entry, path) {
      finished.set(entry, path);
      record.open.delete(entry);
    },
    nameRefused: (entry) => refused.push(entry),
    trouble: () => publisher.stop(),
  });
  const write = (entry: number) =>
    insist(() => handles.use(entry, (handle) => handle.write([Uint8Array.of(entry)], 0)));
  for (let entry = 0; entry < files; entry++) await write(entry);
  async function idle(): Promise<void> {
    while (publisher.busy) await publisher.busy;
  }
  return { record, handles, publisher, finished, refused, write, idle };
}

test('whatever the disk refuses, each file gets its name in the end, flushed, and nothing stays open', async () => {
  await atEveryFault(async (disk, fault) => {
    const { handles, publisher, finished, write, idle } = await createStage(disk, 3);
    for (const entry of [0, 1, 2]) publisher.add(entry);
    await idle();
    // As after trouble.
    await handles.putAside();
    for (const entry of [0, 1, 2]) {
      if (!finished.has(entry) && !(await insist(() => handles.isWhole(entry)))) await write(entry);
    }
    publisher.start();
    await idle();
    expect([...finished.keys()].sort()).toEqual([0, 1, 2]);
    for (const [entry, path] of finished) {
      expect(disk.durable(path), path).toEqual(Uint8Array.of(entry));
      if (fault?.code !== 'EEXIST') expect(path).toBe(`/in/${entry}`);
    }
    expect(disk.files).toEqual([...finished.values()].sort());
    expect(disk.openHandles).toBe(0);
  });
});

test('nothing that was there is replaced', async () => {
  const disk = createFailingDisk([]);
  const { publisher, finished, idle } = await createStage(disk, 1);
  for (const name of ['0', '0 (2)']) await (await disk.createPart(`/in/${name}`)).close();
  publisher.add(0);
  await idle();
  expect(finished.get(0)).toBe('/in/0 (3)');
  expect(disk.read('/in/0')).toEqual(new Uint8Array());
});

test('a name that this disk refuses is said, and the others get theirs', async () => {
  const disk = createFailingDisk([]);
  const { publish } = disk;
  disk.publish = (part, final) => (final === '/in/1' ? Promise.reject(systemError('EINVAL')) : publish(part, final));
  const { publisher, finished, refused, idle } = await createStage(disk, 3);
  for (const entry of [0, 1, 2]) publisher.add(entry);
  await idle();
  expect(refused).toEqual([1]);
  expect([...finished.keys()].sort()).toEqual([0, 2]);
});

test('what is given up while it is flushed or closed does not get its name', async () => {
  for (const call of ['flush', 'dress', 'close']) {
    const disk = createFailingDisk([]);
    const { publisher, finished, idle } = await createStage(disk, 1, () => !disk.calls.includes(call));
    publisher.add(0);
    await idle();
    expect(finished.size, call).toBe(0);
    expect(disk.files).toEqual(['/in/0.roomdrop-part']);
  }
});

test('those that wait for a disk wait until it is said', async () => {
  const disk = createFailingDisk([]);
  const { publisher, finished, idle } = await createStage(disk, 2);
  publisher.stop();
  publisher.add(0);
  publisher.add(1);
  expect(publisher.busy).toBeNull();
  publisher.start();
  await idle();
  expect([...finished.keys()].sort()).toEqual([0, 1]);
});
