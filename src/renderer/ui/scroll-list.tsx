import type { ComponentChildren, JSX } from 'preact';

interface ScrollListProps {
  readonly label: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A list in a frame of its own that scrolls when it is long. */
export function ScrollList({ label, class: name = '', children }: ScrollListProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard, too.
    <section class={`file-list ${name}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
