import { beforeEach, expect, test } from 'vitest';
import type { StoredSettings } from '../../src/main/storage/settings.ts';
import { text } from '../../src/shared/text.ts';
import type { AppProcess } from '../support/app-process.ts';
import { createFarStage } from '../support/far-stage.ts';
import { buildHomes, type HomesOptions, whyNoHomes } from '../support/homes/homes.ts';
import { whyNoTurn } from '../support/homes/turn.ts';
import { digest } from '../support/trees.ts';

const stage = createFarStage();
const why = whyNoHomes();
beforeEach((context) => context.skip(why !== null, why ?? ''));

const fileBytes = 5_000_000;

interface Pair {
  readonly ann: AppProcess;
  readonly other: AppProcess;
  readonly file: string;
}

interface Meeting {
  /** With whom Ann meets: somebody in another home, or in hers. */
  readonly at?: 'bo' | 'neighbour';
  readonly turn?: 'udp' | 'tcp';
  /** Ann's. */
  readonly settings?: StoredSettings;
}

/** Two who meet, the first with a file for the second, who takes it. */
async function meet(options: HomesOptions, { at = 'bo', turn, settings }: Meeting): Promise<Pair> {
  const homes = await stage.own(buildHomes(options));
  const relay = turn ? ['--ice-server', `${await homes.turn()}?transport=${turn}`] : [];
  const args = ['--broker', homes.broker, '--ice-server', homes.stun, ...relay];
  const file = await stage.file(fileBytes);
  const ann = await stage.app(homes.ann, [...args, '--room', 'new', file], settings);
  const { code } = await ann.event('room');
  const other = await stage.app(homes[at], [...args, '--accept', 'all', '--room', code]);
  return { ann, other, file };
}

/** Milliseconds from the link to the lane. */
async function laneMs(app: AppProcess): Promise<number> {
  await app.event('peer', ({ state }) => state === 'connected');
  const connectedMs = performance.now();
  await app.event('lane', ({ kind }) => kind === 'direct');
  return performance.now() - connectedMs;
}

async function arrives({ ann, other, file }: Pair): Promise<void> {
  await ann.event('transfer', ({ state }) => state === 'done');
  const { path } = await other.event('transfer', ({ state }) => state === 'done');
  expect(await digest(path ?? '')).toBe(await digest(file));
}

const direct = (app: AppProcess): boolean => app.events.some((each) => each.event === 'lane' && each.kind === 'direct');

test.each<[string, HomesOptions, Meeting]>([
  ['two homes', {}, {}],
  ['two homes far from each other, with losses', { cable: { roundTripMs: 100, lossPercent: 1 } }, {}],
  ['one home', {}, { at: 'neighbour' }],
  ['a home behind two routers', { double: true }, {}],
  ['two homes that have IPv6 only', { ipv6Only: true }, {}],
])('a direct lane comes up in %s', async (where, homes, meeting) => {
  const pair = await meet(homes, meeting);
  const [ms, othersMs] = await Promise.all([laneMs(pair.ann), laneMs(pair.other)]);
  console.log(`${where}: from the link to the lane ${ms.toFixed(0)} and ${othersMs.toFixed(0)} ms`);
  await arrives(pair);
});

const { lane } = text;

test.for<[string, HomesOptions, Meeting, string, string]>([
  ['two strict homes', { nat: 'strict' }, { turn: 'udp' }, lane.relayed, lane.relayed],
  ['two homes that let no UDP through', { udpBlocked: true }, { turn: 'tcp' }, lane.relayed, lane.relayed],
  [
    'two homes, and one wants relays only',
    {},
    { turn: 'udp', settings: { relayOnly: true } },
    lane.none.off,
    lane.none['peer-cannot'],
  ],
  ['two homes, and one wants none', {}, { settings: { direct: false } }, lane.none.off, lane.none['peer-cannot']],
])(
  'no direct lane comes up in %s; it is said why, and the file arrives',
  async ([, homes, meeting, annWhy, othersWhy], context) => {
    const noTurn = meeting.turn ? whyNoTurn() : null;
    context.skip(noTurn !== null, noTurn ?? '');
    const pair = await meet(homes, meeting);
    const { ann, other } = pair;
    await ann.event('lane', ({ reason }) => reason === annWhy);
    await other.event('lane', ({ reason }) => reason === othersWhy);
    await arrives(pair);
    expect([ann, other].filter(direct)).toEqual([]);
  },
);
