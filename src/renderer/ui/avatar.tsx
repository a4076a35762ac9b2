import type { JSX } from 'preact';
import { avatarHue, initials } from './avatar-look.ts';

/** A person's color and initials. Without a proven key there is no color yet. Decorative: the name stands beside it. */
export function Avatar({ name, identity }: { name: string; identity: string | null }): JSX.Element {
  return (
    <span class="avatar" data-hue={identity === null ? 'none' : avatarHue(identity)} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
