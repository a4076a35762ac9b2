import { render } from 'preact';
import { listFolder } from '../../../src/main/transfer/contents.ts';
import type { Actions, Store } from '../../../src/renderer/ui/model.ts';
import { createStore } from '../../../src/renderer/ui/model.ts';
import { mountUi } from '../../../src/renderer/ui/mount.tsx';
import { type ReasonCode, ReasonError } from '../../../src/shared/reasons.ts';
import { storyContents } from './contents.ts';
import { ownWords, theirWords } from './people.ts';
import { type Story, stories } from './stories.ts';

declare global {
  interface Window {
    /** The screen's state, for tests to change. */
    store: Store;
    /** What a person did, as the actions were called. */
    asked: unknown[][];
    /** The next action fails with this. */
    refuseNext: ReasonCode | null;
    /** Tells another story from its beginning, in the same document. */
    tell(story: string): void;
  }
}

/** Actions that only note that they were called. */
async function note(...call: unknown[]): Promise<void> {
  window.asked.push(call);
  const reason = window.refuseNext;
  window.refuseNext = null;
  if (reason) throw new ReasonError(reason);
}

const actions: Actions = {
  createRoom: () => note('createRoom'),
  joinRoom: (code) => note('joinRoom', code),
  leaveRoom: () => note('leaveRoom'),
  lockRoom: (locked) => note('lockRoom', locked),
  removePerson: (session) => note('removePerson', session),
  letBackIn: (key) => note('letBackIn', key),
  renewCode: (sessions) => note('renewCode', sessions),
  goAlong: (renewal) => note('goAlong', renewal.code),
  stayHere: (renewal) => note('stayHere', renewal.key),
  sendDropped: (data, to) =>
    note(
      'sendDropped',
      [...data.files].map((file) => file.name),
      to,
    ),
  pickAndSend: (kind, to) => note('pickAndSend', kind, to),
  pickInput: (files, to) =>
    note(
      'pickInput',
      files.map((file) => file.name),
      to,
    ),
  withdraw: (source) => note('withdraw', source),
  async contents(id, folder, after) {
    await note('contents', id, folder, after);
    const contents = storyContents.get(id);
    if (!contents) throw new ReasonError('transfer-unknown');
    return listFolder(contents, folder, after, async () => undefined);
  },
  answer: (id, accept) => note('answer', id, accept),
  pause: (id) => note('pause', id),
  resume: (id) => note('resume', id),
  cancel: (id) => note('cancel', id),
  show: (id) => note('show', id),
  forget: (id) => note('forget', id),
  async personWords(key) {
    await note('personWords', key);
    return key === 'own-key' ? ownWords : theirWords;
  },
  know: (key, name) => note('know', key, name),
  unknow: (key) => note('unknow', key),
  updateSettings: (change) => note('updateSettings', change),
  pickDownloads: () => note('pickDownloads'),
  takeOver: () => note('takeOver'),
};

const named = new Map<string, Story>(Object.entries(stories));
const root = document.getElementById('app');

window.tell = (name) => {
  const story = named.get(name);
  if (!story || !root) throw new Error(`Ask with ?story= for one of ${[...named.keys()].join(', ')}.`);
  window.asked = [];
  window.refuseNext = null;
  render(null, root);
  window.scrollTo(0, 0);
  window.store = createStore(story.model);
  mountUi(root, window.store, actions, { aloneHintAfterMs: story.aloneHintAfterMs });
};
window.tell(new URLSearchParams(location.search).get('story') ?? '');
