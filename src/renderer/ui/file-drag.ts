import { useEffect, useRef, useState } from 'preact/hooks';

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

function targetOf(event: DragEvent): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-drop]') : null;
}

/**
 * Follows files dragged over the window; true while there are some. The element with `data-drop` under them gets
 * `data-over`. The browser's own answer to a drop, to leave the page and open the file, is never given.
 * @param onDrop must read the data before it returns; `over` is the `data-drop` it fell on, or null
 */
export function useFileDrag(onDrop: (data: DataTransfer, over: string | null) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useEffect(() => {
    let over: HTMLElement | null = null;
    const mark = (element: HTMLElement | null): void => {
      if (element === over) return;
      over?.removeAttribute('data-over');
      element?.setAttribute('data-over', '');
      over = element;
    };
    const end = (): void => {
      mark(null);
      setDragging(false);
    };
    const onOver = (event: DragEvent): void => {
      if (!carriesFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      mark(targetOf(event));
      setDragging(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) end();
    };
    const onDropped = (event: DragEvent): void => {
      if (!carriesFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      const target = targetOf(event)?.dataset.drop ?? null;
      end();
      latest.current(event.dataTransfer, target);
    };
    addEventListener('dragenter', onOver);
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDropped);
    return () => {
      removeEventListener('dragenter', onOver);
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDropped);
      mark(null);
    };
  }, []);
  return dragging;
}
