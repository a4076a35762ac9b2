import type { MemberView } from '../shared/views.ts';
import type { Guard } from './guard.ts';
import type { Pair } from './pair.ts';

/** A session in the room that has proven to be alive, and the connection with it. */
export interface Member {
  readonly session: string;
  name: string;
  readonly pair: Pair;
  /** Ids of the carriers it was heard on, and not reported gone from. */
  readonly carriers: Set<string>;
  /** They came when this side was here. */
  readonly newcomer: boolean;
  /** The key they have proven and were refused for. */
  unwanted: string | null;
  heardMs: number;
  unlinkedMs: number;
}

export function memberView({ session, name, pair }: Member): MemberView {
  const { reason, name: proven, ...link } = pair.view;
  return { session, name: proven ?? name, ...link, reason: reason ? { code: reason } : null };
}

/** Who is not let in, or has yet to show that they may be, is not to make this screen jump. */
export function isSeen(
  { unwanted, newcomer, name, pair }: Member,
  guard: Pick<Guard, 'locked' | 'removedViews'>,
): boolean {
  if (unwanted !== null) return false;
  if (pair.view.key !== null) return true;
  return !(newcomer && guard.locked) && !guard.removedViews().some((removed) => removed.name === name);
}
