import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import type { MemberView } from '../../shared/views.ts';
import { Avatar } from './avatar.tsx';
import { attempt, useUi } from './context.ts';
import { PersonName } from './person-name.tsx';

/** Somebody whom this person has removed, and the way back. */
export function RemovedCard({ member }: { member: MemberView }): JSX.Element {
  const { session, name, key } = member;
  const ui = useUi();
  const id = `person-${session}`;
  return (
    <li class="card person gone" data-drop={session} data-session={session} data-state="closed" aria-labelledby={id}>
      <div class="person-head">
        <Avatar name={name} identity={key} />
        <div class="person-text">
          <PersonName id={id} name={name} />
          <p class="link-state">{text.guard.removed}</p>
        </div>
      </div>
      {key !== null && (
        <button
          type="button"
          class="button small"
          aria-label={text.guard.letBackLabel(name)}
          onClick={() => void attempt(ui, () => ui.actions.letBackIn(key))}
        >
          {text.guard.letBack}
        </button>
      )}
    </li>
  );
}
