import { expect, test } from 'vitest';
import { brokerHealth } from '../../../../src/renderer/ui/broker-health.ts';
import type { BrokerView } from '../../../../src/shared/views.ts';

const broker = (state: BrokerView['state'], failed = false): BrokerView => ({
  url: 'wss://x',
  state,
  reason: failed ? { code: 'broker-unreachable' } : null,
});

test('one that is reached suffices', () => {
  expect(brokerHealth([broker('waiting', true), broker('connected')])).toBe('online');
});

test('a first attempt is hope, a repeated one is not', () => {
  expect(brokerHealth([broker('waiting', true), broker('connecting')])).toBe('connecting');
  expect(brokerHealth([broker('waiting', true), broker('connecting', true)])).toBe('down');
});

test('none set is told apart from none reached', () => {
  expect(brokerHealth([])).toBe('none');
});
