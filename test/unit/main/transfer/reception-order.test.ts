import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { createLanding } from '../../../../src/main/transfer/landing.ts';
import { createReception } from '../../../../src/main/transfer/reception.ts';
import { blockCharge } from '../../../../src/shared/protocol/block.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import type { Control, ControlOf } from '../../../../src/shared/protocol/transfer-messages.ts';
import { bytesOf } from '../../../support/engine-pair.ts';
import { createFailingDisk, type DiskFault } from '../../../support/failing-disk.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

/** Blocks and words of one sender come by different ways: what a receiver makes of a block that comes before the word in front of it. */

const { segmentBytes } = limits;
const half = segmentBytes / 2;

let dispose = (): Promise<void> => Promise.resolve();

afterEach(() => dispose());

/** Files of these sizes, wanted from the first on, in blocks as the test gives them. */
async function begin(sizes: readonly number[], faults: DiskFault[] = []) {
  const disk = createFailingDisk([]);
  await disk.ensureFolder('/in');
  const record = recordOf(entriesOf(sizes));
  record.folder = '/in';
  const landing = createLanding({ surroundings: { disk, platform: 'linux' }, record, claimed: new Set() });
  await landing.prepare(() => false);
  const said: Control[] = [];
  const contents = sizes.map((size, index) => bytesOf(size, index + 1));
  const window = { bytes: limits.windowLargestBytes as number };
  let settled = (): void => undefined;
  const whenSettled = new Promise<void>((done) => {
    settled = done;
  });
  const troubles: string[] = [];
  const reception = createReception({
    disk: faults.length > 0 ? createFailingDisk(faults) : disk,
    record,
    landing,
    hold: () => null,
    isOpen: () => true,
    windowBytes: () => window.bytes,
    send: (control) => said.push(control),
    events: {
      started: () => undefined,
      allWritten: () => undefined,
      settled,
      written: () => undefined,
      gaveUp: () => undefined,
      arrived: () => undefined,
      trouble: (reason) => troubles.push(reason),
    },
  });
  dispose = reception.dispose;
  let binding = 0;

  function latest<T extends Control['type']>(type: T): ControlOf<T> | undefined {
    return said.filter((control): control is ControlOf<T> => control.type === type).at(-1);
  }

  async function bind(): Promise<ControlOf<'accept'>> {
    await reception.bind();
    const accept = latest('accept');
    if (!accept) throw new Error('not bound');
    binding = accept.binding;
    return accept;
  }

  await bind();
  return {
    disk,
    record,
    reception,
    window,
    whenSettled,
    troubles,
    latest,
    bind,
    skip: (entry: number) => reception.giveUp(entry, 'file-missing'),
    /** What becomes of bytes of a file, as they are or with a wrong one. */
    block(entry: number, offset: number, bytes: number, isWrong = false) {
      const payload = Buffer.from(contents[entry]?.subarray(offset, offset + bytes) ?? []);
      const given = isWrong ? Buffer.alloc(bytes) : Buffer.concat([payload, Buffer.alloc(bytes - payload.byteLength)]);
      return reception.block({ transfer: record.transfer, binding, entry, offset, payload: given });
    },
    digest(entry: number, segment = 0) {
      const bytes = contents[entry]?.subarray(segment * segmentBytes, (segment + 1) * segmentBytes) ?? '';
      return reception.digests([[entry, segment, createHash('sha256').update(bytes).digest('base64')]]);
    },
    async written(charge: number) {
      for (let turn = 0; turn < 1000 && latest('progress')?.charge !== charge; turn++) await new Promise(setImmediate);
      expect(latest('progress')?.charge).toBe(charge);
    },
    /** Those that have their names hold what was sent. */
    async arrived(): Promise<number[]> {
      await whenSettled;
      const names = disk.files.map((path) => Number(path.slice('/in/'.length)));
      for (const name of names) {
        expect(
          Buffer.compare(disk.durable(`/in/${name}`) ?? Buffer.from('none'), contents[name] ?? Buffer.from('')),
        ).toBe(0);
      }
      return names.sort((one, other) => one - other);
    },
  };
}

describe('blocks that come before it is said that a file in front of them is given up', () => {
  test('are kept, count as not yet written, and are written when it is', async () => {
    const { block, skip, digest, written, latest, record, arrived } = await begin([10, 3000, 10]);
    expect(block(1, 0, 2000)).toBe('taken');
    expect(block(1, 2000, 1000)).toBe('taken');
    expect(block(2, 0, 10)).toBe('taken');
    for (const entry of [1, 2]) expect(digest(entry)).toBe(true);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    expect(latest('progress')).toBeUndefined();
    expect(record.written).toBe(0);
    skip(0);
    await written(blockCharge(2000) + blockCharge(1000) + blockCharge(10));
    expect(await arrived()).toEqual([1, 2]);
    expect(record.failed).toEqual([[0, 'file-missing']]);
  });

  test('come behind what there is of that file', async () => {
    const { block, skip, digest, written, arrived } = await begin([3000, 10]);
    expect(block(0, 0, 2000)).toBe('taken');
    await written(blockCharge(2000));
    expect(block(1, 0, 10)).toBe('taken');
    digest(1);
    skip(0);
    expect(await arrived()).toEqual([1]);
  });

  test.each([
    ['in order', [0, 1, 2]],
    ['in another', [2, 1, 0]],
  ])('wait for each of several, said of %s, and for no more', async (_what, order) => {
    const { block, skip, digest, arrived, written, record } = await begin([10, 3000, 3000, 10, 10, 20]);
    expect(block(1, 0, 1500)).toBe('taken');
    expect(block(2, 0, 1500)).toBe('taken');
    expect(block(3, 0, 10)).toBe('taken');
    for (const entry of order) skip(entry);
    digest(3);
    await written(2 * blockCharge(1500) + blockCharge(10));
    expect(block(4, 0, 10)).toBe('taken');
    expect(block(5, 0, 20)).toBe('taken');
    for (const entry of [4, 5]) digest(entry);
    expect(await arrived()).toEqual([3, 4, 5]);
    expect(record.failed.map(([entry]) => entry)).toEqual(order);
  });

  test('and those of a file that is given up before its turn comes are no longer wanted, and given back', async () => {
    const { block, skip, written, latest } = await begin([10, 3000, 10, 10]);
    expect(block(1, 0, 1500)).toBe('taken');
    skip(1);
    expect(latest('progress')?.charge).toBe(blockCharge(1500));
    expect(block(1, 1500, 1500)).toBe('taken');
    expect(latest('progress')?.charge).toBe(2 * blockCharge(1500));
    expect(block(2, 0, 10)).toBe('taken');
    skip(0);
    await written(2 * blockCharge(1500) + blockCharge(10));
  });

  test('leave room for those of a segment that is sent once more', async () => {
    const { block, skip, digest, latest, written, arrived } = await begin([10, 3000, 10]);
    block(0, 0, 10, true);
    await written(blockCharge(10));
    digest(0);
    expect(latest('again')?.list).toEqual([[0, 0]]);
    expect(block(2, 0, 10)).toBe('taken');
    expect(block(0, 0, 10)).toBe('taken');
    for (const entry of [0, 2]) digest(entry);
    await written(2 * blockCharge(10));
    skip(1);
    expect(await arrived()).toEqual([0, 2]);
  });

  test('are as much as the window at most, with what is not yet written', async () => {
    const { block, window } = await begin([10, 100_000, 10]);
    window.bytes = 2 * blockCharge(9000) + 1024;
    expect(block(0, 0, 5)).toBe('taken');
    expect(block(1, 0, 9000)).toBe('taken');
    expect(block(1, 9000, 9000)).toBe('taken');
    // There was room yet for one.
    expect(block(1, 18_000, 9000)).toBe('taken');
    expect(block(1, 27_000, 9000)).toBe('forbidden');
  });

  test('hold up, at that, what has its turn too', async () => {
    const { block, skip, window, written } = await begin([10, 100_000, 10]);
    window.bytes = 9000;
    expect(block(1, 0, 9000)).toBe('taken');
    skip(0);
    await written(blockCharge(9000));
    expect(block(1, 9000, 9000)).toBe('taken');
    expect(block(2, 0, 10)).toBe('forbidden');
  });
});

describe('forbidden at once is', () => {
  test.each([
    ['another place in the file whose turn it is', 0, 5, 5],
    ['the middle of a later file', 1, 5, 5],
    ['what is beyond the end of a later file', 1, 0, segmentBytes + 11],
    ['what goes across two segments of it', 1, 0, segmentBytes + 1],
    ['a file beyond the last', 3, 0, 1],
  ])('%s', async (_what, entry, offset, bytes) => {
    const { block } = await begin([10, segmentBytes + 10, 10]);
    expect(block(entry, offset, bytes)).toBe('forbidden');
  });

  test('what does not go on behind the last one kept', async () => {
    const { block } = await begin([10, 100, 10, 100]);
    expect(block(1, 0, 50)).toBe('taken');
    expect(block(1, 60, 10)).toBe('forbidden');
    expect(block(3, 0, 50)).toBe('taken');
    expect(block(1, 50, 50)).toBe('forbidden');
    expect(block(2, 0, 10)).toBe('forbidden');
  });

  test('the file in front of those kept: its sender has left it', async () => {
    const { block } = await begin([10, 10]);
    expect(block(0, 0, 5)).toBe('taken');
    expect(block(1, 0, 5)).toBe('taken');
    expect(block(0, 5, 5)).toBe('forbidden');
  });

  test('and the rest of a file of which the beginning was kept, all of it come, once more', async () => {
    const { block, skip } = await begin([10, segmentBytes + 10, 10]);
    expect(block(1, 0, half)).toBe('taken');
    skip(0);
    expect(block(1, half, half)).toBe('taken');
    expect(block(1, half, half)).toBe('forbidden');
  });
});

describe('what is kept falls away', () => {
  /** After one was kept of which nothing is known any more: the window is free, and the same may come again, in its order. */
  async function comesAgain(parts: Awaited<ReturnType<typeof begin>>): Promise<void> {
    const { bind, block, skip, digest, written, arrived, window } = parts;
    window.bytes = 3000;
    expect(await bind()).toMatchObject({ entry: 0, offset: 0 });
    expect(block(1, 0, 3000)).toBe('taken');
    skip(0);
    await written(blockCharge(3000));
    expect(block(2, 0, 10)).toBe('taken');
    for (const entry of [1, 2]) digest(entry);
    expect(await arrived()).toEqual([1, 2]);
  }

  test('with its binding', async () => {
    const parts = await begin([10, 3000, 10]);
    expect(parts.block(1, 0, 3000)).toBe('taken');
    await comesAgain(parts);
  });

  test('with its lane, whatever is said then', async () => {
    const parts = await begin([10, 3000, 10]);
    expect(parts.block(1, 0, 3000)).toBe('taken');
    parts.reception.unbind();
    parts.skip(0);
    await new Promise(setImmediate);
    expect(await parts.bind()).toMatchObject({ entry: 1, offset: 0, written: 0 });
    expect(parts.block(1, 0, 3000)).toBe('taken');
  });

  test('when the disk refuses', async () => {
    // Opening the part.
    const parts = await begin([10, 3000, 10], [{ call: 1, code: 'EIO' }]);
    parts.block(0, 0, 5);
    expect(parts.block(1, 0, 3000)).toBe('taken');
    while (parts.troubles.length === 0) await new Promise(setImmediate);
    parts.skip(0);
    await parts.reception.recover();
    expect(await parts.bind()).toMatchObject({ entry: 1, offset: 0 });
    expect(parts.block(1, 0, 3000)).toBe('taken');
  });

  test('with the transfer', async () => {
    const { block, reception, skip, record, disk } = await begin([10, 3000, 10]);
    expect(block(1, 0, 3000)).toBe('taken');
    await reception.dispose();
    skip(0);
    expect(record.failed).toEqual([]);
    expect(disk.files).toEqual([]);
    expect(block(1, 0, 3000)).toBe('late');
  });
});
