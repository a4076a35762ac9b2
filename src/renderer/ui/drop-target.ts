import type { MemberView } from '../../shared/views.ts';
import { stillHere } from './gone.ts';

export const everyone = 'everyone';

/** Members whose link can carry an offer now. */
export function reachable(members: readonly MemberView[]): readonly MemberView[] {
  return members.filter((member) => member.state === 'connected');
}

/** Where the whole window drops to; `choose`: only a card says for whom it is. */
export type WindowTarget =
  | { readonly kind: 'one'; readonly member: MemberView }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'choose' };

export function windowTarget(members: readonly MemberView[]): WindowTarget {
  const here = stillHere(members);
  if (here.length === 0) return { kind: 'nobody' };
  const [first, ...more] = reachable(here);
  if (!first) return { kind: 'connecting' };
  if (more.length === 0 && here.length === 1) return { kind: 'one', member: first };
  return { kind: 'choose' };
}

export type DropPlan =
  | { readonly to: readonly string[] }
  | { readonly refused: 'choose' }
  | { readonly refused: 'not-connected'; readonly name: string };

/**
 * Whom a drop is for.
 * @param over the session of the card it fell on, `everyone`, or null for the rest of the window
 */
export function dropPlan(members: readonly MemberView[], over: string | null): DropPlan {
  if (over === everyone) return { to: reachable(members).map((member) => member.session) };
  const target = members.find((member) => member.session === over);
  if (target) {
    return target.state === 'connected' ? { to: [target.session] } : { refused: 'not-connected', name: target.name };
  }
  const whole = windowTarget(members);
  if (whole.kind === 'one') return { to: [whole.member.session] };
  return whole.kind === 'choose' ? { refused: 'choose' } : { to: [] };
}
