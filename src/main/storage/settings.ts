import { join } from 'node:path';
import * as v from 'valibot';
import { type IceServer, iceServerSchema, linkSettings } from '../../shared/bridge.ts';
import { peerNameSchema } from '../../shared/protocol/peer-name.ts';
import { defaultBrokers, defaultIceServers } from '../addresses.ts';
import { guessedName } from '../guessed-name.ts';
import { createOneAtATime } from '../one-at-a-time.ts';
import { openJsonFile } from './json-file.ts';

const storedSchema = v.partial(
  v.object({
    name: peerNameSchema,
    /** Absolute path. */
    downloads: v.string(),
    brokers: v.array(v.string()),
    iceServers: v.array(iceServerSchema),
    accept: v.picklist(['ask', 'all']),
    ...linkSettings,
  }),
);

export type StoredSettings = v.InferOutput<typeof storedSchema>;

export interface Settings {
  name: string;
  downloads: string;
  brokers: readonly string[];
  iceServers: readonly IceServer[];
  accept: 'ask' | 'all';
  direct: boolean;
  relayOnly: boolean;
  hideLocalAddresses: boolean;
}

export interface SettingsStore {
  readonly current: Settings;
  /** Writes the change before it counts. */
  update(change: StoredSettings): Promise<void>;
}

/**
 * Settings of this installation. What the command line gives stands above what is stored, for this run only, until the
 * person changes the same thing.
 */
export async function openSettings(
  dataDir: string,
  defaultDownloads: string,
  commandLine: StoredSettings,
): Promise<SettingsStore> {
  const file = openJsonFile(join(dataDir, 'settings.json'), storedSchema);
  const defaults: Settings = {
    name: guessedName(),
    downloads: defaultDownloads,
    brokers: defaultBrokers,
    iceServers: defaultIceServers,
    accept: 'ask',
    direct: true,
    relayOnly: false,
    hideLocalAddresses: false,
  };
  let stored = (await file.read()) ?? {};
  let above = commandLine;
  // Or the second would write over what the first has changed.
  const oneAtATime = createOneAtATime();

  async function write(change: StoredSettings): Promise<void> {
    const next = { ...stored, ...change };
    await file.write(next);
    stored = next;
    above = Object.fromEntries(Object.entries(above).filter(([key]) => !(key in change)));
  }

  return {
    get current() {
      return { ...defaults, ...stored, ...above };
    },
    update: (change) => oneAtATime(() => write(change)),
  };
}
