import { mkdtemp, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usualLinkTerms } from '../../src/connect/link-terms.ts';
import { nodeFs } from '../../src/main/files/user-fs.ts';
import { createPageDesk, type PageDesk } from '../../src/main/page-desk.ts';
import type { LinkFacts } from '../../src/main/people.ts';
import { fromBase64url } from '../../src/shared/base64url.ts';
import { startTestBroker, type TestBroker } from '../support/broker-aedes.ts';
import { everybodyLeaves, joinAs, type TestRoom } from '../support/connect-person.ts';
import { type Headless, startCore } from '../support/cores.ts';
import { attachPage, type PageInNode } from '../support/page-in-node.ts';

let root: string;
let broker: TestBroker;
let ann: Headless;
let desk: PageDesk;
let page: PageInNode;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-link-facts-'));
  broker = await startTestBroker();
  ann = await startCore(root, 'Ann');
  await ann.core.settings.change({ brokers: [broker.url], iceServers: [] });
  desk = createPageDesk({
    core: ann.core,
    host: {
      ...{ kind: 'browser', dialogs: false, showInFolder: false, localNetworkGate: false, fs: nodeFs },
      pickPaths: async () => [],
      pickFolder: async () => null,
      revealPath: () => undefined,
      notify: () => undefined,
      setActivity: () => undefined,
    },
    version: '1',
    onAttach: async () => undefined,
  });
  await ann.core.room.create();
  page = await attachPage(desk.connect);
});

afterEach(async () => {
  await everybodyLeaves();
  await ann.core.close();
  await page.meeting.leave();
  desk.close();
  await broker.close();
  await rm(root, { recursive: true });
});

function roomOf({ state }: PageInNode): TestRoom {
  if (!state.room) throw new Error('Ann is in a room');
  return { topic: state.room.topic, sealingKey: new Uint8Array(fromBase64url(state.room.sealingKey)) };
}

test('main says what hellos name, and hears from the page what the peer can and where it has answered', async () => {
  const heard: [string, LinkFacts][] = [];
  ann.core.people.listen({ linked: (key, facts) => heard.push([key, facts]) });
  const linkTerms = { ...usualLinkTerms, capabilities: ['direct', 'other'] };
  const bo = joinAs('Bo', roomOf(page), { brokers: [broker.url], linkTerms });
  const toAnn = await bo.untilLinked();
  expect(toAnn.capabilities).toContain('direct');
  await expect.poll(() => heard.at(-1)?.[1].answered.map((address) => isIP(address) > 0)).toEqual([true]);
  const role = toAnn.role === 'offerer' ? 'answerer' : 'offerer';
  const facts = { id: toAnn.id, role, capabilities: expect.arrayContaining(['direct', 'other']) };
  for (const told of heard) expect(told).toMatchObject([bo.key, facts]);
  // There is no socket here for a lane, which is tried at once by who has offered the link.
  const why = role === 'offerer' ? 'no-path' : null;
  expect(ann.core.lanes).toEqual([{ key: bo.key, kind: 'channel', roundTripMs: null, why }]);
});

test('settings count for the next link, in the same room', async () => {
  const bo = joinAs('Bo', roomOf(page), { brokers: [broker.url] });
  const first = await bo.untilLinked();
  await page.bridge.call('settingsUpdate', { direct: false });
  const cleo = joinAs('Cleo', roomOf(page), { brokers: [broker.url] });
  await cleo.untilLinked(2);
  const toAnn = cleo.links.find(({ key }) => key === ann.core.identity.key);
  expect([first, toAnn].map((link) => link?.capabilities.includes('direct'))).toEqual([true, false]);
  expect(bo.links.filter(({ key }) => key === ann.core.identity.key)).toEqual([first]);
  await expect.poll(() => ann.core.lanes.map(({ why }) => why)).toEqual(['off', 'off']);
});
