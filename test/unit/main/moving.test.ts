import { expect, test } from 'vitest';
import { createMoving } from '../../../src/main/moving.ts';
import { transferView } from '../../support/ui-views.ts';

test('the system is shown how far everything that moves is together', () => {
  const shown: { transferring: boolean; fraction: number | null }[] = [];
  const moving = createMoving((activity) => shown.push(activity));
  const one = transferView({ id: 'one', state: 'running', bytes: 10, total: 100 });
  const other = transferView({ id: 'other', state: 'verifying', bytes: 300, total: 300 });
  const empty = transferView({ id: 'empty', state: 'running', bytes: 0, total: 0 });
  moving.transfer({ ...one, state: 'offered' });
  expect(moving.any).toBe(false);
  moving.transfer(one);
  moving.transfer(other);
  expect(moving.any).toBe(true);
  moving.transfer({ ...one, state: 'paused' });
  moving.transferGone('other');
  moving.transferGone('other');
  moving.transfer(empty);
  moving.transfer({ ...empty, state: 'done' });
  expect(shown).toEqual([
    { transferring: false, fraction: null },
    { transferring: true, fraction: 0.1 },
    { transferring: true, fraction: 310 / 400 },
    { transferring: true, fraction: 1 },
    { transferring: false, fraction: null },
    { transferring: true, fraction: null },
    { transferring: false, fraction: null },
  ]);
  expect(moving.any).toBe(false);
});
