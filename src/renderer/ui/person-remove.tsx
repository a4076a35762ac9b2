import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { text } from '../../shared/text.ts';
import type { MemberView } from '../../shared/views.ts';
import { attempt, useUi } from './context.ts';
import { Modal } from './modal.tsx';

/** Ends this side's connection with somebody, once that has been confirmed. Before the key is proven, only its place. */
export function PersonRemove({ member }: { member: MemberView }): JSX.Element | null {
  const { session, name } = member;
  const ui = useUi();
  const words = text.guard;
  const [asking, setAsking] = useState(false);
  const close = (): void => setAsking(false);
  const remove = (): void => {
    close();
    void attempt(ui, () => ui.actions.removePerson(session));
  };
  if (member.key === null) {
    if (member.reason) return null;
    return (
      <span class="button small quiet person-remove reserved" aria-hidden="true">
        {words.remove}
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        class="button small quiet person-remove"
        aria-label={words.removeLabel(name)}
        onClick={() => setAsking(true)}
      >
        {words.remove}
      </button>
      {asking && (
        <Modal class="question" labelledBy="remove-heading" onClose={close}>
          <h2 id="remove-heading">{words.removeTitle(name)}</h2>
          <p>{words.removeDetail}</p>
          <div class="modal-actions">
            <button type="button" class="button" onClick={close}>
              {words.cancel}
            </button>
            <button type="button" class="button danger" onClick={remove}>
              {words.removeConfirm}
            </button>
          </div>
        </Modal>
      )}
    </>
  );
}
