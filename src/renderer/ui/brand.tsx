import type { JSX } from 'preact';

/** The mark: a drop with a door in it. The same drawing as build/icon.svg, without its tile. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        class="mark-drop"
        d="M16 2.2c.5 0 .96.22 1.27.6C20.1 6.3 27 14.1 27 19.4 27 25.3 22.1 29.8 16 29.8S5 25.3 5 19.4C5 14.1 11.9 6.3 14.73 2.8c.31-.38.77-.6 1.27-.6Z"
      />
      <path class="mark-door" d="M12 27.6v-7.2a4 4 0 0 1 8 0v7.2a9.4 9.4 0 0 1-8 0Z" />
    </svg>
  );
}
