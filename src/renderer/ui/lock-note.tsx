import type { JSX } from 'preact';
import type { GuardView } from '../../shared/room-guard.ts';
import { text } from '../../shared/text.ts';
import { LockIcon } from './icons.tsx';

/** At the code of a locked room, so that nobody forgets it: who knows the words cannot join by them. */
export function LockNote({ guard }: { guard: GuardView }): JSX.Element {
  const words = text.guard;
  return (
    <p class="lock-note">
      <LockIcon />
      <span>
        <strong>{words.locked}</strong> {words.lockedDetail}
        {guard.keptOut > 0 && ` ${words.keptOut(guard.keptOut)}`}
      </span>
    </p>
  );
}
