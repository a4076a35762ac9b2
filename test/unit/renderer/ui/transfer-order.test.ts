import { expect, test } from 'vitest';
import { groupTransfers } from '../../../../src/renderer/ui/transfer-order.ts';
import { transferView } from '../../../support/ui-views.ts';

test('requests oldest first, the rest newest first, ended ones apart', () => {
  const groups = groupTransfers([
    transferView({ id: 'asked first', direction: 'in', state: 'offered' }),
    transferView({ id: 'done', state: 'done' }),
    transferView({ id: 'running', state: 'running' }),
    transferView({ id: 'my offer', state: 'offered' }),
    transferView({ id: 'asked second', direction: 'in', state: 'offered' }),
    transferView({ id: 'failed', state: 'failed' }),
  ]);
  expect(groups.requests.map(({ id }) => id)).toEqual(['asked first', 'asked second']);
  expect(groups.active.map(({ id }) => id)).toEqual(['my offer', 'running']);
  expect(groups.ended.map(({ id }) => id)).toEqual(['failed', 'done']);
});
