import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFs } from '../../../src/main/files/user-fs.ts';
import type { PageConnection, PageSession } from '../../../src/main/host.ts';
import { createPageDesk, type PageDesk } from '../../../src/main/page-desk.ts';
import type { LinkFacts } from '../../../src/main/people.ts';
import { encodeControl } from '../../../src/main/transfer/message-codec.ts';
import { type CallName, calls, type Port } from '../../../src/shared/bridge.ts';
import { type Headless, memberOf, startCore } from '../../support/cores.ts';
import { linkPurpose } from '../../support/link-purpose.ts';
import { portPair } from '../../support/ports.ts';

let root: string;
let ann: Headless;
let desk: PageDesk;
/** Where the next folder dialog ends. */
let picked: string | null;
let revealed: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-desk-'));
  await writeFile(join(root, 'a.txt'), 'a');
  ann = await startCore(root, 'Ann');
  picked = null;
  revealed = [];
  desk = createPageDesk({
    core: ann.core,
    host: {
      ...{ kind: 'browser', dialogs: true, showInFolder: true, localNetworkGate: false, fs: nodeFs },
      pickPaths: async () => (picked ? [picked] : []),
      pickFolder: async () => picked,
      revealPath: (path) => void revealed.push(path),
      notify: () => undefined,
      setActivity: () => undefined,
    },
    version: '1',
    onAttach: async () => undefined,
  });
});

afterEach(async () => {
  await ann.core.close();
  desk.close();
  await rm(root, { recursive: true });
});

interface Page extends PageConnection {
  readonly session: PageSession;
  readonly heard: string[];
}

async function openPage(takeOver = false): Promise<Page> {
  const heard: string[] = [];
  const connection = {
    heard,
    emit: (event: string) => void heard.push(event),
    alive: async () => true,
    close: () => void heard.push('closed'),
  };
  const session = desk.connect(connection);
  await session.call('attach', { takeOver });
  return Object.assign(connection, { session });
}

/** A link of this page to Bo; gives the far end of its port, and whether that was closed. */
function link(page: Page, session = 'session of Bo'): { port: Port; closed(): boolean } {
  const [main, port] = portPair();
  let closed = false;
  port.listen({
    message: () => undefined,
    close: () => {
      closed = true;
    },
  });
  page.session.port(linkPurpose({ ...bo, session }), main);
  return { port, closed: () => closed };
}

const bo = { key: 'bo', session: 'session of Bo', name: 'Bo' };

/** Bo has accepted what Ann offers to everyone, and reads none of it. */
async function underWay(page: Page): Promise<{ port: Port; closed(): boolean }> {
  await ann.core.room.create();
  const far = link(page);
  await ann.core.offers.give([join(root, 'a.txt')]);
  accept(far.port, 1);
  await ann.until(({ state }) => state === 'running');
  return far;
}

function accept(port: Port, binding: number): void {
  const transfer = ann.core.transfers.list()[0]?.id ?? '';
  const from = { binding, entry: 0, offset: 0, written: 0, files: 0, hold: null };
  port.post(encodeControl({ type: 'accept', transfer, ...from }));
}

function network(...members: ReturnType<typeof memberOf>[]) {
  return { brokers: [], members, trouble: null };
}

describe('what a page may ask for', () => {
  const garbage: unknown[] = [undefined, null, 7, 'x', [], { id: 7, code: 7, key: 7, name: 7, source: 7, entries: 7 }];
  /** An object without anything in it is enough for them. */
  const modest = new Set<string>(['roomCreate', 'roomLeave', 'codeCreate', 'ended', 'downloadsPick', 'settingsUpdate']);
  const names = Object.keys(calls).filter((name): name is CallName => name !== 'attach');

  test.each(names)('%s with garbage for input is refused, and the page stays', async (name) => {
    const page = await openPage();
    const given = modest.has(name) ? garbage.slice(0, 4) : garbage;
    for (const input of given) {
      await expect(page.session.call(name, input)).rejects.toMatchObject({ reason: { code: 'request-invalid' } });
    }
    expect(ann.told).toEqual([]);
    await expect(page.session.call('codeCreate', {})).resolves.toMatchObject({ code: expect.any(String) });
  });

  test.each(['', 'nothing', 'attached', 'toString', '__proto__', 'constructor'])('"%s" is no call', async (name) => {
    const page = await openPage();
    await expect(page.session.call(name, {})).rejects.toMatchObject({ reason: { code: 'request-invalid' } });
  });

  test.each(['transferPause', 'transferResume', 'transferCancel', 'transferForget', 'transferAnswer'])(
    '%s of a transfer that there is not is refused',
    async (name) => {
      const page = await openPage();
      await expect(page.session.call(name, { id: 'none', accept: true })).rejects.toMatchObject({
        reason: { code: 'transfer-unknown' },
      });
    },
  );

  test('a page that is not the one of the app is served nothing', async () => {
    await openPage();
    const [main, port] = portPair();
    let closed = 0;
    port.listen({ message: () => undefined, close: () => void closed++ });
    const other = desk.connect({ emit: () => undefined, alive: async () => true, close: () => undefined });
    const elsewhere = { reason: { code: 'room-open-elsewhere' } };
    await expect(other.call('attach', { takeOver: 'yes' })).rejects.toMatchObject(elsewhere);
    await expect(other.call('roomCreate', {})).rejects.toMatchObject(elsewhere);
    await expect(other.sourceFromPaths([root])).rejects.toMatchObject(elsewhere);
    other.port(linkPurpose(bo), main);
    await expect.poll(() => closed).toBe(1);
    expect(ann.core.people.here).toEqual([]);
  });

  test.each([
    ['no purpose', null],
    ['a link in no role', { ...linkPurpose(bo), role: 'initiator' }],
    ['a link to somebody who can too much', linkPurpose(bo, { capabilities: Array.from({ length: 33 }, String) })],
    ['a link that takes too little', linkPurpose(bo, { maxMessageBytes: 100 })],
    ['a source that there is not', { kind: 'source', source: 'none' }],
  ])('a port for %s is closed', async (_, purpose) => {
    const page = await openPage();
    const [main, port] = portPair();
    let closed = 0;
    port.listen({ message: () => undefined, close: () => void closed++ });
    page.session.port(purpose, main);
    await expect.poll(() => closed).toBe(1);
    expect(ann.core.people.here).toEqual([]);
  });

  test('nobody is offered anything in a session that is not here', async () => {
    await ann.core.room.create();
    const page = await openPage();
    const { id } = await page.session.sourceFromPaths([join(root, 'a.txt')]);
    const offered = page.session.call('offer', { source: id, sessions: [bo.session] });
    await expect(offered).rejects.toMatchObject({ reason: { code: 'nobody-here' } });
    link(page);
    await expect(page.session.call('offer', { source: id, sessions: [bo.session] })).resolves.toMatchObject({
      transfers: [expect.any(String)],
    });
  });

  test('dialogs that are cancelled change nothing', async () => {
    const page = await openPage();
    expect(await page.session.call('filesPick', { kind: 'files' })).toBeNull();
    expect(await page.session.call('downloadsPick', {})).toEqual(ann.core.settings.view);
    picked = root;
    expect(await page.session.call('downloadsPick', {})).toMatchObject({ downloads: root });
    expect(page.heard).toEqual(['settings']);
    await page.session.call('transferShow', { id: 'none' });
    expect(revealed).toEqual([]);
  });
});

describe('direct lanes', () => {
  test('are named in hellos as long as the settings allow them, which the page is told', async () => {
    const page = await openPage();
    const told: unknown[] = [];
    page.emit = (_event: string, data?: unknown) => void told.push(data);
    const { settings } = ann.core;
    expect(await page.session.call('attach', { takeOver: false })).toMatchObject({ capabilities: ['direct'] });
    for (const [change, capabilities] of [
      [{ hideLocalAddresses: true }, []],
      [{ hideLocalAddresses: false }, ['direct']],
      [{ relayOnly: true }, []],
      [{ relayOnly: false, direct: false }, []],
      [{ direct: true }, ['direct']],
    ] as const) {
      await page.session.call('settingsUpdate', change);
      expect(told.splice(0)).toEqual([{ settings: settings.view, capabilities }]);
      expect(settings.view).toMatchObject(change);
    }
    for (const key of ['direct', 'relayOnly', 'hideLocalAddresses']) {
      await expect(page.session.call('settingsUpdate', { [key]: 'yes' })).rejects.toMatchObject({
        reason: { code: 'request-invalid' },
      });
    }
  });

  test('can be made to whoever the page says can, at the addresses that it says have answered', async () => {
    const heard: [string, LinkFacts][] = [];
    ann.core.people.listen({ linked: (key, facts) => heard.push([key, facts]) });
    const page = await openPage();
    const [main, port] = portPair();
    page.session.port(linkPurpose(bo, { role: 'answerer', capabilities: ['direct', 'other'] }), main);
    port.post({ answered: ['192.0.2.1'] });
    const facts = { id: 'l', role: 'answerer', capabilities: ['direct', 'other'] };
    await expect.poll(() => heard).toHaveLength(2);
    expect(heard).toEqual([
      ['bo', { ...facts, answered: [] }],
      ['bo', { ...facts, answered: ['192.0.2.1'] }],
    ]);
  });
});

test('a page that is reloaded in mid-transfer lets its links go, and hears the rest of it when it is back', async () => {
  const page = await openPage();
  const far = await underWay(page);
  page.session.closed();
  await ann.until(({ state }) => state === 'interrupted');
  await expect.poll(far.closed).toBe(true);
  const back = await openPage();
  accept(link(back).port, 2);
  await ann.until(({ state }) => state === 'running');
  expect(ann.core.transfers.list()).toHaveLength(1);
  expect(back.heard).toContain('transfer');
  expect(page.heard.at(-1)).not.toBe('closed');
});

test('who leaves while the page is reloaded is said to have left', async () => {
  const page = await openPage();
  await underWay(page);
  page.session.closed();
  await ann.until(({ state }) => state === 'interrupted');
  const back = await openPage();
  await back.session.call('networkReport', network());
  expect(ann.core.transfers.list()[0]?.reason?.code).not.toBe('peer-left');
  const gone = memberOf(bo, { key: null, state: 'closed', reason: { code: 'peer-left' } });
  await back.session.call('networkReport', network(gone));
  await ann.until(({ reason }) => reason?.code === 'peer-left');
});

test('a page that takes over is the only one that hears', async () => {
  const first = await openPage();
  const far = link(first);
  const second = await openPage(true);
  await expect.poll(far.closed).toBe(true);
  await ann.core.settings.change({ name: 'Ann B' });
  expect(first.heard).toEqual(['lanes', 'detached', 'closed']);
  expect(second.heard).toEqual(['settings']);
  first.session.closed();
  await ann.core.settings.change({ name: 'Ann C' });
  expect(second.heard).toEqual(['settings', 'settings']);
});

test('of what is said while no page is there, the next one says the last few, once', async () => {
  for (const limit of [1, 2, 3, 4, 5]) ann.core.notice({ code: 'too-many-known', detail: { limit } });
  const page = await openPage();
  await expect.poll(() => page.heard).toEqual(['notice', 'notice', 'notice', 'notice']);
  ann.core.notice({ code: 'link-without-code' });
  expect(page.heard).toHaveLength(5);
});

test('a page whose window is being destroyed costs no other client anything', async () => {
  const page = await openPage();
  page.emit = () => {
    throw new Error('Object has been destroyed');
  };
  await ann.core.settings.change({ name: 'Ann B' });
  ann.core.notice({ code: 'link-without-code' });
  expect(ann.told).toEqual(['called Ann B', 'notice: link-without-code']);
  expect(ann.errors).toHaveLength(2);
});
