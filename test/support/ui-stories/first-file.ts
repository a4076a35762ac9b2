import { emptyModel, type Model } from '../../../src/renderer/ui/model.ts';
import type { LaneView, MemberView, NetworkView, TransferView } from '../../../src/shared/views.ts';
import { mira, request } from './people.ts';
import { stories } from './stories.ts';

/** What the screen goes through from the start of the app to the end of the first file, as main and page report it. */

const { app } = stories['room-alone'].model;
const lobby = app && { ...app, room: null };
const urls = app?.settings.brokers ?? [];
type BrokerState = NetworkView['brokers'][number]['state'];

function network(states: readonly BrokerState[], members: readonly MemberView[]): NetworkView {
  return {
    brokers: urls.map((url, index) => ({ url, state: states[index] ?? 'connected', reason: null })),
    members: [...members],
    trouble: null,
  };
}

const none = ['connecting', 'connecting', 'connecting'] as const;
const one = ['connected', 'connecting', 'connecting'] as const;
const all = ['connected', 'connected', 'connected'] as const;

const toMira: LaneView = { key: mira.key ?? '', kind: 'direct', roundTripMs: 3, why: null };
const dialing = { ...mira, key: null, state: 'connecting', path: null, roundTripMs: null } as const;
const justConnected = { ...mira, path: null, roundTripMs: null };
const lobbyThenRoom: readonly Partial<Model>[] = [
  emptyModel,
  { app: lobby },
  { app, network: network([], []) },
  { network: network(none, []) },
  { network: network(one, []) },
  { network: network(all, []) },
  { network: network(all, [dialing]) },
  { network: network(all, [justConnected]) },
  { network: network(all, [mira]) },
  { app: app && { ...app, lanes: [{ ...toMira, kind: 'channel', roundTripMs: null }] } },
  { app: app && { ...app, lanes: [toMira] } },
];

function through(offer: TransferView): readonly Partial<Model>[] {
  const running = { ...offer, state: 'running', freeBytes: null, rate: 9_800_000, secondsLeft: 86 } as const;
  const half = { ...running, bytes: Math.round(offer.total / 2), filesDone: Math.round(offer.files / 2) };
  const whole = { bytes: offer.total, filesDone: offer.files, rate: 0, secondsLeft: null };
  const states: readonly TransferView[] = [
    offer,
    { ...offer, state: 'accepted', freeBytes: null },
    { ...running, rate: 0, secondsLeft: null },
    running,
    half,
    { ...half, ...whole, state: 'verifying' },
    { ...half, ...whole, state: 'done' },
  ];
  return states.map((transfer) => ({ transfers: [transfer] }));
}

const sent: TransferView = { ...request, direction: 'out', folder: null, freeBytes: null };

export const firstFile = {
  sender: [...lobbyThenRoom, ...through(sent)],
  receiver: [...lobbyThenRoom, ...through(request)],
};
