import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { GuardView } from '../../shared/room-guard.ts';
import { text } from '../../shared/text.ts';
import { Avatar } from './avatar.tsx';
import { CodeCard } from './code-card.tsx';
import { useUi } from './context.ts';
import { LockNote } from './lock-note.tsx';
import { LockButton } from './room-menu.tsx';
import { SendButtons } from './send-buttons.tsx';

interface WaitingProps {
  readonly code: string;
  readonly name: string;
  /** The own installation key, for the color that others see. */
  readonly identity: string;
  readonly online: boolean;
  readonly guard: GuardView;
}

/** Nobody else is here: the code is all that matters. */
export function Waiting({ code, name, identity, online, guard }: WaitingProps): JSX.Element {
  return (
    <section class="waiting" aria-labelledby="waiting-heading">
      <div class="rings" data-online={online} aria-hidden="true">
        <span class="ring" />
        <span class="ring" />
        <span class="ring" />
        <Avatar name={name} identity={identity} />
      </div>
      <h1 id="waiting-heading" data-other={online ? text.waiting.titleOffline : text.waiting.title}>
        <span>{online ? text.waiting.title : text.waiting.titleOffline}</span>
      </h1>
      <p class="waiting-share">{text.waiting.share}</p>
      <CodeCard code={code} large />
      {guard.locked && (
        <>
          <LockNote guard={guard} />
          <LockButton locked />
        </>
      )}
      {online && <AloneHint />}
      <div class="drop-zone">
        <div>
          <h2 class="drop-zone-title">{text.waiting.drop}</h2>
          <p class="hint">{text.waiting.dropDetail}</p>
        </div>
        <SendButtons to={[]} labels={{ files: text.send.chooseFiles, folder: text.send.chooseFolder }} />
      </div>
    </section>
  );
}

/** After a while alone: what to compare. */
function AloneHint(): JSX.Element | null {
  const { aloneHintAfterMs } = useUi();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), aloneHintAfterMs);
    return () => clearTimeout(timer);
  }, [aloneHintAfterMs]);
  return (
    <div class="alone-hint" role="status" hidden={!long}>
      {long && (
        <>
          <h2>{text.waiting.stillAlone}</h2>
          <ul>
            <li>{text.waiting.checkCode}</li>
            <li>{text.waiting.checkApp}</li>
            <li>{text.waiting.checkNetwork}</li>
          </ul>
        </>
      )}
    </div>
  );
}
