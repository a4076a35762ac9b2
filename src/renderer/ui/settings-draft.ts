import type { IceServer, SettingsView } from '../../shared/bridge.ts';
import type { SettingsChange } from './model.ts';

/** One line of a list; the key keeps its field while others come and go. */
export interface Line<T> {
  readonly key: number;
  readonly value: T;
}

/** What stands in the form. */
export interface SettingsDraft {
  readonly name: string;
  readonly downloads: string;
  readonly accept: SettingsView['accept'];
  readonly direct: boolean;
  readonly relayOnly: boolean;
  readonly hideLocalAddresses: boolean;
  readonly brokers: readonly Line<string>[];
  readonly iceServers: readonly Line<Required<IceServer>>[];
}

/** What each part of the form gets. */
export interface SettingProps {
  readonly draft: SettingsDraft;
  change(part: Partial<SettingsDraft>): void;
}

function lines<T>(values: readonly T[]): Line<T>[] {
  return values.map((value, key) => ({ key, value }));
}

/** What is on or off. */
export const switches = ['direct', 'relayOnly', 'hideLocalAddresses'] as const;

export function draftOf(settings: SettingsView): SettingsDraft {
  return {
    name: settings.name,
    downloads: settings.downloads,
    accept: settings.accept,
    direct: settings.direct,
    relayOnly: settings.relayOnly,
    hideLocalAddresses: settings.hideLocalAddresses,
    brokers: lines(settings.brokers),
    iceServers: lines(
      settings.iceServers.map(({ urls, username = '', credential = '' }) => ({ urls, username, credential })),
    ),
  };
}

export function withLine<T>(list: readonly Line<T>[], value: T): readonly Line<T>[] {
  return [...list, { key: Math.max(-1, ...list.map((line) => line.key)) + 1, value }];
}

export function withValue<T>(list: readonly Line<T>[], key: number, value: T): readonly Line<T>[] {
  return list.map((line) => (line.key === key ? { key, value } : line));
}

export function withoutLine<T>(list: readonly Line<T>[], key: number): readonly Line<T>[] {
  return list.filter((line) => line.key !== key);
}

function brokersOf(draft: SettingsDraft): string[] {
  return draft.brokers.map(({ value }) => value.trim()).filter((url) => url !== '');
}

function iceServersOf(draft: SettingsDraft): IceServer[] {
  return draft.iceServers
    .map(({ value: { urls, username, credential } }) => ({
      urls: urls.trim(),
      ...(username === '' ? {} : { username }),
      ...(credential === '' ? {} : { credential }),
    }))
    .filter(({ urls }) => urls !== '');
}

/**
 * Only what a person changed: a settings file that another window wrote meanwhile keeps the rest.
 * @param downloads whether the folder is typed here; otherwise main's dialog has set it
 */
export function changeOf(
  settings: SettingsView,
  draft: SettingsDraft,
  { downloads }: { downloads: boolean },
): SettingsChange {
  const before = draftOf(settings);
  const change: SettingsChange = {};
  if (draft.name.trim() !== settings.name) change.name = draft.name.trim();
  if (draft.accept !== settings.accept) change.accept = draft.accept;
  if (downloads && draft.downloads.trim() !== settings.downloads) change.downloads = draft.downloads.trim();
  for (const each of switches) if (draft[each] !== settings[each]) change[each] = draft[each];
  const brokers = brokersOf(draft);
  if (JSON.stringify(brokers) !== JSON.stringify(brokersOf(before))) change.brokers = brokers;
  const iceServers = iceServersOf(draft);
  if (JSON.stringify(iceServers) !== JSON.stringify(iceServersOf(before))) change.iceServers = iceServers;
  return change;
}
