import type { BrokerView } from '../../shared/views.ts';

/** `down`: every one was tried and none can be reached now. */
export type BrokerHealth = 'none' | 'connecting' | 'online' | 'down';

export function brokerHealth(brokers: readonly BrokerView[]): BrokerHealth {
  if (brokers.length === 0) return 'none';
  if (brokers.some((broker) => broker.state === 'connected')) return 'online';
  return brokers.some((broker) => broker.state === 'connecting' && broker.reason === null) ? 'connecting' : 'down';
}

export function connectedBrokers(brokers: readonly BrokerView[]): number {
  return brokers.filter((broker) => broker.state === 'connected').length;
}
