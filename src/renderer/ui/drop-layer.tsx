import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import type { MemberView } from '../../shared/views.ts';
import { Avatar } from './avatar.tsx';
import { windowTarget } from './drop-target.ts';
import { DownIcon } from './icons.tsx';

/** What a drop would do, while files are over the window. It takes no events: the targets lie below it. */
export function DropLayer({ members }: { members: readonly MemberView[] }): JSX.Element {
  const target = windowTarget(members);
  if (target.kind === 'choose') {
    return (
      <div class="drop-hint" aria-hidden="true">
        <DownIcon />
        {text.drop.overMany}
      </div>
    );
  }
  return (
    <div class="drop-layer" aria-hidden="true">
      <div class="drop-layer-card">
        {target.kind === 'one' ? (
          <Avatar name={target.member.name} identity={target.member.key} />
        ) : (
          <span class="avatar everyone">
            <DownIcon />
          </span>
        )}
        <p>
          {target.kind === 'one' && text.drop.overOne(target.member.name)}
          {target.kind === 'nobody' && text.drop.overNobody}
          {target.kind === 'connecting' && text.drop.overConnecting}
        </p>
      </div>
    </div>
  );
}
