import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entryState } from '../../../../src/main/transfer/incoming-record.ts';
import { createPartWriter } from '../../../../src/main/transfer/part-writer.ts';
import type { Run } from '../../../../src/main/transfer/runs.ts';
import { createFaultyDisk } from '../../../support/engine-disk.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-parts-'));
});

afterEach(() => rm(root, { recursive: true }));

const fileBytes = 100;

/** A writer of so many files onto a real disk, with a bookkeeping that takes everything. */
function createStage(files: number) {
  const disk = createFaultyDisk();
  const record = recordOf(entriesOf(Array.from({ length: files }, () => fileBytes)));
  const heard: string[] = [];
  const writer = createPartWriter({
    disk,
    record,
    pathOf: (entry) => join(root, `${entry}.bin`),
    hash: () => () => undefined,
    events: {
      wrote(run, payloads) {
        for (const payload of payloads) run.written += payload.byteLength;
        record.open.get(run.entry)?.verified.add(run.segment);
      },
      consumed: (charge) => heard.push(`consumed ${charge}`),
      finished(entry) {
        record.states[entry] = entryState.finished;
        record.open.delete(entry);
        heard.push(`finished ${entry}`);
      },
      failed: (entry) => heard.push(`failed ${entry}`),
      lost: (entry) => heard.push(`lost ${entry}`),
      trouble: (reason) => heard.push(`trouble ${reason}`),
    },
  });
  const run = (entry: number): Run => ({
    ...{ entry, segment: 0, main: true, end: fileBytes, placed: 0, written: 0 },
    hash: createHash('sha256'),
  });
  return { disk, writer, heard, write: (entry: number) => writer.write(run(entry), new Uint8Array(fileBytes), 1000) };
}

/** Resolves when the writer has said so. */
async function says(heard: readonly string[], word: string): Promise<void> {
  while (!heard.includes(word)) await new Promise((done) => setImmediate(done));
}

test('what waits to be written is never counted below nothing, or it bounds no memory any more', async () => {
  const { disk, writer, heard, write } = createStage(3);
  write(0);
  await writer.idle();
  // One file cannot be finished while another is being written, and a third waits.
  let written = (): void => undefined;
  disk.beforeWrite = () =>
    new Promise((done) => {
      written = done;
    });
  disk.faults.set('flush', 'ENOSPC');
  write(1);
  write(2);
  writer.finish(0);
  await says(heard, 'trouble disk-full');
  expect(writer.queuedCharge).toBeGreaterThanOrEqual(1000);
  disk.beforeWrite = null;
  written();
  await writer.idle();
  expect(writer.queuedCharge).toBe(0);
  await writer.dispose();
});

test('a write that fails leaves nothing counted', async () => {
  const { disk, writer, heard, write } = createStage(3);
  disk.spaceBytes = fileBytes;
  for (const entry of [0, 1, 2]) write(entry);
  await says(heard, 'trouble disk-full');
  await writer.idle();
  expect(writer.queuedCharge).toBe(0);
  await writer.dispose();
});

test('a part that cannot be closed goes all the same when its file is given up', async () => {
  const { disk, writer, write } = createStage(1);
  write(0);
  await writer.idle();
  disk.faults.set('close', 'EIO');
  await writer.discard(0);
  expect(await readdir(root)).toEqual([]);
  await writer.dispose();
});

test('a part that cannot be removed at first goes with the end of the transfer', async () => {
  const { disk, writer, write } = createStage(1);
  write(0);
  await writer.idle();
  disk.faults.set('removePart', 'EBUSY');
  await expect(writer.discard(0)).rejects.toMatchObject({ code: 'EBUSY' });
  expect(await readdir(root)).toHaveLength(1);
  disk.faults.clear();
  await writer.dispose();
  expect(await readdir(root)).toEqual([]);
});

test('a file whose part could not be closed in between is written anew, and the file beside it is not blamed', async () => {
  const { disk, writer, heard, write } = createStage(200);
  write(0);
  await writer.idle();
  disk.faults.set('close', 'EDQUOT');
  // So many parts are open that the first has to be closed.
  for (let entry = 1; entry < 130; entry++) write(entry);
  await writer.idle();
  expect(heard.filter((word) => !word.startsWith('consumed'))).toEqual([]);
  disk.faults.clear();
  writer.finish(0);
  await says(heard, 'trouble disk-full');
  await writer.recover();
  expect(heard).toContain('lost 0');
  expect(await readdir(root)).not.toContain('0.bin');
  await writer.dispose();
  expect(await readdir(root)).toEqual([]);
  expect(disk.openHandles).toBe(0);
});

test('what was written before the disk made trouble is written anew if its part cannot be closed then', async () => {
  const { disk, writer, heard, write } = createStage(2);
  write(0);
  await writer.idle();
  disk.spaceBytes = 0;
  write(1);
  await says(heard, 'trouble disk-full');
  disk.spaceBytes = Number.POSITIVE_INFINITY;
  disk.faults.set('close', 'EIO');
  await writer.recover();
  expect(heard).toContain('lost 0');
  await writer.dispose();
});

test('a flushed file whose part cannot be closed gets its name with the next try', async () => {
  const { disk, writer, heard, write } = createStage(1);
  write(0);
  await writer.idle();
  disk.faults.set('close', 'EDQUOT');
  writer.finish(0);
  await says(heard, 'trouble disk-full');
  disk.faults.clear();
  await writer.recover();
  await says(heard, 'finished 0');
  await writer.dispose();
  expect(await readdir(root)).toEqual(['0.bin']);
});
