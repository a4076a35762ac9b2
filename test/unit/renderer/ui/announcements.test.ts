import { expect, test } from 'vitest';
import { announcements } from '../../../../src/renderer/ui/announcements.ts';
import type { NetworkView } from '../../../../src/shared/views.ts';
import { appState, memberView, modelWith, transferView } from '../../../support/ui-views.ts';

const network = (part: Partial<NetworkView>): NetworkView => ({ brokers: [], members: [], trouble: null, ...part });
const room = { code: 'a-b-c-d-e', topic: 'topic', sealingKey: 'key' };
const inRoom = (...members: Parameters<typeof memberView>[0][]) =>
  modelWith({ app: { ...appState, room }, network: network({ members: members.map(memberView) }) });
const withMember = (part: Parameters<typeof memberView>[0]) => inRoom(part);

test('who is connected, lost and gone', () => {
  const connecting = withMember({ state: 'connecting' });
  const connected = withMember({ state: 'connected' });
  const lost = withMember({ state: 'reconnecting' });
  expect(announcements(inRoom(), connecting)).toEqual([]);
  expect(announcements(connecting, connected)).toEqual(['Bo is connected.']);
  expect(announcements(connected, lost)).toEqual(['The connection to Bo was lost. Reconnecting.']);
  expect(announcements(lost, inRoom())).toEqual(['Bo has left.']);
  const gone = withMember({ state: 'closed', reason: { code: 'peer-left' } });
  expect(announcements(connected, gone)).toEqual(['Bo has left.']);
  expect(announcements(gone, inRoom())).toEqual([]);
  expect(announcements(gone, connected)).toEqual(['Bo is connected.']);
});

test('who reloads their page has neither left nor come', () => {
  const before = inRoom({ session: 'before', state: 'reconnecting' });
  const both = inRoom(
    { session: 'before', state: 'reconnecting' },
    { session: 'after', state: 'connecting', key: null },
  );
  const after = inRoom({ session: 'after', state: 'connected' });
  expect([...announcements(before, both), ...announcements(both, after)]).toEqual(['Bo is connected.']);
  const quick = inRoom({ session: 'before', state: 'connected' });
  expect(announcements(quick, after)).toEqual([]);
});

test('who leaves the room does not hear that the others have', () => {
  const before = inRoom({ state: 'connected' });
  expect(announcements(before, modelWith())).toEqual([]);
  expect(announcements(before, { ...inRoom(), connectedToMain: false })).toEqual([]);
  expect(announcements(before, { ...inRoom(), detached: true })).toEqual([]);
});

test('who moves on to another room does not hear that the others have left the old one', () => {
  const before = inRoom({ state: 'connected' });
  const after = modelWith({ app: { ...appState, room: { ...room, code: 'f-g-h-i-j' } }, network: network({}) });
  expect(announcements(before, after)).toEqual([]);
});

test('that the room is locked, unlocked, and left for another', () => {
  const open = inRoom();
  const locked = { ...open, guard: { locked: true, keptOut: 0, renewals: [] } };
  expect(announcements(open, locked)).toEqual(['The room is locked: nobody new can join.']);
  expect(announcements(locked, { ...locked, guard: { ...locked.guard, keptOut: 1 } })).toEqual([]);
  expect(announcements(locked, open)).toEqual(['The room is open again.']);
  const renewals = [{ key: 'key', session: 'session', name: 'Bo', code: 'f-g-h-i-j' }];
  const asked = { ...open, guard: { locked: false, keptOut: 0, renewals } };
  expect(announcements(open, asked)).toEqual(['Bo moves on to a new room and asks you along.']);
  expect(announcements(asked, asked)).toEqual([]);
});

test('who has been removed has not left', () => {
  const connected = inRoom({ state: 'connected' });
  const mine = inRoom({ state: 'closed', reason: { code: 'removed-by-me' } });
  const theirs = inRoom({ state: 'closed', reason: { code: 'removed' } });
  expect(announcements(connected, mine)).toEqual(['Bo is removed from your side.']);
  expect(announcements(connected, theirs)).toEqual(['Bo has removed you from their side.']);
});

test('a request says who, what and how much', () => {
  const request = transferView({ direction: 'in', state: 'offered', files: 3, folders: 0, total: 2_000_000 });
  expect(announcements(modelWith(), modelWith({ transfers: [request] }))).toEqual([
    'Bo wants to send you photos: 3 files, 2 MB.',
  ]);
});

test('a request for an empty folder is no request for “0 files, 0 bytes”', () => {
  const part = { direction: 'in', state: 'offered', title: 'Empty', files: 0, folders: 1, total: 0 } as const;
  expect(announcements(modelWith(), modelWith({ transfers: [transferView(part)] }))).toEqual([
    'Bo wants to send you Empty: 1 empty folder.',
  ]);
});

test('progress is not announced, ends are', () => {
  const running = transferView({ bytes: 10 });
  const before = modelWith({ transfers: [running] });
  expect(announcements(before, modelWith({ transfers: [{ ...running, bytes: 20 }] }))).toEqual([]);
  expect(announcements(before, modelWith({ transfers: [{ ...running, state: 'done' }] }))).toEqual([
    'photos was sent to Bo.',
  ]);
  expect(announcements(before, modelWith({ transfers: [{ ...running, state: 'failed' }] }))).toEqual([
    'photos: Not finished.',
  ]);
  expect(announcements(before, modelWith({ transfers: [{ ...running, state: 'interrupted' }] }))).toEqual([
    'photos: Interrupted.',
  ]);
});

test('the meeting servers as one, when the last goes and the first is back', () => {
  const down = modelWith({
    network: network({ brokers: [{ url: 'wss://x', state: 'waiting', reason: { code: 'broker-unreachable' } }] }),
  });
  const up = modelWith({ network: network({ brokers: [{ url: 'wss://x', state: 'connected', reason: null }] }) });
  expect(announcements(up, down)).toEqual(['No meeting server can be reached.']);
  expect(announcements(down, up)).toEqual(['Meeting servers are reached again.']);
});
