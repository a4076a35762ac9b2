import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SourceEntry } from '../../../../src/main/files/source-entry.ts';
import { entryState } from '../../../../src/main/transfer/incoming-record.ts';
import { createLanding } from '../../../../src/main/transfer/landing.ts';
import { createReception } from '../../../../src/main/transfer/reception.ts';
import { blockCharge } from '../../../../src/shared/protocol/block.ts';
import type { Control } from '../../../../src/shared/protocol/transfer-messages.ts';
import { bytesOf } from '../../../support/engine-pair.ts';
import {
  atEveryFault,
  createFailingDisk,
  diskFaults,
  type FailingDisk,
  insist,
  maybeLeftOver,
} from '../../../support/failing-disk.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

const sizes = [10, 0, 50_000, 1, 200_000, 0, 3000];
const contents = sizes.map((size, index) => bytesOf(size, index + 1));
const blockBytes = 20_000;

/** What a sender does beside sending in order; each at some step of it. */
interface Mischief {
  /** Blocks that arrive wrong. */
  wrong: ReadonlySet<number>;
  /** Steps at which the lane goes and another comes. */
  cut: ReadonlySet<number>;
  /** Steps at which the sender gives an entry up, and which. */
  skips: readonly (readonly [step: number, entry: number])[];
  /** What it says of that comes so many steps later, beside the blocks that follow. */
  lateSteps: number;
}

const honest: Mischief = { wrong: new Set(), cut: new Set(), skips: [], lateSteps: 0 };

/** Files of these contents, sent by an honest sender with a little mischief, received over this disk. */
async function receive(disk: FailingDisk, mischief: Mischief) {
  await insist(() => disk.ensureFolder('/in'));
  const record = recordOf(
    entriesOf(
      sizes,
      sizes.map((_, index) => `trip/${index}.bin`),
    ),
  );
  record.folder = '/in';
  const landing = createLanding({ surroundings: { disk, platform: 'linux' }, record, claimed: new Set() });
  await insist(() => landing.prepare(() => false));
  let outbox: { entry: SourceEntry; offset: number }[] = [];
  let binding = 0;
  let sentCharge = 0;
  let doneCharge = 0;
  let settled = false;
  let troubled = false;
  let blocks = 0;
  const skipped = new Set<number>();
  let at = 0;
  /** Said of files that were given up, and on the way. */
  let words: { entry: number; step: number }[] = [];

  function queue(entry: SourceEntry, from: number): void {
    if (entry.bytes === 0) outbox.push({ entry, offset: 0 });
    for (let offset = from; offset < entry.bytes; offset += blockBytes) outbox.push({ entry, offset });
  }

  function heard(control: Control): void {
    if (control.type === 'accept') {
      outbox = [];
      binding = control.binding;
      sentCharge = 0;
      doneCharge = 0;
      // The word of it may have been lost.
      words = [...skipped].map((entry) => ({ entry, step: at + mischief.lateSteps }));
      for (const entry of record.manifest.slice(control.entry)) {
        if (entry.kind === 'file' && !skipped.has(entry.index)) {
          queue(entry, entry.index === control.entry ? control.offset : 0);
        }
      }
    } else if (control.type === 'again') {
      for (const [index] of control.list) {
        const entry = record.manifest[index];
        if (entry && !skipped.has(index)) queue(entry, 0);
      }
    } else if (control.type === 'skip') for (const [entry] of control.list) giveUp(entry);
    else if (control.type === 'progress') {
      expect(control.binding).toBe(binding);
      expect(control.charge).toBeLessThanOrEqual(sentCharge);
      doneCharge = control.charge;
    }
  }

  function giveUp(entry: number): void {
    skipped.add(entry);
    outbox = outbox.filter((each) => each.entry.index !== entry);
  }

  const reception = createReception({
    disk,
    record,
    landing,
    hold: () => null,
    isOpen: () => true,
    windowBytes: () => 16 * 1024 * 1024,
    send: heard,
    events: {
      started: () => undefined,
      allWritten: () => undefined,
      settled() {
        settled = true;
      },
      written: () => undefined,
      gaveUp: () => undefined,
      arrived: () => undefined,
      trouble() {
        troubled = true;
      },
    },
  });

  function sendNext(): void {
    const next = outbox.shift();
    if (!next) return;
    const { index, bytes } = next.entry;
    const content = contents[index] ?? Buffer.alloc(0);
    const payload = Buffer.from(content.subarray(next.offset, next.offset + blockBytes));
    if (payload.byteLength > 0) {
      if (mischief.wrong.has(blocks++)) payload[0] = (payload[0] ?? 0) ^ 1;
      sentCharge += blockCharge(payload.byteLength);
      const block = { transfer: record.transfer, binding, entry: index, offset: next.offset, payload };
      expect(reception.block(block)).not.toBe('forbidden');
    }
    if (next.offset + payload.byteLength < bytes) return;
    const sha256 = createHash('sha256').update(content).digest('base64');
    expect(reception.digests([[index, 0, sha256]])).toBe(true);
  }

  function sayDue(): void {
    const due = words.filter(({ step }) => step <= at);
    words = words.filter(({ step }) => step > at);
    for (const { entry } of due) reception.giveUp(entry, 'file-changed');
  }

  await reception.bind();
  for (; !settled; at++) {
    if (at > 5000) throw new Error('it never ends');
    if (troubled) {
      troubled = false;
      await insist(() => landing.restore().then(() => reception.recover()));
      await reception.bind();
    } else if (mischief.cut.has(at)) {
      reception.unbind();
      await reception.bind();
    }
    for (const [step, entry] of mischief.skips) {
      if (step !== at) continue;
      giveUp(entry);
      words.push({ entry, step: at + mischief.lateSteps });
    }
    sayDue();
    sendNext();
    if (at % 3 === 0 || outbox.length === 0) await new Promise(setImmediate);
  }
  await reception.dispose();
  return { record, landing, charges: { sentCharge, doneCharge } };
}

function check(disk: FailingDisk, { record }: Awaited<ReturnType<typeof receive>>): void {
  expect(disk.openHandles).toBe(0);
  const parts = disk.files.filter((path) => path.endsWith('.roomdrop-part'));
  if (!maybeLeftOver(disk)) expect(parts).toEqual([]);
  expect(record.open.size).toBe(0);
  const published = disk.files.filter((path) => !parts.includes(path));
  for (const [index, content] of contents.entries()) {
    const path = published.find((each) => new RegExp(`/${index}( \\(\\d+\\))?\\.bin$`).test(each));
    if (record.states[index] === entryState.finished) {
      expect(Buffer.compare(disk.durable(path ?? '') ?? Buffer.from('missing'), content), `${index}`).toBe(0);
    } else expect(record.states[index]).toBe(entryState.failed);
  }
  const finished = contents.filter((_, index) => record.states[index] === entryState.finished);
  expect(record.finished).toBe(finished.length);
  expect(record.written).toBe(finished.reduce((sum, { byteLength }) => sum + byteLength, 0));
}

test('whatever the disk refuses, once, every file is there in the end, flushed, and nothing else', async () => {
  await atEveryFault(async (disk) => {
    const received = await receive(disk, honest);
    check(disk, received);
    expect(received.record.finished).toBe(sizes.length);
  });
}, 120_000);

test.each([
  ['without trouble', honest],
  [
    'whatever is said late of files given up',
    {
      ...honest,
      skips: [
        [0, 0],
        [3, 2],
        [6, 4],
      ],
      lateSteps: 9,
    },
  ],
  [
    'whatever is said late of the last one',
    {
      ...honest,
      skips: [
        [5, 4],
        [12, 6],
      ],
      lateSteps: 4,
    },
  ],
] satisfies [string, Mischief][])('%s every charge is given back', async (_what, mischief) => {
  const disk = createFailingDisk([]);
  const received = await receive(disk, mischief);
  check(disk, received);
  expect(received.charges.doneCharge).toBe(received.charges.sentCharge);
});

test('wrong bytes, lost lanes, files given up and a disk that refuses again and again: what gets its name is right', async () => {
  const steps = fc.uniqueArray(fc.nat(40), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ call: fc.integer({ min: 1, max: 80 }), code: fc.constantFrom(...diskFaults) }), {
        maxLength: 6,
      }),
      steps,
      steps,
      fc.array(fc.tuple(fc.nat(40), fc.nat(sizes.length - 1)), { maxLength: 3 }),
      fc.nat(12),
      async (faults, wrong, cut, skips, lateSteps) => {
        const disk = createFailingDisk(faults);
        check(disk, await receive(disk, { wrong: new Set(wrong), cut: new Set(cut), skips, lateSteps }));
      },
    ),
    {
      numRuns: 150,
      examples: [
        [
          [
            { call: 65, code: 'ENOENT' },
            { call: 8, code: 'EIO' },
            { call: 54, code: 'EIO' },
            { call: 3, code: 'EIO' },
            { call: 39, code: 'EIO' },
          ],
          [2],
          [2],
          [[0, 6]],
          0,
        ],
      ],
    },
  );
}, 120_000);
