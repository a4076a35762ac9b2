import * as v from 'valibot';
import { installationKeySchema } from './protocol/installation-key.ts';
import { limits } from './protocol/limits.ts';

/**
 * Whom a room, and whom this person, lets in. The page decides by it; main keeps it for the next page, until the room is
 * left.
 */
export const lockStateSchema = v.object({
  /** One more at each lock and unlock; 0: nobody has touched it. */
  turn: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  locked: v.boolean(),
  /** Installations that somebody inside had met before it was locked. */
  keys: v.pipe(v.array(installationKeySchema), v.maxLength(limits.lockKeys)),
});
export type LockState = v.InferOutput<typeof lockStateSchema>;

export const removedPersonSchema = v.object({
  key: installationKeySchema,
  /** As they were last seen here. */
  session: v.string(),
  name: v.string(),
});
export type RemovedPerson = v.InferOutput<typeof removedPersonSchema>;

export const roomGuardSchema = v.object({
  lock: lockStateSchema,
  /** Whom this side has met in the room, the latest last. */
  seen: v.pipe(v.array(installationKeySchema), v.maxLength(limits.lockKeys)),
  /** Whom this person has removed from their side. */
  removed: v.pipe(v.array(removedPersonSchema), v.maxLength(limits.removedPeople)),
});
export type RoomGuard = v.InferOutput<typeof roomGuardSchema>;

export const openGuard: RoomGuard = { lock: { turn: 0, locked: false, keys: [] }, seen: [], removed: [] };

/** What becomes of it where people move on to another code: a lock was the old room's, a person is still removed. */
export function guardMovedOn({ removed }: RoomGuard): RoomGuard {
  return { ...openGuard, removed };
}

/** Somebody moves on to a room with another code and asks this person to come along. */
export interface RenewalView {
  readonly key: string;
  readonly session: string;
  readonly name: string;
  readonly code: string;
}

/** What the screen shows of it. */
export interface GuardView {
  readonly locked: boolean;
  /** Newcomers that this side has refused since the room was locked. */
  readonly keptOut: number;
  /** One a person, oldest first. */
  readonly renewals: readonly RenewalView[];
}

export const openGuardView: GuardView = { locked: false, keptOut: 0, renewals: [] };
