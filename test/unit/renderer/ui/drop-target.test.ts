import { describe, expect, test } from 'vitest';
import { dropPlan, everyone, windowTarget } from '../../../../src/renderer/ui/drop-target.ts';
import { memberView } from '../../../support/ui-views.ts';

const bo = memberView({ session: 'bo', name: 'Bo' });
const cleo = memberView({ session: 'cleo', name: 'Cleo' });
const away = memberView({ session: 'away', name: 'Dara', state: 'reconnecting' });

describe('a drop beside every card', () => {
  test('with nobody here is for whoever joins', () => {
    expect(dropPlan([], null)).toEqual({ to: [] });
  });

  test('with one person is for them', () => {
    expect(dropPlan([bo], null)).toEqual({ to: ['bo'] });
  });

  test('with somebody still connecting waits for them', () => {
    expect(windowTarget([memberView({ state: 'connecting' })]).kind).toBe('connecting');
    expect(dropPlan([memberView({ state: 'connecting' })], null)).toEqual({ to: [] });
  });

  test('with several is for nobody until a card says whom', () => {
    expect(dropPlan([bo, cleo], null)).toEqual({ refused: 'choose' });
    expect(dropPlan([bo, away], null)).toEqual({ refused: 'choose' });
  });
});

describe('a drop on a card', () => {
  test('is for that person', () => {
    expect(dropPlan([bo, cleo], 'cleo')).toEqual({ to: ['cleo'] });
  });

  test('of someone not connected is refused by name', () => {
    expect(dropPlan([bo, away], 'away')).toEqual({ refused: 'not-connected', name: 'Dara' });
  });

  test('on Everyone is for all who are connected, not for who comes later', () => {
    expect(dropPlan([bo, away, cleo], everyone)).toEqual({ to: ['bo', 'cleo'] });
  });

  test('of someone who left meanwhile is judged like one beside it', () => {
    expect(dropPlan([bo, cleo], 'gone')).toEqual({ refused: 'choose' });
  });
});
