import type { ComponentChildren, JSX } from 'preact';

/** One drawing style for all: 24 units, round strokes, the color of the text around. Decorative; labels say it in words. */
function Icon({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const CopyIcon = (): JSX.Element => (
  <Icon>
    <rect x="9" y="9" width="11" height="11" rx="2.5" />
    <path d="M15 9V6.5A2.5 2.5 0 0 0 12.5 4h-6A2.5 2.5 0 0 0 4 6.5v6A2.5 2.5 0 0 0 6.5 15H9" />
  </Icon>
);

export const CheckIcon = (): JSX.Element => (
  <Icon>
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Icon>
);

export const CloseIcon = (): JSX.Element => (
  <Icon>
    <path d="m6.5 6.5 11 11M17.5 6.5l-11 11" />
  </Icon>
);

export const PauseIcon = (): JSX.Element => (
  <Icon>
    <path d="M9 6v12M15 6v12" stroke-width="2.5" />
  </Icon>
);

export const ResumeIcon = (): JSX.Element => (
  <Icon>
    <path d="M8.5 6.3v11.4a.6.6 0 0 0 .92.5l8.8-5.7a.6.6 0 0 0 0-1L9.42 5.8a.6.6 0 0 0-.92.5Z" fill="currentColor" />
  </Icon>
);

export const RetryIcon = (): JSX.Element => (
  <Icon>
    <path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.5 4v4h-4" />
  </Icon>
);

export const FolderIcon = (): JSX.Element => (
  <Icon>
    <path d="M3.5 8A2.5 2.5 0 0 1 6 5.5h3.3a2 2 0 0 1 1.5.7l1 1.1H18A2.5 2.5 0 0 1 20.5 9.8v6.7A2.5 2.5 0 0 1 18 19H6a2.5 2.5 0 0 1-2.5-2.5Z" />
  </Icon>
);

export const FilesIcon = (): JSX.Element => (
  <Icon>
    <path d="M13.5 3.5H7.5A2.5 2.5 0 0 0 5 6v12a2.5 2.5 0 0 0 2.5 2.5h9A2.5 2.5 0 0 0 19 18V9ZM13.5 3.5V7a2 2 0 0 0 2 2H19" />
  </Icon>
);

export const GearIcon = (): JSX.Element => (
  <Icon>
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
    <circle cx="15" cy="7" r="2.2" />
    <circle cx="9" cy="17" r="2.2" />
  </Icon>
);

export const LeaveIcon = (): JSX.Element => (
  <Icon>
    <path d="M13.5 4.5h-6A2.5 2.5 0 0 0 5 7v10a2.5 2.5 0 0 0 2.5 2.5h6M10.5 12H20M16.5 8.5 20 12l-3.5 3.5" />
  </Icon>
);

export const PeopleIcon = (): JSX.Element => (
  <Icon>
    <circle cx="9" cy="8.5" r="3.2" />
    <path d="M3 19c.5-3.2 2.9-5 6-5s5.5 1.8 6 5M15.5 5.7a3.2 3.2 0 0 1 0 5.6M17.5 14.4c2 .7 3.2 2.3 3.5 4.6" />
  </Icon>
);

export const DownIcon = (): JSX.Element => (
  <Icon>
    <path d="M12 5v14M6.5 13.5 12 19l5.5-5.5" />
  </Icon>
);

export const UpIcon = (): JSX.Element => (
  <Icon>
    <path d="M12 19V5M6.5 10.5 12 5l5.5 5.5" />
  </Icon>
);

export const AlertIcon = (): JSX.Element => (
  <Icon>
    <path d="M12 9v4.5M12 16.8v.1" />
    <path d="M10.27 4.5 3.2 16.7A2 2 0 0 0 4.93 19.7h14.14a2 2 0 0 0 1.73-3L13.73 4.5a2 2 0 0 0-3.46 0Z" />
  </Icon>
);

export const PlusIcon = (): JSX.Element => (
  <Icon>
    <path d="M12 5.5v13M5.5 12h13" />
  </Icon>
);

export const ArrowIcon = (): JSX.Element => (
  <Icon>
    <path d="M5 12h14M13 6l6 6-6 6" />
  </Icon>
);

export const ChevronIcon = (): JSX.Element => (
  <Icon>
    <path d="m9.5 6.5 5.5 5.5-5.5 5.5" />
  </Icon>
);

export const PlugIcon = (): JSX.Element => (
  <Icon>
    <path d="M9 3.5V8M15 3.5V8M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0ZM12 17v3.5" />
  </Icon>
);

export const TabsIcon = (): JSX.Element => (
  <Icon>
    <rect x="8" y="8" width="12.5" height="12" rx="2.5" />
    <path d="M8 16H6a2.5 2.5 0 0 1-2.5-2.5v-7A2.5 2.5 0 0 1 6 4h7.5A2.5 2.5 0 0 1 16 6.5V8" />
  </Icon>
);

export const LockIcon = (): JSX.Element => (
  <Icon>
    <rect x="5.5" y="10.5" width="13" height="9.5" rx="2.5" />
    <path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />
  </Icon>
);

export const UnlockIcon = (): JSX.Element => (
  <Icon>
    <rect x="5.5" y="10.5" width="13" height="9.5" rx="2.5" />
    <path d="M8.5 10.5V8a3.5 3.5 0 0 1 6.8-1.2" />
  </Icon>
);
