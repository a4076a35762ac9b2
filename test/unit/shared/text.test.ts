import { describe, expect, test } from 'vitest';
import { avatarHues } from '../../../src/renderer/ui/avatar-look.ts';
import { type ReasonCode, reasonCodes } from '../../../src/shared/reasons.ts';
import { laneSentence, reasonLine, reasonText, text } from '../../../src/shared/text.ts';
import type { LaneView } from '../../../src/shared/views.ts';

const broken = /undefined|NaN|\[object|“”| {2}/;

describe('reasons', () => {
  test.each(reasonCodes)('%s is a whole sentence, with and without particulars', (code) => {
    const detail = {
      path: 'a.txt',
      word: 'appel',
      words: 3,
      url: 'wss://x',
      needed: 5000,
      free: 10,
      count: 2,
      limit: 9,
    };
    for (const reason of [{ code }, { code, detail }]) {
      const { title, detail: more } = reasonText(reason);
      expect(title).toMatch(/^\P{Ll}.*\.$/u);
      if (more !== undefined) expect(more).toMatch(/^\P{Ll}.*[.?)]$/u);
      expect(reasonLine(reason)).not.toMatch(broken);
    }
  });

  /** Everything that befalls files says what it means for them. */
  const aboutFiles: ReasonCode[] = ['link-lost', 'peer-quit', 'disk-full', 'some-files-failed', 'file-changed', 'quit'];
  test.each(aboutFiles)('%s says what it means for the files', (code) => {
    expect(reasonText({ code }).detail).toBeTruthy();
  });

  test('name what they are about', () => {
    expect(reasonText({ code: 'file-missing', detail: { path: 'notes/a.txt' } }).title).toBe(
      '“notes/a.txt” is not there any more.',
    );
    expect(reasonText({ code: 'not-enough-space', detail: { needed: 5_000_000, free: 1000 } }).title).toBe(
      'There is not enough space: 5 MB needed, 1 kB free.',
    );
    expect(reasonLine({ code: 'code-word', detail: { word: 'appel', suggestion: 'apple' } })).toBe(
      '“appel” is not a word of a room code. Did you mean “apple”?',
    );
    expect(reasonText({ code: 'setting-invalid', detail: { setting: 'brokers', value: 'http://x' } }).title).toBe(
      '“http://x” is not an address of a meeting server.',
    );
    expect(reasonText({ code: 'too-many-entries', detail: { count: 1_200_000 } }).title).toContain('1,200,000');
    expect(reasonText({ code: 'code-length', detail: { words: 4 } }).title).toBe('One word is still missing.');
  });

  test('what they name cannot disguise itself', () => {
    expect(reasonText({ code: 'file-missing', detail: { path: 'a\u202eb' } }).title).toContain('a\ufffdb');
  });
});

test('counted things agree with their number', () => {
  expect(text.request.contents(1, 0)).toBe('1 file');
  expect(text.request.contents(1234, 1)).toBe('1,234 files in 1 folder');
  expect(text.request.contents(0, 2)).toBe('2 empty folders');
  expect(text.leave.detail(1)).toContain('1 transfer is');
  expect(text.status.reached(2, 3)).toBe('2 of 3 meeting servers reached');
});

test('names are shown without disguise everywhere', () => {
  const hostile = 'Bo\u202e';
  for (const sentence of [
    text.request.from(hostile),
    text.send.filesTo(hostile),
    text.transfers.to(hostile),
    text.transfers.titled(hostile, 2),
    text.announce.joined(hostile),
    text.announce.request(hostile, hostile, 1, 0, 1),
    text.people.toldApart(hostile, 'red fox'),
    text.standing.withdraw(hostile),
    text.drop.overOne(hostile),
  ]) {
    expect(sentence).not.toContain('\u202e');
  }
});

test('what is offered to whoever joins is counted as it will be once it is offered', () => {
  expect(text.standing.amount(2, 0, 10)).toBe('2 files, 10 bytes');
  expect(text.standing.amount(0, 3, 0)).toBe('3 empty folders');
});

test('there is a word for every color of an avatar, and each creature is another', () => {
  const creatures = Array.from({ length: avatarHues }, (_, hue) =>
    Array.from({ length: text.people.animals }, (_, animal) => text.people.creature(hue, animal)),
  ).flat();
  expect(new Set(creatures).size).toBe(avatarHues * text.people.animals);
});

const { lane } = text;
const direct: LaneView = { key: 'bo', kind: 'direct', roundTripMs: 2, why: null };
const channel: LaneView = { key: 'ann', kind: 'channel', roundTripMs: null, why: 'off' };

test.each([
  ['a direct lane', direct, 'direct', lane.direct],
  ['none yet', { ...channel, why: null }, 'direct', lane.trying],
  ['none that the networks let through', { ...channel, why: 'no-path' }, 'local', lane.none['no-path']],
  ['none through a relay', { ...channel, why: 'no-path' }, 'relay', lane.relayed],
  ['none yet through a relay', { ...channel, why: null }, 'relay', lane.relayed],
  ['none by the settings, through a relay', channel, 'relay', lane.none.off],
  ['none as long as the link is an older one', { ...channel, why: 'older-link' }, null, lane.none['older-link']],
  ['none that the other side makes', { ...channel, why: 'peer-cannot' }, null, lane.none['peer-cannot']],
  ['one that rests', { ...channel, why: 'resting' }, 'relay', lane.none.resting],
  ['none that can be made here', { ...channel, why: 'no-addon' }, null, lane.none['no-addon']],
] as const)('%s is told as that', (_, view, path, sentence) => {
  expect(laneSentence(view, path)).toBe(sentence);
});
