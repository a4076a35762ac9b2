import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type App, createApp } from '../../../src/main/app.ts';
import { type Plan, parseCommandLine } from '../../../src/main/command-line.ts';
import type { AppEvent } from '../../../src/main/events.ts';
import { nodeFs } from '../../../src/main/files/user-fs.ts';
import type { Host, PageConnection, PageSession } from '../../../src/main/host.ts';
import { goodbyeWithinMs } from '../../../src/main/page-goodbye.ts';
import { closeWithinMs } from '../../../src/main/transfer/engine.ts';
import { decodeMessage, encodeControl } from '../../../src/main/transfer/message-codec.ts';
import type { AppState, Port } from '../../../src/shared/bridge.ts';
import { createBlock } from '../../../src/shared/protocol/block.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { openGuard, type RoomGuard } from '../../../src/shared/room-guard.ts';
import type { MemberView, TransferView } from '../../../src/shared/views.ts';
import { testRoomKeys } from '../../support/cores.ts';
import { createFaultyDisk, type FaultyDisk } from '../../support/engine-disk.ts';
import { idOf, offerOf } from '../../support/engine-raw-peer.ts';
import { linkPurpose } from '../../support/link-purpose.ts';
import { portPair } from '../../support/ports.ts';

let root: string;
let app: App;
let events: AppEvent[];
let notify: Host['notify'];
let localNetworkGate: boolean;
let disk: FaultyDisk;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-app-'));
  events = [];
  notify = () => undefined;
  localNetworkGate = false;
  disk = createFaultyDisk();
});

afterEach(async () => {
  await app.close();
  await rm(root, { recursive: true });
});

async function start(...argv: string[]): Promise<void> {
  const plan: Plan = parseCommandLine([...argv, '--data-dir', root, '--downloads', join(root, 'in')], root);
  app = await createApp({
    host: {
      kind: 'browser',
      dialogs: false,
      showInFolder: false,
      localNetworkGate,
      fs: nodeFs,
      pickPaths: async () => [],
      pickFolder: async () => null,
      revealPath: () => undefined,
      notify: (title, body) => notify(title, body),
      setActivity: () => undefined,
    },
    plan,
    dataDir: root,
    defaultDownloads: join(root, 'in'),
    version: '1',
    output: { emit: (event) => void events.push(event) },
    disk,
    roomKeys: testRoomKeys,
  });
}

interface FakePage extends PageConnection {
  readonly session: PageSession;
  readonly heard: string[];
  isAlive: boolean;
}

function openPage(): FakePage {
  const heard: string[] = [];
  const connection = {
    heard,
    isAlive: true,
    emit(event: string) {
      heard.push(event);
      if (event === 'ending') void session.call('ended', {});
    },
    alive: async () => connection.isAlive,
    close: () => void heard.push('closed'),
  };
  const session = app.connect(connection);
  return Object.assign(connection, { session });
}

async function attached(takeOver = false): Promise<FakePage> {
  const page = openPage();
  await page.session.call('attach', { takeOver });
  return page;
}

/** A link of this page to somebody; gives the far end of its port and the control messages that came. */
function linkTo(page: FakePage, key: string, session = `session of ${key}`): { port: Port; types: string[] } {
  const [main, far] = portPair();
  const types: string[] = [];
  far.listen({
    message(message) {
      const decoded = message instanceof Uint8Array ? decodeMessage(message, limits.linkMessageBytes) : null;
      if (decoded?.kind === 'control') types.push(decoded.control.type);
    },
    close: () => undefined,
  });
  page.session.port(linkPurpose({ session, key, name: key }), main);
  return { port: far, types };
}

function member(session: string, part: Partial<MemberView> = {}): MemberView {
  return { session, name: 'x', key: null, state: 'connected', path: null, roundTripMs: null, reason: null, ...part };
}

function report(page: FakePage, ...sessions: string[]): Promise<unknown> {
  return reportMembers(page, ...sessions.map((session) => member(session)));
}

function reportMembers(page: FakePage, ...members: MemberView[]): Promise<unknown> {
  return page.session.call('networkReport', { brokers: [], members, trouble: null });
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((done) => setImmediate(done));
}

test('the page is told the own key, the one that links are signed with', async () => {
  await start();
  const page = openPage();
  const state = await page.session.call('attach', { takeOver: false });
  const signed = await page.session.call('linkSign', {
    ...{ topic: 't', linkId: 'l', role: 'offerer', ownSession: 'a', peerSession: 'b' },
    binding: { kind: 'dtls', own: 'f', peer: 'g' },
  });
  const strand = await page.session.call('linkSign', {
    ...{ topic: 't', linkId: 'l', introducedBy: 'k', role: 'offerer', ownSession: 'a', peerSession: 'b' },
    binding: { kind: 'dtls', own: 'f', peer: 'g' },
  });
  expect((strand as { signature: string }).signature).not.toBe((signed as { signature: string }).signature);
  expect(state).toMatchObject({ key: expect.stringMatching(/^[\w-]{43}$/) });
  expect(signed).toMatchObject({ key: (state as { key: string }).key });
});

test('of two pages that come when one has died, one is taken', async () => {
  await start();
  const dead = await attached();
  dead.isAlive = false;
  const pages = [openPage(), openPage()];
  const taken = await Promise.allSettled(pages.map((page) => page.session.call('attach', { takeOver: false })));
  expect(taken.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(dead.heard).toContain('closed');
});

test('of two pages that take over at once, the first is told that it has lost its place', async () => {
  await start();
  await attached();
  const pages = await Promise.all([attached(true), attached(true)]);
  expect(pages[0]?.heard).toEqual(['detached', 'closed']);
  expect(pages[1]?.heard).toEqual([]);
});

test('what is offered to everyone does not go to those who are no longer in the room', async () => {
  await writeFile(join(root, 'a.txt'), 'a');
  await start('--room', 'new');
  const page = await attached();
  linkTo(page, 'ann');
  linkTo(page, 'bo');
  await report(page, 'session of bo');
  await app.receivePaths([join(root, 'a.txt')]);
  const state = await page.session.call('attach', { takeOver: false });
  expect(state).toMatchObject({ transfers: [{ peer: { key: 'bo' } }] });
  // Nor to those a page that has gone had reached.
  page.session.closed();
  await app.receivePaths([join(root, 'a.txt')]);
  expect(await openPage().session.call('attach', { takeOver: false })).toMatchObject({ transfers: { length: 1 } });
});

test('who is called otherwise is so in the transfers too, and who has left is said to have left', async () => {
  await writeFile(join(root, 'a.txt'), 'a');
  await start('--room', 'new');
  const page = await attached();
  const { port, types } = linkTo(page, 'ann');
  await app.receivePaths([join(root, 'a.txt')]);
  await until(() => types.includes('offer'));
  const transfer = async () => {
    const { transfers } = (await page.session.call('attach', { takeOver: false })) as { transfers: TransferView[] };
    return transfers[0];
  };
  const from = { binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: null };
  port.post(encodeControl({ type: 'accept', transfer: (await transfer())?.id ?? '', ...from }));
  await until(() => types.includes('digests'));

  const ann = { session: 'session of ann', key: 'ann', name: 'Ann on the train' };
  await reportMembers(page, member(ann.session, ann));
  expect((await transfer())?.peer).toEqual(ann);
  await reportMembers(page, member(ann.session, { ...ann, state: 'closed', reason: { code: 'peer-left' } }));
  port.close();
  await until(() => events.some((event) => event.event === 'transfer' && event.state === 'interrupted'));
  expect(await transfer()).toMatchObject({ state: 'interrupted', reason: { code: 'peer-left' } });
});

interface Shown {
  readonly room: { code: string; topic: string } | null;
  readonly guard: RoomGuard;
  readonly standing: readonly { title: string }[];
  readonly transfers: readonly TransferView[];
}

async function shownTo(page: FakePage): Promise<Shown> {
  return (await page.session.call('attach', { takeOver: false })) as Shown;
}

test('who moves on to a new code with others keeps the transfers with them, and what is offered to everyone', async () => {
  await writeFile(join(root, 'a.txt'), 'a');
  await start('--room', 'new');
  const page = await attached();
  const before = await shownTo(page);
  const old = linkTo(page, 'ann');
  await app.receivePaths([join(root, 'a.txt')]);
  await until(() => old.types.includes('offer'));
  const { code } = (await page.session.call('codeCreate', {})) as { code: string };
  expect((await shownTo(page)).room).toEqual(before.room);
  await page.session.call('roomMove', { code });
  old.port.close();
  const after = await shownTo(page);
  expect(after).toMatchObject({
    room: { code },
    standing: [{ title: 'a.txt' }],
    transfers: [{ peer: { key: 'ann' } }],
  });
  expect(after.room?.topic).not.toBe(before.room?.topic);
  const [ann, cem] = [linkTo(page, 'ann', 'another session'), linkTo(page, 'cem')];
  await until(() => ann.types.includes('offer') && cem.types.includes('offer'));
  expect((await shownTo(page)).transfers.map(({ peer }) => peer.key)).toEqual(['ann', 'cem']);
});

test('a page that comes later is given whom the room lets in, until the room is left', async () => {
  await start('--room', 'new');
  const page = await attached();
  const key = 'A'.repeat(43);
  const guard: RoomGuard = {
    lock: { turn: 1, locked: true, keys: [key] },
    seen: [key],
    removed: [{ key, session: 'session', name: 'Bo' }],
  };
  const topic = (await shownTo(page)).room?.topic ?? '';
  await page.session.call('guardReport', { topic: 'another', guard });
  expect((await shownTo(page)).guard).toEqual(openGuard);
  await page.session.call('guardReport', { topic, guard });
  expect((await shownTo(await attached(true))).guard).toEqual(guard);

  // To another code with the same people: the lock stays behind, the removal is a person's own.
  const last = await attached(true);
  const { code } = (await last.session.call('codeCreate', {})) as { code: string };
  await last.session.call('roomMove', { code });
  expect((await shownTo(last)).guard).toEqual({ ...openGuard, removed: guard.removed });
  await last.session.call('roomCreate', {});
  expect((await shownTo(last)).guard).toEqual(openGuard);
});

test.each(['removed', 'removed-by-me'] as const)('a transfer with somebody %s says so, and waits', async (code) => {
  await writeFile(join(root, 'a.txt'), 'a');
  await start('--room', 'new');
  const page = await attached();
  const { port, types } = linkTo(page, 'ann');
  await app.receivePaths([join(root, 'a.txt')]);
  await until(() => types.includes('offer'));
  const id = (await shownTo(page)).transfers[0]?.id ?? '';
  const from = { binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: null };
  port.post(encodeControl({ type: 'accept', transfer: id, ...from }));
  await until(() => types.includes('digests'));
  port.close();
  await reportMembers(page, member('session of ann', { key: 'ann', name: 'ann', state: 'closed', reason: { code } }));
  await until(() => events.some((event) => event.event === 'transfer' && event.state === 'interrupted'));
  expect((await shownTo(page)).transfers[0]).toMatchObject({ state: 'interrupted', reason: { code } });
});

test('paths that come while there is no room are offered in the next', async () => {
  await writeFile(join(root, 'a.txt'), 'a');
  await start();
  await app.receivePaths([join(root, 'a.txt')]);
  const page = await attached();
  await page.session.call('roomCreate', {});
  const { types } = linkTo(page, 'ann');
  await until(() => types.includes('offer'));
});

test('paths that were still being listed when their room was left go to nobody in the next, and nothing is said', async () => {
  await writeFile(join(root, 'a.txt'), 'a');
  await start('--room', 'new');
  const page = await attached();
  const offered = app.receivePaths([join(root, 'a.txt')]);
  await page.session.call('roomLeave', {});
  await offered;
  await page.session.call('roomCreate', {});
  linkTo(page, 'ann');
  expect(await page.session.call('attach', { takeOver: false })).toMatchObject({ transfers: [] });
  expect(events.filter(({ event }) => event === 'error')).toEqual([]);
});

test('an offer that "accept all" cannot take for want of space is said, and waits', async () => {
  await start('--accept', 'all', '--room', 'new');
  const page = await attached();
  const { port, types } = linkTo(page, 'ann');
  const transfer = idOf(5);
  port.post(encodeControl(offerOf(transfer, [['f', 'a.bin', 2 ** 52, 0]])));
  await until(() => types.includes('want-manifest'));
  port.post(encodeControl({ type: 'manifest', transfer, page: 0, entries: [['f', 'a.bin', 2 ** 52, 0]] }));
  await until(() => events.some((event) => event.event === 'error'));
  expect(events.filter((event) => event.event === 'error')).toEqual([
    { event: 'error', message: expect.stringMatching(/not enough space/) },
  ]);
  expect(events).toContainEqual(expect.objectContaining({ event: 'transfer', id: transfer, state: 'offered' }));
  expect(page.heard).toContain('notice');
});

test('the app ends although its page never answers what it was asked to read', async () => {
  await start('--room', 'new');
  const page = await attached();
  const source = await page.session.call('filesFromPage', {
    entries: [{ path: 'a.bin', folder: false, bytes: 100, modifiedMs: 0 }],
  });
  const { id } = source as { id: string };
  const [main, frozen] = portPair();
  const asked = new Promise<void>((done) => frozen.listen({ message: () => done(), close: () => undefined }));
  page.session.port({ kind: 'source', source: id }, main);
  const { port, types } = linkTo(page, 'ann');
  const { transfers } = (await page.session.call('offer', { source: id, sessions: ['session of ann'] })) as {
    transfers: string[];
  };
  await until(() => types.includes('offer'));
  const from = { binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: null };
  port.post(encodeControl({ type: 'accept', transfer: transfers[0] ?? '', ...from }));
  await asked;
  await app.close();
});

test('a window that is being destroyed and a desktop without notifications stop neither transfers nor their events', async () => {
  const refuse = (): never => {
    throw new Error('Object has been destroyed');
  };
  notify = refuse;
  await start('--room', 'new');
  const page = await attached();
  page.emit = refuse;
  const { port, types } = linkTo(page, 'ann');
  const transfer = idOf(5);
  port.post(encodeControl(offerOf(transfer, [['f', 'a.bin', 5, 0]])));
  await until(() => types.includes('want-manifest'));
  port.post(encodeControl({ type: 'manifest', transfer, page: 0, entries: [['f', 'a.bin', 5, 0]] }));
  await until(() => events.some((event) => event.event === 'transfer'));
  port.post(encodeControl({ type: 'cancel', transfer, reason: 'cancelled-by-peer' }));
  await until(() => types.includes('ended'));
  await until(() => events.some((event) => event.event === 'transfer' && event.state === 'cancelled'));
  const states = events.flatMap((event) => (event.event === 'transfer' ? event.state : []));
  expect(states).toEqual(['offered', 'cancelled']);
  expect(events).toContainEqual({ event: 'error', message: expect.stringContaining('Object has been destroyed') });
});

test('the app ends although the disk never answers', async () => {
  await start('--accept', 'all', '--room', 'new');
  const page = await attached();
  const { port, types } = linkTo(page, 'ann');
  const transfer = idOf(5);
  const asked = new Promise<void>((done) => {
    disk.createPart = () => {
      done();
      return new Promise(() => undefined);
    };
  });
  disk.space = async () => ({ freeBytes: 1e12, blockBytes: 4096, freeEntries: null });
  port.post(encodeControl(offerOf(transfer, [['f', 'a.bin', 5, 0]])));
  await until(() => types.includes('want-manifest'));
  port.post(encodeControl({ type: 'manifest', transfer, page: 0, entries: [['f', 'a.bin', 5, 0]] }));
  await until(() => types.includes('accept'));
  port.post(createBlock({ transfer, binding: 1, entry: 0, offset: 0 }, 5));
  await asked;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const closed = app.close();
    await vi.advanceTimersByTimeAsync(closeWithinMs);
    // The page has what main said last and does not hand it on.
    await vi.advanceTimersByTimeAsync(goodbyeWithinMs);
    await closed;
  } finally {
    vi.useRealTimers();
  }
  expect(types).toContain('ended');
  expect(page.heard.at(-1)).toBe('closed');
  // Closing once more, when the test has ended, is not to wait.
  app.close = async () => undefined;
});

test('the people in the room are told of the end before the app is gone', async () => {
  await start('--room', 'new');
  const page = await attached();
  await app.close();
  expect(page.heard.filter((event) => event === 'ending' || event === 'closed')).toEqual(['ending', 'closed']);
});

test('where the system may keep the app out of the local network, it is said once', async () => {
  const told = () => events.filter((event) => event.event === 'error' && /Local Network/.test(event.message)).length;
  const silent = member('bo', { state: 'connecting', reason: { code: 'link-timeout' } });
  await start('--room', 'new');
  await reportMembers(await attached(), silent);
  expect(told()).toBe(0);
  await app.close();
  localNetworkGate = true;
  await start('--room', 'new');
  const page = await attached();
  await reportMembers(page, silent);
  await reportMembers(page, silent);
  expect(told()).toBe(1);
  expect(page.heard.filter((event) => event === 'notice')).toHaveLength(1);
});

test('settings that a page could not connect with are refused', async () => {
  await start();
  const page = await attached();
  const bad = [{ urls: 'http://x' }, { urls: 'stun:' }, { urls: 'turn:host' }, { urls: 'turn:host', username: 'a' }];
  for (const server of bad) {
    await expect(page.session.call('settingsUpdate', { iceServers: [server] })).rejects.toMatchObject({
      reason: { code: 'setting-invalid', detail: { setting: 'iceServers' } },
    });
  }
  const good = [{ urls: 'turns:host:443?transport=tcp', username: 'a', credential: 'b' }, { urls: 'stun:host' }];
  expect(await page.session.call('settingsUpdate', { iceServers: good })).toMatchObject({ iceServers: good });
  expect(
    await page.session.call('settingsUpdate', { iceServers: [{ urls: 'turn:user:password@host:3478' }] }),
  ).toMatchObject({ iceServers: [{ urls: 'turn:host:3478', username: 'user', credential: 'password' }] });
  await expect(page.session.call('settingsUpdate', { name: '\u200b' })).rejects.toMatchObject({
    reason: { code: 'request-invalid' },
  });
  await access(join(root, 'settings.json'));
});

test('what is to be read before a page is there is said by the next one, once', async () => {
  await start('--room', 'new');
  app.notice({ code: 'link-without-code' });
  const page = await attached();
  await until(() => page.heard.includes('notice'));
  page.session.closed();
  const next = await attached();
  await new Promise((done) => setImmediate(done));
  expect(next.heard).not.toContain('notice');
});

test('files that come before there is a room wait in sight, and go into the next one', async () => {
  await start();
  const page = await attached();
  const path = join(root, 'early.txt');
  await writeFile(path, 'early');
  await app.receivePaths([path]);
  expect(page.heard).toContain('standing');
  const state = (await page.session.call('attach', { takeOver: false })) as AppState;
  expect(state.standing.map(({ title }) => title)).toEqual(['early.txt']);
  await app.enterRoom({ kind: 'new' });
  const { types } = linkTo(page, 'ann');
  await until(() => types.includes('offer'));
  await expect(app.receivePaths([join(root, 'absent')])).rejects.toMatchObject({ reason: { code: 'path-missing' } });
});

test('who was compared is known to the page, to the next one and after a restart, until the mark is taken off', async () => {
  const ann = { key: '7Bcrk61eVjv0kyxw4SRQNMNUZ-8u_U1k6_gZaDRn4r8', name: 'Ann' };
  await start();
  const page = await attached();
  await page.session.call('personKnow', ann);
  expect(page.heard).toContain('known');
  expect(await page.session.call('attach', { takeOver: false })).toMatchObject({ known: [ann] });
  await app.close();

  await start();
  const next = openPage();
  expect(await next.session.call('attach', { takeOver: false })).toMatchObject({ known: [ann] });
  await next.session.call('personForget', { key: ann.key });
  expect(await next.session.call('attach', { takeOver: false })).toMatchObject({ known: [] });
});

test('the page gets the six words of a key, and none of what is no key', async () => {
  await start();
  const page = await attached();
  const key = '7Bcrk61eVjv0kyxw4SRQNMNUZ-8u_U1k6_gZaDRn4r8';
  expect(await page.session.call('personWords', { key })).toEqual({
    words: ['lab', 'maid', 'laptop', 'health', 'alien', 'laundry'],
  });
  const noKey = page.session.call('personWords', { key: 'x'.repeat(43) });
  await expect(async () => noKey).rejects.toMatchObject({ reason: { code: 'request-invalid' } });
});
