import { emptyModel, type Model } from '../../src/renderer/ui/model.ts';
import type { AppState } from '../../src/shared/bridge.ts';
import { openGuard } from '../../src/shared/room-guard.ts';
import type { MemberView, TransferView } from '../../src/shared/views.ts';

/** Views with only what a test is about. */

export function transferView(part: Partial<TransferView> = {}): TransferView {
  return {
    id: 'id',
    direction: 'out',
    peer: { key: 'key', session: 'session', name: 'Bo' },
    state: 'running',
    title: 'photos',
    topLevelEntries: 1,
    files: 10,
    folders: 1,
    bytes: 0,
    total: 100,
    filesDone: 0,
    rate: 0,
    filesRate: 0,
    secondsLeft: null,
    pausedByMe: false,
    pausedByPeer: false,
    reason: null,
    failedCount: 0,
    failed: [],
    folder: null,
    place: null,
    freeBytes: null,
    ...part,
  };
}

export function memberView(part: Partial<MemberView> = {}): MemberView {
  return {
    session: 'session',
    name: 'Bo',
    key: 'key',
    state: 'connected',
    path: 'local',
    roundTripMs: 3,
    reason: null,
    ...part,
  };
}

export const appState: AppState = {
  version: '0.1.0',
  key: 'own-key',
  host: { kind: 'browser', dialogs: false, showInFolder: false },
  settings: {
    name: 'Ada',
    downloads: '/home/ada/Downloads',
    brokers: ['wss://one', 'wss://two'],
    iceServers: [{ urls: 'turn:example', username: 'ada', credential: 'secret' }],
    accept: 'ask',
    direct: true,
    relayOnly: false,
    hideLocalAddresses: false,
  },
  capabilities: [],
  room: null,
  guard: openGuard,
  standing: [],
  transfers: [],
  lanes: [],
  known: [],
};

export function modelWith(part: Partial<Model> = {}): Model {
  return { ...emptyModel, app: appState, ...part };
}
