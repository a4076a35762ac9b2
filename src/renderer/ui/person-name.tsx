import type { JSX } from 'preact';
import { displayName } from '../../shared/format.ts';

/** The heading of a person's card. */
export function PersonName({ id, name }: { id: string; name: string }): JSX.Element {
  return (
    <h3 id={id} class="person-name" title={displayName(name)}>
      <bdi>{displayName(name)}</bdi>
    </h3>
  );
}
