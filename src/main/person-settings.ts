import { homedir } from 'node:os';
import { isAbsolute, sep } from 'node:path';
import type { SettingsView } from '../shared/bridge.ts';
import { ReasonError } from '../shared/reasons.ts';
import { parseBrokerUrl, readIceServer } from './addresses.ts';
import { isUsableFolder } from './files/usable-folder.ts';
import type { Settings, SettingsStore, StoredSettings } from './storage/settings.ts';

/** The settings as a person sees and changes them. */
export interface PersonSettings {
  readonly view: SettingsView;
  /** Absolute path of the downloads folder. */
  readonly downloads: string;
  /** Rejects with `setting-invalid`, before anything is changed. */
  change(change: StoredSettings): Promise<SettingsView>;
}

export function createPersonSettings(store: SettingsStore, onChange: (view: SettingsView) => void): PersonSettings {
  function view(): SettingsView {
    const { downloads, brokers, iceServers, ...rest } = store.current;
    return { ...rest, downloads: folderLabel(downloads), brokers: [...brokers], iceServers: [...iceServers] };
  }

  return {
    get view() {
      return view();
    },
    get downloads() {
      return store.current.downloads;
    },
    async change(change) {
      await store.update(await checked(change));
      onChange(view());
      return view();
    },
  };
}

/** A direct lane tells and uses this computer's own addresses: whoever hides some, or goes by relays only, has none. */
export function mayDirect(settings: Pick<Settings, 'direct' | 'relayOnly' | 'hideLocalAddresses'>): boolean {
  const { direct, relayOnly, hideLocalAddresses } = settings;
  return direct && !relayOnly && !hideLocalAddresses;
}

/** A folder as a person knows it: `~/Downloads`. */
export function folderLabel(path: string): string {
  const home = homedir();
  return path === home || path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

async function checked(change: StoredSettings): Promise<StoredSettings> {
  for (const url of change.brokers ?? []) {
    if (!parseBrokerUrl(url)) throw new ReasonError('setting-invalid', { setting: 'brokers', value: url });
  }
  const iceServers = change.iceServers?.map((server) => {
    const read = readIceServer(server);
    if (!read) throw new ReasonError('setting-invalid', { setting: 'iceServers', value: server.urls });
    return read;
  });
  const { downloads } = change;
  if (downloads !== undefined && !(isAbsolute(downloads) && (await isUsableFolder(downloads)))) {
    throw new ReasonError('setting-invalid', { setting: 'downloads', value: downloads });
  }
  return iceServers ? { ...change, iceServers } : change;
}
