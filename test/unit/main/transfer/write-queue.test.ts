import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Run } from '../../../../src/main/transfer/runs.ts';
import { createWriteQueue } from '../../../../src/main/transfer/write-queue.ts';

function runOf(entry: number): Run {
  return { entry, segment: 0, main: true, end: 0, placed: 0, written: 0, hash: createHash('sha256') };
}

/** Entries below 5 are small. */
const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ push: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.constant('done' as const) },
  { weight: 1, arbitrary: fc.constant('fail' as const) },
  { weight: 1, arbitrary: fc.constant('start' as const) },
);

test('every charge is given back, in order, whatever fails; only small files are written side by side', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 120 }), async (actions) => {
      const runs = Array.from({ length: 10 }, (_, entry) => runOf(entry));
      const pending: { entry: number; done(): void; fail(): void }[] = [];
      const dealt: number[] = [];
      let number = 0;
      let dropped = false;
      const queue = createWriteQueue({
        isSmall: (entry) => entry < 5,
        write: ({ run, payloads }) => {
          expect(payloads.length).toBeLessThanOrEqual(256);
          return new Promise((done, fail) => {
            pending.push({ entry: run.entry, done, fail: () => fail(new Error('refused')) });
            expect(pending.length).toBeLessThanOrEqual(8);
            if (pending.length > 1) expect(pending.every((each) => each.entry < 5)).toBe(true);
            expect(new Set(pending.map((each) => each.entry)).size).toBe(pending.length);
          });
        },
        dealtWith(batch, result) {
          if (result.status === 'rejected') {
            dropped = true;
            queue.stop();
            return false;
          }
          dealt.push(...batch.payloads.map(([first]) => first ?? -1));
          return true;
        },
      });
      for (const each of actions) {
        if (typeof each === 'object') queue.push(runs[each.push] ?? runOf(0), Uint8Array.from([number++]), 1000);
        else if (each === 'start') queue.start();
        else pending.shift()?.[each]();
        await new Promise(setImmediate);
        expect(queue.charge).toBeGreaterThanOrEqual(0);
      }
      while (queue.busy) {
        pending.shift()?.done();
        await new Promise(setImmediate);
      }
      expect(queue.charge).toBe(0);
      expect(dealt).toEqual([...dealt].sort((a, b) => a - b));
      if (!dropped) expect(dealt.length).toBe(number);
    }),
    { numRuns: 60 },
  );
});

test('adjacent blocks of one file are written together', async () => {
  const sizes: number[] = [];
  const queue = createWriteQueue({
    isSmall: () => false,
    write: async ({ payloads }) => {
      sizes.push(payloads.length);
    },
    dealtWith: () => true,
  });
  const run = runOf(7);
  for (let block = 0; block < 600; block++) queue.push(run, new Uint8Array(1), 1000);
  while (queue.busy) await queue.busy;
  expect(sizes).toEqual([1, 256, 256, 87]);
});

test('what stands behind a write that failed has to come again, also where it was written beside it', async () => {
  const told: string[] = [];
  const queue = createWriteQueue({
    isSmall: () => true,
    write: ({ run }) => (run.entry === 2 ? Promise.reject(new Error('refused')) : Promise.resolve()),
    dealtWith({ run }, { status }) {
      told.push(`${run.entry} ${status}`);
      return status === 'fulfilled';
    },
  });
  for (const entry of [0, 1, 2, 3]) queue.push(runOf(entry), new Uint8Array(1), 1000);
  while (queue.busy) await queue.busy;
  expect(told).toEqual(['0 fulfilled', '1 fulfilled', '2 rejected']);
  expect(queue.charge).toBe(0);
});

test('what is written at once is a mebibyte, whatever the size of the blocks', async () => {
  const sizes: number[] = [];
  const queue = createWriteQueue({
    isSmall: () => false,
    write: async ({ payloads }) => {
      sizes.push(payloads.reduce((sum, { byteLength }) => sum + byteLength, 0));
    },
    dealtWith: () => true,
  });
  const push = (run: Run, count: number, bytes: number): void => {
    for (let block = 0; block < count; block++) queue.push(run, new Uint8Array(bytes), bytes);
  };
  push(runOf(7), 9, 256 * 1024);
  push(runOf(8), 17, 64 * 1024);
  while (queue.busy) await queue.busy;
  const MiB = 1024 * 1024;
  expect(sizes).toEqual([MiB / 4, MiB, MiB, MiB, MiB / 16]);
});
