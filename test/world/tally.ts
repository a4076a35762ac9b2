import type { Payload } from './broker.ts';
import { readSealed, saidIn } from './cryptography.ts';

/** Who has published what, and to whom. */
export interface Tally {
  add(broker: string, payload: Payload): void;
  /** How much the two have said to each other since then, and to all that they are here, to the broker that was told most. */
  meetingOf(one: string, other: string, sinceMs: number): number;
}

interface Published {
  readonly atMs: number;
  readonly broker: string;
  readonly from: string;
  /** The session that it is for; null where it is an announcement. */
  readonly to: string | null;
}

export function createTally(now: () => number): Tally {
  const all: Published[] = [];

  return {
    add(broker, payload) {
      const sealed = readSealed(payload);
      if (!sealed) return;
      const { type, to } = saidIn(sealed);
      const from = sealed.session;
      if (type === 'announce') all.push({ atMs: now(), broker, from, to: null });
      else if (typeof to === 'string') all.push({ atMs: now(), broker, from, to });
    },
    meetingOf(one, other, sinceMs) {
      const counts = new Map<string, number>();
      for (const { atMs, broker, from, to } of all) {
        const isTheirs =
          (from === one && (to === other || to === null)) || (from === other && (to === one || to === null));
        if (atMs >= sinceMs && isTheirs) counts.set(broker, (counts.get(broker) ?? 0) + 1);
      }
      return Math.max(0, ...counts.values());
    },
  };
}
