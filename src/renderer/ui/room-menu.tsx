import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { text } from '../../shared/text.ts';
import type { MemberView } from '../../shared/views.ts';
import { attempt, useUi } from './context.ts';
import { LockIcon, RetryIcon, UnlockIcon } from './icons.tsx';
import { RenewDialog } from './renew-dialog.tsx';

interface RoomMenuProps {
  readonly locked: boolean;
  readonly members: readonly MemberView[];
}

/** What anybody in it can do with the room itself. */
export function RoomMenu({ locked, members }: RoomMenuProps): JSX.Element {
  const [renewing, setRenewing] = useState(false);
  return (
    <div class="room-menu">
      <LockButton locked={locked} />
      <button type="button" class="button small quiet" onClick={() => setRenewing(true)}>
        <RetryIcon />
        <span>{text.guard.renew}</span>
      </button>
      {renewing && <RenewDialog members={members} onClose={() => setRenewing(false)} />}
    </div>
  );
}

export function LockButton({ locked }: { locked: boolean }): JSX.Element {
  const ui = useUi();
  return (
    <button
      type="button"
      class="button small quiet"
      onClick={() => void attempt(ui, () => ui.actions.lockRoom(!locked))}
    >
      {locked ? <UnlockIcon /> : <LockIcon />}
      <span>{locked ? text.guard.unlock : text.guard.lock}</span>
    </button>
  );
}
