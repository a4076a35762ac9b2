import type { ReasonCode } from '../shared/reasons.ts';
import type { MemberView } from '../shared/views.ts';

/** Somebody who is not linked and is shown all the same, with the reason. */
export function closedView(
  { key, session, name }: Pick<MemberView, 'key' | 'session' | 'name'>,
  code: ReasonCode,
): MemberView {
  return { session, name, key, state: 'closed', path: null, roundTripMs: null, reason: { code } };
}
