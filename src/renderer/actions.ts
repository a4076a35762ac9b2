import type { Bridge, SourceSummary } from '../shared/bridge.ts';
import type { PageFiles } from './bridge/page-files.ts';
import type { Meeting } from './meeting.ts';
import type { Actions } from './ui/model.ts';

/** What a person can do: calls to main, and, of who is let in, words to the room. */
export function createActions(
  bridge: Bridge & PageFiles,
  meeting: Pick<Meeting, 'room'>,
  takeOver: () => Promise<void>,
): Actions {
  async function offer(source: SourceSummary | null, to: readonly string[]): Promise<void> {
    // Files of an earlier offer, held again after a reload: its transfers go on by themselves.
    if (!source || source.again) return;
    await bridge.call('offer', { source: source.id, sessions: [...to] });
  }

  return {
    createRoom: () => ignoreResult(bridge.call('roomCreate', {})),
    joinRoom: (code) => ignoreResult(bridge.call('roomJoin', { code })),
    leaveRoom: () => ignoreResult(bridge.call('roomLeave', {})),
    lockRoom: async (locked) => meeting.room?.lock(locked),
    removePerson: async (session) => meeting.room?.remove(session),
    letBackIn: async (key) => meeting.room?.letBack(key),
    async renewCode(sessions) {
      const { code } = await bridge.call('codeCreate', {});
      // Before the goodbye that follows it on the same links.
      meeting.room?.renew(code, sessions);
      await bridge.call('roomMove', { code });
    },
    async goAlong({ key, code }) {
      await bridge.call('roomMove', { code });
      meeting.room?.answered(key);
    },
    stayHere: async ({ key }) => meeting.room?.answered(key),
    sendDropped: async (data, to) => offer(await bridge.fromDrop(data), to),
    pickAndSend: async (kind, to) => offer(await bridge.call('filesPick', { kind }), to),
    pickInput: async (files, to) => offer(await bridge.fromInput(files), to),
    withdraw: (source) => ignoreResult(bridge.call('withdraw', { source })),
    contents: (id, folder, after) => bridge.call('transferContents', { id, folder, after }),
    answer: (id, accept) => ignoreResult(bridge.call('transferAnswer', { id, accept })),
    pause: (id) => ignoreResult(bridge.call('transferPause', { id })),
    resume: (id) => ignoreResult(bridge.call('transferResume', { id })),
    cancel: (id) => ignoreResult(bridge.call('transferCancel', { id })),
    show: (id) => ignoreResult(bridge.call('transferShow', { id })),
    forget: (id) => ignoreResult(bridge.call('transferForget', { id })),
    personWords: async (key) => (await bridge.call('personWords', { key })).words,
    know: (key, name) => ignoreResult(bridge.call('personKnow', { key, name })),
    unknow: (key) => ignoreResult(bridge.call('personForget', { key })),
    updateSettings: (change) => ignoreResult(bridge.call('settingsUpdate', change)),
    pickDownloads: () => ignoreResult(bridge.call('downloadsPick', {})),
    takeOver,
  };
}

async function ignoreResult(call: Promise<unknown>): Promise<void> {
  await call;
}
