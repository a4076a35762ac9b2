import type { LaneView, MemberView, TransferView } from '../../../src/shared/views.ts';
import { memberView, transferView } from '../ui-views.ts';

/** Keys and sessions are only told apart here, so any text serves. */
function member(name: string, part: Partial<MemberView> = {}): MemberView {
  return memberView({ session: `session-${name}`, name, key: `key-${name}`, ...part });
}

export const mira = member('Mira Okafor');
export const jonas = member('Jonas', { path: 'direct', roundTripMs: 42 });
export const ama = member('Ama’s MacBook', {
  key: 'key-Priya',
  state: 'reconnecting',
  path: null,
  roundTripMs: null,
  reason: { code: 'link-timeout' },
});
export const miraGone: MemberView = {
  ...mira,
  state: 'closed',
  path: null,
  roundTripMs: null,
  reason: { code: 'peer-left' },
};
/** Main's side of it: a direct lane to Mira, and why there is none to the others. */
export const lanes: readonly LaneView[] = [
  { key: mira.key ?? '', kind: 'direct', roundTripMs: 2, why: null },
  { key: jonas.key ?? '', kind: 'channel', roundTripMs: null, why: 'no-path' },
];
export const connecting = member('Leïla', { key: null, state: 'connecting', path: null, roundTripMs: null });

export const jonasRemoved: MemberView = {
  ...jonas,
  state: 'closed',
  path: null,
  roundTripMs: null,
  reason: { code: 'removed-by-me' },
};
/** They are in a locked room, or have removed this person. */
export const refusing = [
  member('Mira Okafor', {
    key: null,
    state: 'connecting',
    path: null,
    roundTripMs: null,
    reason: { code: 'room-locked' },
  }),
  member('Jonas', { state: 'closed', path: null, roundTripMs: null, reason: { code: 'removed' } }),
];

/** Six words each, of the widest and of usual ones. */
export const ownWords = ['month', 'draw', 'scale', 'run', 'special', 'large'];
export const theirWords = ['mushroom', 'swamp', 'win', 'mammal', 'maximum', 'warm'];

/** One whose words were compared, one known by another name, and one who comes under a known name. */
export const known = [
  { key: 'key-Mira Okafor', name: 'Mira Okafor' },
  { key: 'key-Jonas', name: 'Jonas Lindqvist' },
  { key: 'key-Leila', name: 'Leïla' },
];
export const stranger = member('Leïla', {
  session: 'session-stranger',
  key: 'key-stranger',
  path: 'direct',
  roundTripMs: 61,
});

/** Two people who are called the same. */
export const namesakes = [
  member('Ann', { session: 'session-ann-1', key: 'key-ann-1' }),
  member('Ann', { session: 'session-ann-2', key: 'key-ann-2', path: 'direct', roundTripMs: 31 }),
] as const;

const megabyte = 1_000_000;

function transfer(id: string, from: MemberView, part: Partial<TransferView>): TransferView {
  return transferView({
    id,
    peer: { key: from.key ?? '', session: from.session, name: from.name },
    title: 'holiday-photos',
    files: 1,
    folders: 0,
    total: 100 * megabyte,
    ...part,
  });
}

export const request = transfer('request', mira, {
  direction: 'in',
  state: 'offered',
  title: 'Lisbon, spring',
  files: 248,
  folders: 6,
  total: 1_842 * megabyte,
  folder: '~/Downloads',
  freeBytes: 182_000 * megabyte,
});

/** What comes of small files, told by their number. */
export const smallFiles = transfer('small-files', jonas, {
  title: 'node_modules',
  files: 143_201,
  folders: 18_022,
  filesDone: 51_204,
  bytes: 8_201_144,
  total: 24_120_040,
  rate: 81,
  filesRate: 203.4,
  secondsLeft: 452,
});

export const namesakeRequest = transfer('namesake-request', namesakes[0], {
  direction: 'in',
  state: 'offered',
  title: 'minutes.pdf',
  total: 210_000,
  folder: '~/Downloads',
  freeBytes: 182_000 * megabyte,
});

export const tooLarge = transfer('too-large', jonas, {
  direction: 'in',
  state: 'offered',
  title: 'archive-2019-2025.tar',
  total: 212_400 * megabyte,
  folder: '~/Downloads',
  freeBytes: 38_200 * megabyte,
});

/** Oldest first, as main reports them. */
export const transfers: readonly TransferView[] = [
  transfer('done-in', jonas, {
    direction: 'in',
    state: 'done',
    title: 'floor-plan.pdf',
    folder: '~/Downloads',
    place: '/home/noor/Downloads/floor-plan (2).pdf',
    bytes: 4_210_000,
    total: 4_210_000,
    filesDone: 1,
  }),
  transfer('some-failed', mira, {
    state: 'done',
    title: 'sketches',
    files: 64,
    folders: 4,
    filesDone: 62,
    bytes: 318 * megabyte,
    total: 322 * megabyte,
    reason: { code: 'some-files-failed', detail: { count: 2 } },
    failedCount: 2,
    failed: [
      {
        path: 'sketches/ideas/draft.psd',
        reason: { code: 'file-changed', detail: { path: 'sketches/ideas/draft.psd' } },
      },
      { path: 'sketches/old.key', reason: { code: 'file-missing', detail: { path: 'sketches/old.key' } } },
    ],
  }),
  transfer('declined', jonas, { state: 'declined', title: 'screen-recording.mp4', total: 890 * megabyte }),
  transfer('interrupted', ama, {
    state: 'interrupted',
    title: 'thesis-final',
    files: 312,
    folders: 21,
    filesDone: 187,
    bytes: 512 * megabyte,
    total: 870 * megabyte,
    reason: { code: 'link-lost' },
  }),
  transfer('paused', jonas, {
    direction: 'in',
    state: 'paused',
    title: 'set-list and stems',
    files: 24,
    filesDone: 7,
    bytes: 640 * megabyte,
    total: 2_310 * megabyte,
    pausedByPeer: true,
    reason: { code: 'paused-by-peer' },
  }),
  transfer('running-in', jonas, {
    direction: 'in',
    title: 'interview-cut-03.mov',
    bytes: 1_412 * megabyte,
    total: 1_960 * megabyte,
    rate: 11.4 * megabyte,
    secondsLeft: 48,
  }),
  transfer('running-out', mira, {
    title: 'Atlas of the harbour',
    topLevelEntries: 3,
    files: 128,
    folders: 9,
    filesDone: 51,
    bytes: 402 * megabyte,
    total: 1_240 * megabyte,
    rate: 9.8 * megabyte,
    secondsLeft: 86,
  }),
];

/** As long and as wide as a name can be: without a place to break it, of the widest letters, and as people write. */
export const longNames = {
  unbroken: 'W'.repeat(64),
  ideographs: '\u9f98'.repeat(64),
  words: 'Maximilian Wolfgang von und zu Wilhelmshöhe am Wattenmeer-Museum',
};

export const longMembers = [
  member(longNames.unbroken, { path: 'direct', roundTripMs: 1_042 }),
  member(longNames.ideographs),
  member(longNames.words, { state: 'reconnecting', path: null, roundTripMs: null, reason: { code: 'link-timeout' } }),
] as const;

export const longKnown = [
  { key: `key-${longNames.unbroken}`, name: longNames.ideographs },
  { key: `key-${longNames.ideographs}`, name: longNames.unbroken },
  { key: 'key-long', name: longNames.words },
];

const longFile = `${'WM'.repeat(60)}.tar.gz`;

/** Each state of a transfer, of people and files with long names. */
export const longTransfers: readonly TransferView[] = [
  transfer('long-request', longMembers[0], {
    direction: 'in',
    state: 'offered',
    title: longFile,
    total: 212_400 * megabyte,
    folder: `~/Downloads/${'WM'.repeat(40)}`,
    freeBytes: 38_200 * megabyte,
  }),
  transfer('long-running', longMembers[1], {
    title: longFile,
    topLevelEntries: 12_345,
    files: 123_456,
    folders: 12_345,
    filesDone: 51_234,
    bytes: 402_123 * megabyte,
    total: 1_240_123 * megabyte,
    rate: 9.81 * megabyte,
    secondsLeft: 86_000,
  }),
  ...(
    ['offered', 'accepted', 'paused', 'interrupted', 'verifying', 'done', 'declined', 'cancelled', 'failed'] as const
  ).map((state) =>
    transfer(`long-${state}`, longMembers[state === 'done' ? 0 : 2], {
      state,
      title: state === 'done' ? longFile : longNames.words,
      pausedByMe: state === 'paused',
      pausedByPeer: state === 'paused',
      reason: state === 'failed' ? { code: 'all-files-failed', detail: { count: 1 } } : null,
      failedCount: state === 'failed' ? 1 : 0,
      failed:
        state === 'failed' ? [{ path: longFile, reason: { code: 'file-missing', detail: { path: longFile } } }] : [],
    }),
  ),
];

/** More that failed than are named. */
export const manyFailed = transfer('many-failed', mira, {
  direction: 'in',
  state: 'done',
  title: 'Backup',
  files: 4_000,
  folders: 120,
  filesDone: 3_880,
  bytes: 90 * megabyte,
  reason: { code: 'some-files-failed', detail: { count: 120 } },
  failedCount: 120,
  failed: Array.from({ length: 50 }, (_, index) => {
    const path = `Backup/2019/invoice ${index + 1}.pdf`;
    return { path, reason: { code: 'file-corrupt', detail: { path } } };
  }),
});

/** As many as someone with a long day has. */
export const manyTransfers: readonly TransferView[] = Array.from({ length: 50 }, (_, index) =>
  transfer(`many-${index}`, index % 2 === 0 ? mira : jonas, {
    title: `recording-${String(index + 1).padStart(2, '0')}.wav`,
    direction: index % 3 === 0 ? 'in' : 'out',
    state: 'running',
    bytes: (index + 1) * megabyte,
    rate: megabyte,
    secondsLeft: 60,
  }),
);
