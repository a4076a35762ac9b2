import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { displayName } from '../../shared/format.ts';
import { text } from '../../shared/text.ts';
import type { MemberView } from '../../shared/views.ts';
import { attempt, useUi } from './context.ts';
import { reachable } from './drop-target.ts';
import { Modal } from './modal.tsx';

interface RenewDialogProps {
  readonly members: readonly MemberView[];
  onClose(): void;
}

/** Who is to come along to a room with another code: everybody, but for whom one takes out. */
export function RenewDialog({ members, onClose }: RenewDialogProps): JSX.Element {
  const ui = useUi();
  const words = text.guard;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [moving, setMoving] = useState(false);
  const people = reachable(members);
  const move = async (): Promise<void> => {
    setMoving(true);
    const sessions = people.map(({ session }) => session).filter((session) => !left.has(session));
    await attempt(ui, () => ui.actions.renewCode(sessions));
    onClose();
  };
  const choose = (session: string, chosen: boolean): void => {
    const next = new Set(left);
    if (chosen) next.delete(session);
    else next.add(session);
    setLeft(next);
  };
  return (
    <Modal class="question" labelledBy="renew-heading" onClose={onClose}>
      <h2 id="renew-heading">{words.renewTitle}</h2>
      <p>{people.length > 0 ? words.renewDetail : words.renewNobody}</p>
      {people.length > 0 && (
        <fieldset class="setting chosen-people">
          <legend>{words.renewWho}</legend>
          <div class="choices">
            {people.map(({ session, name }) => (
              <label key={session} class="choice">
                <input
                  type="checkbox"
                  checked={!left.has(session)}
                  onChange={(event) => choose(session, event.currentTarget.checked)}
                />
                <bdi>{displayName(name)}</bdi>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <div class="modal-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.cancel}
        </button>
        <button type="button" class="button primary" disabled={moving} onClick={() => void move()}>
          {words.renewConfirm}
        </button>
      </div>
    </Modal>
  );
}
