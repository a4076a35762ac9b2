import type { Computer, WorldBroker } from './broker.ts';

/** Since when a broker has served both computers; null while none does. */
export function carriedSinceMs(one: Computer, other: Computer, brokers: readonly WorldBroker[]): number | null {
  const sinceMs = brokers.flatMap((broker) => {
    const each = [one, other].map((computer) => broker.servesSinceMs(computer));
    return each.some((served) => served === null) ? [] : [Math.max(...each.map((served) => served ?? 0))];
  });
  return sinceMs.length === 0 ? null : Math.min(...sinceMs);
}
