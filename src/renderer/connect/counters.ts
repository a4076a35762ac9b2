/** What was refused or dropped, and how often: for diagnosis. */
export const counterNames = [
  'signalTooLarge',
  'signalTooFrequent',
  'signalNotOpened',
  'signalNotVerified',
  'signalMalformed',
  'signalVersionUnknown',
  'signalDuplicate',
  'signalUnproven',
  'signalRetired',
  'signalStale',
  'offerRefused',
  'offersTooFrequent',
  'candidateStale',
  'candidateRefused',
  'candidateOverflow',
  'linkMessageMalformed',
  'linkMessageTooLarge',
  'helloRefused',
  'published',
  'received',
] as const;

export type CounterName = (typeof counterNames)[number];

export interface Counters {
  count(name: CounterName, by?: number): void;
  snapshot(): Record<CounterName, number>;
}

export function createCounters(): Counters {
  const counts = new Map<CounterName, number>();
  return {
    count: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    snapshot() {
      const all: Partial<Record<CounterName, number>> = {};
      for (const name of counterNames) all[name] = counts.get(name) ?? 0;
      return all as Record<CounterName, number>;
    },
  };
}
