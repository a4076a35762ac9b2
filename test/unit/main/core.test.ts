import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { channelTerms } from '../../../src/main/lane/port-lane.ts';
import type { NetworkView, Person } from '../../../src/shared/views.ts';
import { connectCores, type Headless, memberOf, record, startCore } from '../../support/cores.ts';
import { bytesOf } from '../../support/engine-pair.ts';
import { createLanePair } from '../../support/lanes.ts';

let root: string;
let ann: Headless;
let bo: Headless;
const content = bytesOf(3_000_000);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-core-'));
  await writeFile(join(root, 'a.bin'), content);
  [ann, bo] = await Promise.all([startCore(root, 'Ann'), startCore(root, 'Bo')]);
});

afterEach(async () => {
  await Promise.all([ann.core.close(), bo.core.close()]);
  await rm(root, { recursive: true });
});

function network(...members: NetworkView['members']): NetworkView {
  return { brokers: [], members, trouble: null };
}

/** Ann has sent a part of a file to Bo, and no more goes for now. */
async function midway() {
  await ann.core.room.create();
  const [byAnn, byBo] = [ann.core.reporter(), bo.core.reporter()];
  const lanes = connectCores([ann, byAnn], [bo, byBo], { blockBytes: 1_000_000 });
  const written = new Promise<void>((done) => {
    bo.disk.onWrite = done;
  });
  await ann.core.offers.give([join(root, 'a.bin')]);
  await Promise.all([written, ann.until(({ state }) => state === 'running')]);
  return { lanes, byAnn, byBo };
}

test('two cores without any page hand a file over, to whoever comes', async () => {
  await ann.core.room.create();
  await ann.core.offers.give([join(root, 'a.bin')]);
  connectCores([ann, ann.core.reporter()], [bo, bo.core.reporter()]);
  await Promise.all([ann.until(({ state }) => state === 'done'), bo.until(({ state }) => state === 'done')]);
  expect(content.equals(await readFile(join(bo.downloads, 'a.bin')))).toBe(true);
  expect(ann.told.slice(0, 4)).toEqual([
    'room',
    'standing: a.bin',
    `lanes: channel to ${bo.core.identity.key.slice(0, 4)}, null`,
    'a.bin offered',
  ]);
});

test('clients hear the same, one that throws at each word costs the others nothing, and one that has gone hears no more', async () => {
  const refuse = (): never => {
    throw new Error('Object has been destroyed');
  };
  const second: string[] = [];
  const gone: string[] = [];
  ann.core.listen({ room: refuse, transfer: refuse, transferGone: refuse, standing: refuse, network: refuse });
  ann.core.listen(record(second));
  ann.core.listen(record(gone))();
  await midway();
  const before = ann.told.length;
  expect(second).toEqual(ann.told.slice(0, before));
  expect(second).toContain('a.bin running');
  expect(gone).toEqual([]);
  expect(ann.errors.length).toBeGreaterThan(3);
});

test('a page that goes in mid-transfer and comes back under a new session goes on with it', async () => {
  const { byAnn, byBo } = await midway();
  byAnn.gone();
  await ann.until(({ state }) => state === 'interrupted');
  await bo.until(({ state }) => state === 'interrupted');
  expect(ann.told.at(-1)).not.toBe('no room');
  const again = ann.core.reporter();
  again.network(network());
  const lanes = connectCores([ann, again], [bo, byBo]);
  await Promise.all([ann.until(({ state }) => state === 'done'), bo.until(({ state }) => state === 'done')]);
  expect(content.equals(await readFile(join(bo.downloads, 'a.bin')))).toBe(true);
  // What had been written was not sent again.
  expect(lanes.arrivedBytes).toBeLessThan(content.length);
  expect(ann.core.transfers.list()).toHaveLength(1);
});

test('a transfer goes on without the page while another lane than its own leads to the person', async () => {
  const { byAnn } = await midway();
  const direct = createLanePair({ terms: { ...channelTerms, kind: 'direct', preference: 1 } });
  ann.core.reporter().reached(bo.person(), direct.a);
  bo.core.reporter().reached(ann.person(), direct.b);
  expect(ann.core.people.lanesTo(bo.core.identity.key)).toEqual(['channel', 'direct']);
  byAnn.gone();
  await Promise.all([ann.until(({ state }) => state === 'done'), bo.until(({ state }) => state === 'done')]);
  expect(content.equals(await readFile(join(bo.downloads, 'a.bin')))).toBe(true);
  expect(ann.told).not.toContain('a.bin interrupted');
  expect(ann.core.people.here).toEqual([bo.person()]);
});

test('who leaves while the page is away is said to have left', async () => {
  const { byAnn } = await midway();
  const person: Person = bo.person();
  byAnn.gone();
  await ann.until(({ state }) => state === 'interrupted');
  const again = ann.core.reporter();
  again.network(network(memberOf(person, { key: null, state: 'closed', reason: { code: 'peer-left' } })));
  expect(await ann.until(({ reason }) => reason !== null)).toMatchObject({
    state: 'interrupted',
    reason: { code: 'peer-left' },
  });
});

test('who is called otherwise is so in the transfers, also when that happened while the page was away', async () => {
  const { byAnn, byBo } = await midway();
  byAnn.network(network(memberOf({ ...bo.person(), name: 'Bo B' })));
  expect(ann.core.transfers.list()[0]?.peer.name).toBe('Bo B');
  byAnn.gone();
  await bo.core.settings.change({ name: 'Bo C' });
  connectCores([ann, ann.core.reporter()], [bo, byBo]);
  expect(ann.core.transfers.list()[0]?.peer).toEqual(bo.person());
  expect(bo.told).toContain('called Bo C');
});

test('somebody whose old session is given up while a new one carries the transfer has not left', async () => {
  const { byAnn, byBo } = await midway();
  const old = bo.person();
  const lanes = connectCores([ann, byAnn], [{ ...bo, person: () => bo.person('new session') }, byBo], {
    blockBytes: 1_000_000,
  });
  byAnn.reached(bo.person('new session'), lanes.a);
  byAnn.network(
    network(
      memberOf(old, { state: 'closed', reason: { code: 'peer-away' } }),
      memberOf({ ...old, session: 'new session' }),
    ),
  );
  expect(ann.core.people.here).toEqual([bo.person('new session')]);
  lanes.cut();
  const view = await ann.until(({ state }) => state === 'interrupted');
  expect(view.reason?.code).not.toBe('peer-away');
});

test('a room that is left while no page is there is left for the transfers too', async () => {
  const { byAnn } = await midway();
  byAnn.gone();
  await ann.until(({ state }) => state === 'interrupted');
  ann.core.room.leave();
  await ann.until(({ reason }) => reason?.code === 'left-room');
  expect(ann.told.slice(-3)).toContain('no room');
});

test('who has left is not offered what comes later, and nobody can be offered anything in a session that is unknown', async () => {
  await ann.core.room.create();
  const reporter = ann.core.reporter();
  connectCores([ann, reporter], [bo, bo.core.reporter()]);
  reporter.network(network());
  await ann.core.offers.give([join(root, 'a.bin')]);
  expect(ann.core.transfers.list()).toEqual([]);
  const { id } = await ann.core.offers.addPaths([join(root, 'a.bin')]);
  expect(() => ann.core.offers.offer(id, [bo.person().session])).toThrow('nobody-here');
  expect(() => ann.core.offers.offer('no source', null)).toThrow('request-invalid');
});

test('what waits for a room is offered in it, and what cannot be is said to every client', async () => {
  await ann.core.offers.give([join(root, 'a.bin')]);
  ann.core.offers.giveInRoom([join(root, 'absent')]);
  expect(ann.core.offers.standing.map(({ title }) => title)).toEqual(['a.bin']);
  await ann.core.room.create();
  const said = new Promise<void>((done) => void ann.core.listen({ notOffered: () => done() }));
  await said;
  await expect.poll(() => ann.core.offers.standing.map(({ title }) => title)).toEqual(['a.bin']);
  expect(ann.told).toContain('notice: path-missing');
  expect(ann.told).toContain('not offered: path-missing');
});

test('what is taken back while it waits for a room is not offered in it', async () => {
  await ann.core.offers.give([join(root, 'a.bin')]);
  ann.core.offers.withdraw(ann.core.offers.standing[0]?.id ?? '');
  await ann.core.room.create();
  expect(ann.core.offers.standing).toEqual([]);
});

test('settings, known people and notices reach every client', async () => {
  await expect(ann.core.settings.change({ brokers: ['no url'] })).rejects.toThrow('setting-invalid');
  await ann.core.settings.change({ name: 'Ann B' });
  await ann.core.known.add({ key: bo.core.identity.key, name: 'Bo' });
  await ann.core.known.remove(bo.core.identity.key);
  ann.core.notice({ code: 'link-without-code' });
  expect(ann.told).toEqual(['called Ann B', 'known: Bo', 'known: ', 'notice: link-without-code']);
});

test('two runs of one installation have the same key', async () => {
  const { key } = ann.core.identity;
  await ann.core.close();
  ann = await startCore(root, 'Ann');
  expect(ann.core.identity.key).toBe(key);
  expect(bo.core.identity.key).not.toBe(key);
});
