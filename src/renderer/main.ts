// simple-peer's streams want process.nextTick, so this import comes first.
import './process-shim.ts';
import type { AppState } from '../shared/bridge.ts';
import { reasonOf } from '../shared/reasons.ts';
import { reasonText } from '../shared/text.ts';
import type { NetworkView, TransferView } from '../shared/views.ts';
import { createActions } from './actions.ts';
import { createBrowserBridge } from './bridge/browser.ts';
import { createElectronBridge } from './bridge/electron.ts';
import { createMeeting } from './meeting.ts';
import { createPageWorld } from './page-world.ts';
import { createStore, notify } from './ui/model.ts';
import { mountUi } from './ui/mount.tsx';

const bridge = window.roomdropBridge ? createElectronBridge(window.roomdropBridge) : await createBrowserBridge();
const store = createStore();
const meeting = createMeeting(bridge, createPageWorld(), {
  onNetwork: showNetwork,
  onGuardView: (guard) => store.set({ guard }),
});

function showNetwork(network: NetworkView): void {
  store.set({ network });
  const { connectedToMain, detached } = store.get();
  if (connectedToMain && !detached) bridge.call('networkReport', network).catch(showError);
}

function showError(error: unknown): void {
  notify(store, reasonText(reasonOf(error)));
}

/** Shows a changed part of main's state, and follows it into the room. */
function change(part: Partial<AppState>): void {
  const { app } = store.get();
  if (!app) return;
  const next = { ...app, ...part };
  store.set({ app: next });
  meeting.follow(next);
}

async function attach(takeOver: boolean): Promise<void> {
  try {
    const app = await bridge.call('attach', { takeOver });
    store.set({ app, transfers: app.transfers, connectedToMain: true, detached: false });
    meeting.follow(app);
  } catch (error) {
    if (reasonOf(error).code === 'room-open-elsewhere') store.set({ detached: true });
    else showError(error);
  }
}

function leave(): void {
  const { app } = store.get();
  if (app) meeting.follow({ ...app, room: null });
}

function upsert(transfers: readonly TransferView[], transfer: TransferView): TransferView[] {
  const known = transfers.some((each) => each.id === transfer.id);
  return known ? transfers.map((each) => (each.id === transfer.id ? transfer : each)) : [...transfers, transfer];
}

bridge.on('room', ({ room, guard }) => change({ room, guard }));
bridge.on('standing', ({ sources }) => change({ standing: sources }));
bridge.on('settings', change);
bridge.on('lanes', change);
bridge.on('transfer', ({ transfer }) => store.set({ transfers: upsert(store.get().transfers, transfer) }));
bridge.on('transferGone', ({ id }) => {
  store.set({ transfers: store.get().transfers.filter((each) => each.id !== id) });
});
bridge.on('known', ({ people }) => change({ known: people }));
bridge.on('notice', ({ reason }) => notify(store, reasonText(reason)));
bridge.on('detached', () => {
  store.set({ detached: true });
  leave();
});
bridge.on('ending', () => {
  meeting
    .leave()
    .then(() => bridge.call('ended', {}))
    // Main ends with or without it.
    .catch(() => undefined);
});
bridge.onConnection((connected) => {
  if (connected) {
    if (!store.get().detached) attach(false);
    return;
  }
  store.set({ connectedToMain: false });
  leave();
});

const root = document.getElementById('app');
if (root)
  mountUi(
    root,
    store,
    createActions(bridge, meeting, () => attach(true)),
  );
await attach(false);
