import type { JSX } from 'preact';
import type { AppState } from '../../shared/bridge.ts';
import { displayName } from '../../shared/format.ts';
import { text } from '../../shared/text.ts';
import type { NetworkView } from '../../shared/views.ts';
import { Avatar } from './avatar.tsx';
import { Mark } from './brand.tsx';
import { GearIcon, LeaveIcon } from './icons.tsx';
import { StatusPill } from './status.tsx';

interface HeaderProps {
  readonly app: AppState;
  /** One's own name as others see it. */
  readonly own: string;
  readonly network: NetworkView;
  openSettings(): void;
  leave(): void;
}

export function Header({ app, own, network, openSettings, leave }: HeaderProps): JSX.Element {
  return (
    <header class="header">
      <p class="brand">
        <Mark />
        <span>{text.brand.name}</span>
      </p>
      <div class="header-tools">
        {app.room && <StatusPill brokers={network.brokers} />}
        {app.room && (
          <button type="button" class="self" title={text.room.you(own)} onClick={openSettings}>
            <Avatar name={own} identity={app.key} />
            <bdi class="self-name" aria-hidden="true">
              {displayName(own)}
            </bdi>
            <span class="visually-hidden">{text.room.you(own)}</span>
          </button>
        )}
        <button
          type="button"
          class="button icon-only quiet"
          aria-label={text.room.settings}
          title={text.room.settings}
          onClick={openSettings}
        >
          <GearIcon />
        </button>
        {app.room && (
          <button type="button" class="button small leave" aria-label={text.room.leave} onClick={leave}>
            <LeaveIcon />
            <span>{text.room.leave}</span>
          </button>
        )}
      </div>
    </header>
  );
}
