import type { MemberView } from '../shared/views.ts';
import { closedView } from './closed-view.ts';
import type { Guard } from './guard.ts';
import type { Member, MembersStatus } from './members-state.ts';
import type { PairView } from './pair.ts';

/** Whom a person sees in the room: members, those they have removed, and those who have just left. */
export function memberViews(
  { members, departed }: MembersStatus,
  guard: Pick<Guard, 'locked' | 'removedViews'>,
  pairOf: (session: string) => PairView | undefined,
): MemberView[] {
  const removed = guard.removedViews();
  // Those who may just be on their way back, under the same name, are not shown twice.
  const coming = new Set(members.filter(({ pair }) => pair.key === null).map(({ name }) => name));
  return [
    ...members
      .filter((member) => isSeen(member, guard.locked, removed))
      .flatMap((member) => {
        const pair = pairOf(member.session);
        return pair ? [memberView(member, pair)] : [];
      }),
    ...removed,
    ...departed.filter(({ name }) => !coming.has(name)).map((departure) => closedView(departure, departure.why)),
  ];
}

function memberView({ session, name }: Member, pair: PairView): MemberView {
  const { reason, name: proven, ...link } = pair;
  return { session, name: proven ?? name, ...link, reason: reason ? { code: reason } : null };
}

/** Who is not let in, or has yet to show that they may be, is not to make this screen jump. */
function isSeen({ unwanted, newcomer, name, pair }: Member, locked: boolean, removed: readonly MemberView[]): boolean {
  if (unwanted !== null) return false;
  if (pair.key !== null) return true;
  return !(newcomer && locked) && !removed.some((one) => one.name === name);
}
