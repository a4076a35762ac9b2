import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { BrokerView, NetworkView } from '../../../src/shared/views.ts';
import { startTestBroker, type TestBroker } from '../../support/broker-aedes.ts';
import { collect, everybodyLeaves, joinAs, makeTestRoom, type Person } from '../../support/connect-person.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  await everybodyLeaves();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startBroker(options?: { start?: boolean; host?: string }): Promise<TestBroker> {
  const broker = await startTestBroker(options);
  cleanups.push(() => broker.close());
  return broker;
}

const brokersAre = (...states: BrokerView['state'][]) =>
  [
    `brokers are ${states}`,
    ({ brokers }: NetworkView) => brokers.map((broker) => broker.state).join() === states.join(),
  ] as const;

const quick = { brokerBackoffMs: { first: 100, most: 400 } };

test('a message that comes by two brokers counts once, and three operators cost no more than one', async () => {
  const all = [await startBroker(), await startBroker(), await startBroker()];
  const urls = all.map((broker) => broker.url);
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: urls });
  await ada.until(...brokersAre('connected', 'connected', 'connected'));
  const ben = joinAs('Ben', room, { brokers: urls });
  await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  for (const person of [ada, ben]) {
    expect(person.room.diagnostics().counters.signalDuplicate).toBeGreaterThan(0);
    expect(person.links).toHaveLength(1);
    expect(person.view.members).toHaveLength(1);
  }
  for (const broker of all) expect(broker.published.length).toBeLessThanOrEqual(24);
});

test.each([3, 4, 5, 6])('one of two brokers dies in the middle of a meeting, after %i messages', async (messages) => {
  const [dying, staying] = [await startBroker(), await startBroker()];
  const urls = [dying.url, staying.url];
  const room = makeTestRoom();
  let died: Promise<void> | null = null;
  dying.onPublish(() => {
    if (dying.published.length === messages) died = dying.kill();
  });
  const ada = joinAs('Ada', room, { brokers: urls });
  await ada.until(...brokersAre('connected', 'connected'));
  const ben = joinAs('Ben', room, { brokers: urls });
  await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  await died;
  expect(died).not.toBeNull();
});

test('every broker is dead at the start: said, retried, and joined when one comes', async () => {
  const broker = await startBroker({ start: false });
  const other = await startBroker({ start: false });
  const room = makeTestRoom();
  const people = ['Ada', 'Ben'].map((name) => joinAs(name, room, { brokers: [broker.url, other.url], timings: quick }));
  for (const person of people) {
    const view = await person.until(...brokersAre('waiting', 'waiting'));
    expect(view.brokers[0]).toEqual({
      url: broker.url,
      state: 'waiting',
      reason: { code: 'broker-unreachable', detail: { url: broker.url } },
    });
  }
  await broker.restart();
  await Promise.all(people.map((person) => person.untilLinked()));
  expect(people[0]?.view.brokers[0]).toEqual({ url: broker.url, state: 'connected', reason: null });
});

test('bad addresses are told plainly, and the good one works', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const brokers = ['not an address', 'mqtt://127.0.0.1:1883', broker.url];
  const ada = joinAs('Ada', room, { brokers });
  const ben = joinAs('Ben', room, { brokers });
  await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  const { brokers: views } = ada.view;
  expect(views[0]).toMatchObject({
    state: 'waiting',
    reason: { code: 'setting-invalid', detail: { setting: brokers[0] } },
  });
  expect(views[1]).toMatchObject({
    state: 'waiting',
    reason: { code: 'setting-invalid', detail: { setting: brokers[1] } },
  });
});

test('a broker is reached by the literal address of IPv6', async (context) => {
  const broker = await startBroker({ host: '::1' }).catch(() => null);
  if (!broker) return context.skip('this machine has no IPv6 loopback');
  const ada = joinAs('Ada', makeTestRoom(), { brokers: [broker.url], timings: quick });
  await ada.until(...brokersAre('connected'));
  expect(broker.url).toContain('[::1]');
});

test('an address that cannot be dialled at all is told, and the others work', async () => {
  const broker = await startBroker();
  // The WebSocket constructor itself throws at a fragment.
  const ada = joinAs('Ada', makeTestRoom(), { brokers: ['ws://127.0.0.1:9/#fragment', broker.url], timings: quick });
  await ada.until(...brokersAre('waiting', 'connected'));
  expect(ada.view.brokers[0]?.reason?.code).toBe('broker-unreachable');
});

test('a browser without Ed25519 says that it cannot join, and why', async () => {
  const generateKey = vi.spyOn(crypto.subtle, 'generateKey');
  generateKey.mockRejectedValue(new DOMException('Unrecognized name.', 'NotSupportedError'));
  cleanups.push(() => generateKey.mockRestore());
  const broker = await startBroker();
  const ada = joinAs('Ada', makeTestRoom(), { brokers: [broker.url] });
  const view = await ada.until('there is trouble', ({ trouble }) => trouble !== null);
  expect(view.trouble).toEqual({ code: 'browser-unable' });
  expect(view.brokers).toEqual([{ url: broker.url, state: 'waiting', reason: { code: 'browser-unable' } }]);
  await ada.leave();
});

test('a broker that accepts the connection and then says nothing is given up', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => silent.close(done));
  });
  const address = silent.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const ada = joinAs('Ada', makeTestRoom(), { brokers: [url], timings: { ...quick, brokerConnectMs: 200 } });
  const view = await ada.until(...brokersAre('waiting'));
  expect(view.brokers[0]?.reason?.code).toBe('broker-unreachable');
  await ada.until(...brokersAre('connecting'));
});

test('a broker that refuses us is told apart from one that is not there', async () => {
  const broker = await startTestBroker({ refuse: true });
  cleanups.push(() => broker.close());
  const ada = joinAs('Ada', makeTestRoom(), { brokers: [broker.url], timings: quick });
  const view = await ada.until(...brokersAre('waiting'));
  expect(view.brokers[0]?.reason).toEqual({ code: 'broker-refused', detail: { url: broker.url } });
});

test('links outlive every broker, and their return makes no new ones', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url], timings: quick });
  const ben = joinAs('Ben', room, { brokers: [broker.url], timings: quick });
  const [toBen, toAda] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  await broker.kill();
  await Promise.all([ada, ben].map((person) => person.until(...brokersAre('waiting'))));
  const arrived = collect(toAda, 1);
  toBen.send(new Uint8Array([1, 42]));
  expect(await arrived).toEqual([new Uint8Array([1, 42])]);
  expect(ada.member('Ben')?.state).toBe('connected');

  const before = broker.published.length;
  await broker.restart();
  await Promise.all([ada, ben].map((person) => person.until(...brokersAre('connected'))));
  const cleo = joinAs('Cleo', room, { brokers: [broker.url] });
  await Promise.all([ada, ben, cleo].map((person) => person.untilLinked(2)));
  // Each announces itself again, and the two who are linked leave it at that.
  expect(ada.links).toHaveLength(2);
  expect(ben.links).toHaveLength(2);
  expect(ada.views.every((view) => view.members.every((member) => member.state !== 'reconnecting'))).toBe(true);
  expect(broker.published.length - before).toBeLessThanOrEqual(30);
});

async function startChild(name: string, room: ReturnType<typeof makeTestRoom>, broker: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('../../support/connect-child.ts', import.meta.url));
  const key = Buffer.from(room.sealingKey).toString('base64url');
  const child = spawn(process.execPath, ['--import', 'tsx', script, name, room.topic, key, broker], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

async function meetChild(
  timings: Parameters<typeof joinAs>[2]['timings'],
): Promise<{ ada: Person; child: ChildProcess }> {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url], ...(timings ? { timings } : {}) });
  const child = await startChild('Ben', room, broker.url);
  await Promise.all([ada.untilLinked(), child.stdout && once(child.stdout, 'data')]);
  return { ada, child };
}

test('a peer that is killed is noticed within six seconds, and forgotten when no broker carries it either', async () => {
  const { ada, child } = await meetChild({ attemptMs: 1500, attemptBackoffMs: { first: 100, most: 400 } });
  const closed = new Promise<void>((done) =>
    ada.links[0]?.listen({ message: () => undefined, drain: () => undefined, close: done }),
  );
  const killedMs = performance.now();
  child.kill('SIGKILL');
  const view = await ada.until('Ben is reconnecting', ({ members }) => members[0]?.state === 'reconnecting');
  expect(performance.now() - killedMs).toBeLessThan(6300);
  expect(view.members[0]).toMatchObject({ name: 'Ben', path: null, roundTripMs: null });
  expect(['link-timeout', 'link-closed']).toContain(view.members[0]?.reason?.code);
  await closed;
  const gone = await ada.until('Ben is gone', ({ members }) => members[0]?.state === 'closed');
  expect(gone.members[0]?.reason).toEqual({ code: 'peer-away' });
});

test('a peer that stops without dying is reconnected when it goes on', async () => {
  const { ada, child } = await meetChild({
    silenceMs: 1500,
    heartbeatMs: 300,
    attemptBackoffMs: { first: 100, most: 400 },
  });
  child.kill('SIGSTOP');
  await ada.until('Ben is reconnecting', ({ members }) => members[0]?.state === 'reconnecting');
  child.kill('SIGCONT');
  await ada.untilLinked(2);
  const view = await ada.until('Ben is back', ({ members }) => members[0]?.state === 'connected');
  expect(view.members[0]?.reason).toBeNull();
  expect(ada.links[1]?.id).not.toBe(ada.links[0]?.id);
  expect(ada.links[1]?.session).toBe(ada.links[0]?.session);
});

test('whoever uses a link may close it; the two connect anew', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const timings = { attemptBackoffMs: { first: 50, most: 50 } };
  const ada = joinAs('Ada', room, { brokers: [broker.url], timings });
  const ben = joinAs('Ben', room, { brokers: [broker.url], timings });
  const [toBen, toAda] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  let told = false;
  toBen.listen({
    message: () => undefined,
    drain: () => undefined,
    close: () => {
      told = true;
    },
  });
  const closed = new Promise<void>((done) =>
    toAda.listen({ message: () => undefined, drain: () => undefined, close: done }),
  );
  toBen.close();
  await closed;
  await Promise.all([ada.untilLinked(2), ben.untilLinked(2)]);
  expect(told).toBe(false);
});
