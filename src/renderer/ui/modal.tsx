import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface ModalProps {
  readonly labelledBy: string;
  readonly class: string;
  readonly children: ComponentChildren;
  /** Escape, or a click beside it. */
  onClose(): void;
}

/** A dialog over everything. The platform keeps the focus in it and gives it back. */
export function Modal({ labelledBy, class: name, children, onClose }: ModalProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`modal ${name}`}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="modal-inside">{children}</div>
    </dialog>
  );
}
