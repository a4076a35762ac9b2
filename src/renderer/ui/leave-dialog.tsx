import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import { Modal } from './modal.tsx';

interface LeaveDialogProps {
  /** Transfers that would stop. */
  readonly moving: number;
  stay(): void;
  leave(): void;
}

export function LeaveDialog({ moving, stay, leave }: LeaveDialogProps): JSX.Element {
  return (
    <Modal class="question" labelledBy="leave-heading" onClose={stay}>
      <h2 id="leave-heading">{text.leave.title}</h2>
      <p>{text.leave.detail(moving)}</p>
      <div class="modal-actions">
        <button type="button" class="button" onClick={stay}>
          {text.leave.stay}
        </button>
        <button type="button" class="button danger" onClick={leave}>
          {text.leave.leave}
        </button>
      </div>
    </Modal>
  );
}
