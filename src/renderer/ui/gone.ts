import { useEffect, useState } from 'preact/hooks';
import type { MemberView } from '../../shared/views.ts';

/** Was here and is not any more: shown for a while, so that a screen does not change under a person's hands. */
export function isGone({ state, reason }: MemberView): boolean {
  return state === 'closed' && (reason?.code === 'peer-left' || reason?.code === 'peer-away');
}

/** This person has removed them; whether they are here is not known. */
export function isRemoved({ reason }: MemberView): boolean {
  return reason?.code === 'removed-by-me';
}

export function stillHere(members: readonly MemberView[]): readonly MemberView[] {
  return members.filter((member) => !isGone(member) && !isRemoved(member));
}

const tickMs = 5000;

/** Whole seconds since the component appeared, anew every few seconds. */
export function useSecondsHere(): number {
  const [sinceMs] = useState(() => performance.now());
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - sinceMs) / 1000)), tickMs);
    return () => clearInterval(timer);
  }, [sinceMs]);
  return seconds;
}
