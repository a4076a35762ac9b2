import { describe, expect, test } from 'vitest';
import {
  landedWords,
  pathWithin,
  transferControls,
  transferPercent,
  transferWords,
} from '../../../../src/renderer/ui/transfer-words.ts';
import { transferStates } from '../../../../src/shared/views.ts';
import { transferView } from '../../../support/ui-views.ts';

const host = { showInFolder: true };

describe('words', () => {
  test.each(transferStates)('%s has words in both directions', (state) => {
    for (const direction of ['in', 'out'] as const) {
      expect(transferWords(transferView({ state, direction })).state).not.toBe('');
    }
  });

  test('say who paused', () => {
    const paused = transferView({ state: 'paused' });
    expect(transferWords({ ...paused, pausedByMe: true }).state).toBe('Paused by you');
    expect(transferWords({ ...paused, pausedByPeer: true }).state).toBe('Paused by Bo');
    expect(transferWords({ ...paused, pausedByMe: true, pausedByPeer: true }).state).toBe('Paused by you and Bo');
  });

  test('say who declined and who cancelled', () => {
    expect(transferWords(transferView({ state: 'declined', direction: 'out' })).state).toBe('Bo declined');
    expect(transferWords(transferView({ state: 'declined', direction: 'in' })).state).toBe('You declined');
    const cancelled = transferView({ state: 'cancelled', reason: { code: 'cancelled-by-peer' } });
    expect(transferWords(cancelled).state).toBe('Bo cancelled');
  });

  test('add the reason where the state alone leaves a question', () => {
    const full = transferView({ state: 'paused', pausedByMe: true, reason: { code: 'disk-full' } });
    expect(transferWords(full)).toMatchObject({ state: 'Waiting', tone: 'waiting' });
    expect(transferWords(full).detail).toContain('The disk of this computer is full.');
    const away = { code: 'paused-by-peer', detail: { why: 'source-away' } } as const;
    const waits = transferWords(transferView({ state: 'paused', pausedByPeer: true, reason: away }));
    expect(waits).toMatchObject({ state: 'Waiting', tone: 'waiting' });
    expect(waits.detail).toContain('The page that held the files was closed there.');
    const byMe = transferView({ state: 'paused', pausedByMe: true, reason: { code: 'paused-by-me' } });
    expect(transferWords(byMe).detail).toBeNull();
  });

  test('an end with failed files does not look like a good one', () => {
    expect(transferWords(transferView({ state: 'done' })).tone).toBe('good');
    const reason = { code: 'some-files-failed', detail: { count: 1 } } as const;
    expect(transferWords(transferView({ state: 'done', failedCount: 1, reason }))).toEqual({
      state: 'Sent in part',
      detail: 'All the others are complete. Send the failed ones again.',
      tone: 'waiting',
    });
  });
});

describe('controls', () => {
  test('running: pause and cancel', () => {
    expect(transferControls(transferView(), host)).toEqual({
      pause: true,
      resume: null,
      cancel: 'cancel',
      show: false,
      remove: false,
    });
  });

  test('only who paused resumes; a blocked one can be tried again', () => {
    const paused = transferView({ state: 'paused' });
    expect(transferControls({ ...paused, pausedByMe: true }, host).resume).toBe('resume');
    expect(transferControls({ ...paused, pausedByPeer: true }, host).resume).toBeNull();
    expect(transferControls({ ...paused, pausedByMe: true, reason: { code: 'disk-full' } }, host).resume).toBe('retry');
    expect(
      transferControls({ ...paused, pausedByPeer: true, reason: { code: 'peer-disk-full' } }, host).resume,
    ).toBeNull();
  });

  test('an own offer is withdrawn, not cancelled', () => {
    expect(transferControls(transferView({ state: 'offered' }), host).cancel).toBe('withdraw');
  });

  test('what was received can be shown, where the host can', () => {
    const received = transferView({ state: 'done', direction: 'in' });
    expect(transferControls(received, host)).toMatchObject({ show: true, remove: true, cancel: null });
    expect(transferControls(received, { showInFolder: false }).show).toBe(false);
    expect(transferControls({ ...received, direction: 'out' }, host).show).toBe(false);
  });
});

test('percent: an empty transfer is nothing until it is done', () => {
  expect(transferPercent(transferView({ bytes: 50, total: 100 }))).toBe(50);
  expect(transferPercent(transferView({ bytes: 0, total: 0 }))).toBe(0);
  expect(transferPercent(transferView({ bytes: 0, total: 0, state: 'done' }))).toBe(100);
});

test('paths are shown within the folder that is the title', () => {
  const folder = transferView({ title: 'photos' });
  expect(pathWithin(folder, 'photos/a/b.jpg')).toBe('a/b.jpg');
  expect(pathWithin(folder, 'photos-2/b.jpg')).toBe('photos-2/b.jpg');
  expect(pathWithin({ ...folder, topLevelEntries: 2 }, 'photos/b.jpg')).toBe('photos/b.jpg');
});

test('what arrived is said to be where it is, under the name it got', () => {
  const arrived = transferView({ direction: 'in', state: 'done', folder: '~/Downloads', title: 'hello.txt' });
  expect(landedWords({ ...arrived, place: '/home/ada/Downloads/hello.txt' })).toBe('In ~/Downloads');
  expect(landedWords({ ...arrived, place: '/home/ada/Downloads/hello (2).txt' })).toBe(
    'In ~/Downloads as “hello (2).txt”',
  );
  expect(landedWords({ ...arrived, title: 'CON.txt', place: 'C:\\Users\\ada\\Downloads\\_CON.txt' })).toBe(
    'In ~/Downloads as “_CON.txt”',
  );
  expect(landedWords({ ...arrived, topLevelEntries: 2, place: '/home/ada/Downloads' })).toBe('In ~/Downloads');
  expect(landedWords({ ...arrived, place: null })).toBeNull();
  expect(landedWords({ ...arrived, state: 'running', place: '/home/ada/Downloads/hello.txt' })).toBeNull();
});
