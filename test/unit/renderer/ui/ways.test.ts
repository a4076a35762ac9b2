import { expect, test } from 'vitest';
import { laneSentence, waysOf } from '../../../../src/renderer/ui/ways.ts';
import { text } from '../../../../src/shared/text.ts';
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

const { lane } = text;

test.each([
  ['a direct lane', toBo, 'direct', lane.direct],
  ['none yet', { ...toAnn, why: null }, 'direct', lane.trying],
  ['none that the networks let through', { ...toAnn, why: 'no-path' }, 'local', lane.none['no-path']],
  ['none through a relay', { ...toAnn, why: 'no-path' }, 'relay', lane.relayed],
  ['none yet through a relay', { ...toAnn, why: null }, 'relay', lane.relayed],
  ['none by the settings, through a relay', toAnn, 'relay', lane.none.off],
  ['none that the other side makes', { ...toAnn, why: 'peer-cannot' }, null, lane.none['peer-cannot']],
  ['none that can be made here', { ...toAnn, why: 'no-addon' }, null, lane.none['no-addon']],
] as const)('%s is told as that', (_, view, path, sentence) => {
  expect(laneSentence(view, path)).toBe(sentence);
});
