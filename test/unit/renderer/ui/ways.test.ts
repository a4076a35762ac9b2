import { expect, test } from 'vitest';
import { waysOf } from '../../../../src/renderer/ui/ways.ts';
import type { LaneView } from '../../../../src/shared/views.ts';
import { transferView } from '../../../support/ui-views.ts';

const toBo: LaneView = { key: 'bo', kind: 'direct', roundTripMs: 2, why: null };
const toAnn: LaneView = { key: 'ann', kind: 'channel', roundTripMs: null, why: 'off' };
const bo = { key: 'bo', session: 's', name: 'Bo' };

test('the rate of a way is that of all that moves on it, either way', () => {
  const wayTo = waysOf(
    [toBo, toAnn],
    [
      transferView({ peer: bo, rate: 5 }),
      transferView({ peer: { ...bo, session: 'another' }, direction: 'in', rate: 20 }),
      transferView({ peer: bo, state: 'paused', rate: 100 }),
      transferView({ peer: { ...bo, key: 'eve' }, rate: 1000 }),
    ],
  );
  expect(wayTo('bo')).toEqual({ lane: toBo, rate: 25 });
  expect(wayTo('ann')).toEqual({ lane: toAnn, rate: 0 });
  expect(wayTo('eve')).toBeNull();
  expect(wayTo(null)).toBeNull();
});
