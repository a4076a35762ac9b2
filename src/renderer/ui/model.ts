import type { AppState, CallInput } from '../../shared/bridge.ts';
import { type GuardView, openGuardView, type RenewalView } from '../../shared/room-guard.ts';
import type { Sentence } from '../../shared/text.ts';
import type { ContentsPage, FolderRef, NetworkView, TransferView } from '../../shared/views.ts';

/** All that the screen shows. Snapshots are replaced, never changed in place: what is the same object is not drawn again. */
export interface Model {
  /** Null until main has answered for the first time. */
  readonly app: AppState | null;
  readonly connectedToMain: boolean;
  /** Another page has taken over; this one must not act any more. */
  readonly detached: boolean;
  readonly network: NetworkView;
  /** Whom the room lets in, and who moves on from it. */
  readonly guard: GuardView;
  /** In the order they were offered, oldest first. */
  readonly transfers: readonly TransferView[];
  readonly notices: readonly Notice[];
}

/** Something a person should read once. */
export interface Notice extends Sentence {
  readonly id: number;
}

export type SettingsChange = CallInput<'settingsUpdate'>;

/**
 * What a person can do. Everything rejects with a `ReasonError` that the screen then shows.
 * `to` lists sessions; empty: everyone here and everyone who comes.
 */
export interface Actions {
  createRoom(): Promise<void>;
  joinRoom(code: string): Promise<void>;
  leaveRoom(): Promise<void>;
  /** For everybody in the room. */
  lockRoom(locked: boolean): Promise<void>;
  /** No link with them any more; only this side is concerned. */
  removePerson(session: string): Promise<void>;
  letBackIn(key: string): Promise<void>;
  /** Moves on to a room with a new code, and asks these people along. */
  renewCode(sessions: readonly string[]): Promise<void>;
  goAlong(renewal: RenewalView): Promise<void>;
  stayHere(renewal: RenewalView): Promise<void>;
  /** Must read `data` before it returns: it is empty once the drop event is over. */
  sendDropped(data: DataTransfer, to: readonly string[]): Promise<void>;
  /** With main's own dialogs (`host.dialogs`). */
  pickAndSend(kind: 'files' | 'folder', to: readonly string[]): Promise<void>;
  /** Without them: what `<input type="file">` gave. */
  pickInput(files: readonly File[], to: readonly string[]): Promise<void>;
  /** Takes back what is offered to everyone. */
  withdraw(source: string): Promise<void>;
  /** One page of what lies in a folder of a transfer, behind the given entry. */
  contents(id: string, folder: FolderRef | null, after: number | null): Promise<ContentsPage>;
  answer(id: string, accept: boolean): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  cancel(id: string): Promise<void>;
  show(id: string): Promise<void>;
  forget(id: string): Promise<void>;
  /** The six words of a key. */
  personWords(key: string): Promise<readonly string[]>;
  /** Their words were compared: this key is known from now on, by the name it has now. */
  know(key: string, name: string): Promise<void>;
  unknow(key: string): Promise<void>;
  updateSettings(change: SettingsChange): Promise<void>;
  pickDownloads(): Promise<void>;
  /** Makes this page the one of the app again after `detached`. */
  takeOver(): Promise<void>;
}

export interface Store {
  get(): Model;
  /** Replaces the named parts and tells every listener, at once. */
  set(change: Partial<Model>): void;
  /** Returns the function that ends it. */
  subscribe(listener: () => void): () => void;
}

export const emptyModel: Model = {
  app: null,
  connectedToMain: true,
  detached: false,
  network: { brokers: [], members: [], trouble: null },
  guard: openGuardView,
  transfers: [],
  notices: [],
};

export function createStore(initial: Model = emptyModel): Store {
  let model = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => model,
    set(change) {
      model = { ...model, ...change };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Shown at once; older ones make way. */
const noticesKept = 4;

/** Adds a notice; the same sentence is not said twice at a time. */
export function notify(store: Store, sentence: Sentence): void {
  const others = store.get().notices.filter((notice) => notice.title !== sentence.title);
  const id = Math.max(0, ...store.get().notices.map((notice) => notice.id)) + 1;
  store.set({ notices: [...others, { ...sentence, id }].slice(-noticesKept) });
}

export function dismiss(store: Store, id: number): void {
  store.set({ notices: store.get().notices.filter((notice) => notice.id !== id) });
}
