import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CommandLineClient, serveCommandLine } from '../../../src/main/command-line-client.ts';
import type { AppEvent } from '../../../src/main/events.ts';
import { directTerms } from '../../../src/main/lane/direct/direct-terms.ts';
import { connectCores, type Headless, memberOf, startCore } from '../../support/cores.ts';

let root: string;
let ann: Headless;
let bo: Headless;
let events: AppEvent[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-command-'));
  await writeFile(join(root, 'a.txt'), 'a');
  [ann, bo] = await Promise.all([startCore(root, 'Ann'), startCore(root, 'Bo')]);
  events = [];
});

afterEach(async () => {
  await Promise.all([ann.core.close(), bo.core.close()]);
  await rm(root, { recursive: true });
});

function serve(of: Headless, plan: { paths?: string[]; json?: boolean; exitWhenDone?: boolean } = {}) {
  return serveCommandLine({
    core: of.core,
    plan: { paths: [], room: { kind: 'none' }, json: false, exitWhenDone: false, ...plan },
    output: { emit: (event) => void events.push(event) },
    now: () => 0,
  });
}

const kinds = () => events.map(({ event }) => event);

test('a run that sends ends with 0 when everybody here has got it', async () => {
  const client = serve(ann, { paths: [join(root, 'a.txt')], exitWhenDone: true });
  await client.pageAttached();
  const [byAnn, byBo] = [ann.core.reporter(), bo.core.reporter()];
  connectCores([ann, byAnn], [bo, byBo]);
  byAnn.network({ brokers: [], members: [memberOf(bo.person())], trouble: null });
  expect(await client.done).toBe(0);
  expect(kinds().slice(0, 2)).toEqual(['room', 'peer']);
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'transfer', state: 'done', peer: bo.person().session }),
  );
  byAnn.gone();
  expect(events.at(-1)).toMatchObject({ event: 'peer', state: 'closed' });
});

test('a run that receives ends with the first transfer', async () => {
  const client = serve(bo, { exitWhenDone: true });
  await ann.core.room.create();
  await ann.core.offers.give([join(root, 'a.txt')]);
  connectCores([ann, ann.core.reporter()], [bo, bo.core.reporter()]);
  expect(await client.done).toBe(0);
});

test('a run whose files cannot be read says so and ends with 1', async () => {
  const client = serve(ann, { paths: [join(root, 'absent')], exitWhenDone: true });
  await ann.core.room.create();
  expect(await client.done).toBe(1);
  expect(events).toContainEqual({ event: 'error', message: expect.stringContaining('absent') });
});

test.each<[string, Parameters<typeof serve>[1], boolean]>([
  ['one with files', { paths: ['/a.txt'] }, true],
  ['one that reads events', { json: true }, true],
  ['one with neither', {}, false],
])('a run that names no room gets one with its first page, once: %s', async (_, plan, wanted) => {
  const client: CommandLineClient = serve(ann, plan);
  await client.pageAttached();
  expect(ann.core.room.current !== null).toBe(wanted);
  ann.core.room.leave();
  await client.pageAttached();
  expect(ann.core.room.current).toBeNull();
});

test('that no meeting server answers is said once, until one does', () => {
  serve(ann);
  const reporter = ann.core.reporter();
  const see = (state: 'waiting' | 'connected'): void =>
    reporter.network({
      brokers: [{ url: 'wss://b', state, reason: { code: 'broker-unreachable' } }],
      members: [],
      trouble: null,
    });
  for (const state of ['waiting', 'waiting', 'connected', 'waiting'] as const) see(state);
  expect(kinds()).toEqual(['error', 'error']);
});

test('what carries the bytes is told of whom the page sees connected, whichever of the two is known first', () => {
  serve(ann);
  const [byAnn, byBo] = [ann.core.reporter(), bo.core.reporter()];
  connectCores([ann, byAnn], [bo, byBo]);
  expect(kinds()).toEqual([]);
  const see = (): void => byAnn.network({ brokers: [], members: [memberOf(bo.person())], trouble: null });
  see();
  see();
  connectCores([ann, byAnn], [bo, byBo], { terms: directTerms });
  const lane = { event: 'lane', peer: bo.person().session, name: 'Bo', reason: null };
  expect(events.slice(1)).toEqual([
    { ...lane, kind: 'channel' },
    { ...lane, kind: 'direct' },
  ]);
});
