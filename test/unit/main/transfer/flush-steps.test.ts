import { expect, test } from 'vitest';
import { createFlushSteps } from '../../../../src/main/transfer/flush-steps.ts';

test('a long file is flushed once at a time, files beside each other, and a refusal is told', async () => {
  const under: { entry: number; done(): void; fail(error: unknown): void }[] = [];
  const told: unknown[] = [];
  const steps = createFlushSteps({
    handles: { flush: (entry) => new Promise<void>((done, fail) => under.push({ entry, done, fail })) },
    trouble: (error) => told.push(error),
  });
  expect(steps.busy).toBeNull();
  steps.flush(1);
  steps.flush(1);
  steps.flush(2);
  expect(under.map(({ entry }) => entry)).toEqual([1, 2]);
  const { busy } = steps;
  under[0]?.done();
  under[1]?.fail('refused');
  await busy;
  expect(told).toEqual(['refused']);
  expect(steps.busy).toBeNull();
  steps.flush(1);
  expect(under).toHaveLength(3);
});
