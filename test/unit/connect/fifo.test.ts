import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFifo } from '../../../src/connect/fifo.ts';

test('what comes first goes first; nothing is lost or doubled, and it knows how much there is', () => {
  const steps = fc.array(fc.constantFrom('push' as const, 'shift' as const, 'clear' as const), { maxLength: 100 });
  fc.assert(
    fc.property(steps, (all) => {
      const fifo = createFifo<number>();
      let model: number[] = [];
      for (const [index, step] of all.entries()) {
        if (step === 'push') {
          model.push(index);
          fifo.push(index);
        } else if (step === 'shift') expect(fifo.shift()).toBe(model.shift());
        else {
          model = [];
          fifo.clear();
        }
        expect(fifo.size).toBe(model.length);
      }
      while (model.length > 0) expect(fifo.shift()).toBe(model.shift());
      expect(fifo.shift()).toBeUndefined();
    }),
  );
});
