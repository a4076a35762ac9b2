import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSendQueue } from '../../../src/connect/send-queue.ts';

test('control overtakes blocks; each kind keeps its order; nothing is lost or doubled', () => {
  const steps = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.constant('take' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (all) => {
      const queue = createSendQueue();
      const model: { control: number[]; blocks: number[] } = { control: [], blocks: [] };
      for (const [index, step] of [...all, ...Array<'take'>(all.length).fill('take')].entries()) {
        if (step === 'take') {
          const expected = model.control.shift() ?? model.blocks.shift();
          expect(queue.shift()?.[1]).toBe(expected);
        } else {
          (step === 0 ? model.control : model.blocks).push(index % 256);
          queue.push(new Uint8Array([step, index % 256]));
        }
      }
    }),
  );
});

test('after clear it is empty', () => {
  const queue = createSendQueue();
  queue.push(new Uint8Array([0]));
  queue.push(new Uint8Array([1]));
  queue.shift();
  queue.push(new Uint8Array([0]));
  queue.clear();
  expect(queue.shift()).toBeUndefined();
});
