import { limits } from '../shared/protocol/limits.ts';
import type { RemovedPerson } from '../shared/room-guard.ts';
import type { MemberView } from '../shared/views.ts';
import { setBounded } from './bounded.ts';
import { closedView } from './closed-view.ts';

/** Whom this person will have no link with, under whichever session they come. Only this side is concerned. */
export interface Removed {
  add(person: RemovedPerson): void;
  /** Lets them back in; false when they were not removed. */
  delete(key: string): boolean;
  has(key: string): boolean;
  list(): readonly RemovedPerson[];
  views(): readonly MemberView[];
}

export function createRemoved(saved: readonly RemovedPerson[]): Removed {
  const removed = new Map(saved.map((person) => [person.key, person]));
  return {
    add: (person) => setBounded(removed, person.key, person, limits.removedPeople),
    delete: (key) => removed.delete(key),
    has: (key) => removed.has(key),
    list: () => [...removed.values()],
    views: () => [...removed.values()].map((person) => closedView(person, 'removed-by-me')),
  };
}
