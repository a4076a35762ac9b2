import { limits } from '../shared/protocol/limits.ts';
import type { RenewalView } from '../shared/room-guard.ts';
import type { Clock } from './clock.ts';

/**
 * Who moves on to another code and asks this person along: one request a person at a time, and nobody is moved by it. It
 * stays when they are gone, as they go at once.
 */
export interface Renewals {
  /** False when it came too soon after the one before, or there are too many. */
  add(renewal: RenewalView): boolean;
  /** It was answered, or its sender removed. */
  delete(key: string): boolean;
  list(): readonly RenewalView[];
}

export function createRenewals(clock: Pick<Clock, 'now'>): Renewals {
  const open = new Map<string, RenewalView>();
  /** By key, also of what was answered: else it could be asked again and again. */
  const askedMs = new Map<string, number>();

  return {
    add(renewal) {
      const nowMs = clock.now();
      for (const [key, atMs] of askedMs) if (nowMs - atMs >= limits.renewalMs) askedMs.delete(key);
      if (askedMs.has(renewal.key)) return false;
      if (open.size >= limits.roomMembers && !open.has(renewal.key)) return false;
      askedMs.set(renewal.key, nowMs);
      open.set(renewal.key, renewal);
      return true;
    },
    delete: (key) => open.delete(key),
    list: () => [...open.values()],
  };
}
