import { afterEach, expect, test } from 'vitest';
import { type Counters, createCounters } from '../../../src/connect/counters.ts';
import { brokerAt } from '../../../src/connect/mqtt/broker.ts';
import { createSignaling, type Signaling } from '../../../src/connect/signaling.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import type { Signal, SignalBody } from '../../../src/shared/protocol/signal.ts';
import { startTestBroker, type TestBroker } from '../../support/broker-aedes.ts';
import { createFakeClock, type FakeClock } from '../../support/connect-clock.ts';
import { nodeCryptography, randomId } from '../../support/connect-cryptography.ts';
import { makeTestRoom, type TestRoom } from '../../support/connect-person.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startBroker(options?: { start?: boolean; hangUp?: boolean }): Promise<TestBroker> {
  const broker = await startTestBroker(options);
  cleanups.push(() => broker.close());
  return broker;
}

interface End {
  readonly session: string;
  readonly signaling: Signaling;
  readonly clock: FakeClock;
  readonly counters: Counters;
  readonly heard: { from: string; signal: Signal; carrier: string }[];
  accept: boolean;
  /** Thrown by whoever is told the next message. */
  fault: Error | null;
}

async function open(room: TestRoom, urls: string[]): Promise<End> {
  const sealing = await nodeCryptography.createSealing(room.topic, room.sealingKey);
  const clock = createFakeClock();
  const counters = createCounters();
  const heard: End['heard'] = [];
  const signaling = createSignaling({
    topic: room.topic,
    carriers: urls.map(brokerAt),
    sealing,
    clock,
    timings: { ...usualTimings, brokerKeepaliveMs: 36_000_000 },
    counters,
    random: () => 0.5,
    randomId,
    onSignal(from, signal, carrier) {
      const { fault } = end;
      end.fault = null;
      if (fault) throw fault;
      heard.push({ from, signal, carrier });
      return end.accept;
    },
    onVersionUnknown: () => undefined,
    onUp: () => undefined,
    onDown: () => undefined,
    onGivenUp: () => undefined,
    onView: () => undefined,
  });
  cleanups.push(() => signaling.close());
  const end: End = { session: sealing.session, signaling, clock, counters, heard, accept: true, fault: null };
  return end;
}

const connected = (end: End, count: number) =>
  expect
    .poll(() => end.signaling.views.filter((broker) => broker.state === 'connected').length, { timeout: 20_000 })
    .toBe(count);
const arrived = (broker: TestBroker, count: number) =>
  expect.poll(() => broker.published.length, { timeout: 20_000, interval: 5 }).toBe(count);

const retry = (to: string): SignalBody => ({ type: 'retry', to, last: null });

test('a message without its answer is sent again with the same id after 2, 5 and 15 s, until it is settled', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const [ada, ben] = [await open(room, [broker.url]), await open(room, [broker.url])];
  await connected(ada, 1);
  await connected(ben, 1);
  const idle = ada.clock.waiting;
  const settle = ada.signaling.post(retry(ben.session));
  await arrived(broker, 1);
  for (const [seconds, count] of [
    [1.9, 1],
    [0.1, 2],
    [2.9, 2],
    [0.1, 3],
    [9.9, 3],
    [0.1, 4],
    [19.9, 4],
    [0.1, 5],
  ] as const) {
    await ada.clock.advance(seconds * 1000);
    await arrived(broker, count);
  }
  await expect.poll(() => ben.counters.snapshot().received).toBe(5);
  expect(ben.heard).toEqual([
    { from: ada.session, signal: expect.objectContaining(retry(ben.session)), carrier: broker.url },
  ]);
  expect(ben.counters.snapshot().signalDuplicate).toBe(4);
  // Each time it is sealed anew.
  expect(new Set(broker.published.map((payload) => payload.toString('hex'))).size).toBe(5);
  settle();
  expect(ada.clock.waiting).toBe(idle);
});

test('what is outstanding goes to a broker that comes up, at once', async () => {
  const [first, late] = [await startBroker(), await startBroker({ start: false })];
  const room = makeTestRoom();
  const ada = await open(room, [first.url, late.url]);
  const ben = await open(room, [late.url]);
  await connected(ada, 1);
  await expect.poll(() => ada.signaling.views[1]?.state).toBe('waiting');
  ada.signaling.post(retry(ben.session));
  await arrived(first, 1);
  await late.restart();
  await ben.clock.advance(1000);
  await connected(ben, 1);
  await ada.clock.advance(1000);
  await connected(ada, 2);
  await expect.poll(() => ben.heard.length).toBe(1);
  expect(late.published).toHaveLength(1);
  expect(first.published).toHaveLength(1);
});

test('a message whose handling throws does not deafen the broker it came by', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const [ada, ben] = [await open(room, [broker.url]), await open(room, [broker.url])];
  await connected(ada, 1);
  await connected(ben, 1);
  ben.fault = new Error('something unforeseen');
  await ada.signaling.tell(retry(ben.session));
  await ada.signaling.tell(retry(ben.session));
  await expect.poll(() => ben.heard.length).toBe(1);
  expect(ben.counters.snapshot().failed).toBe(1);
  expect(ben.counters.lastFailure).toContain('something unforeseen');
});

test('a message that cannot be sealed is counted, and the next one goes', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const [ada, ben] = [await open(room, [broker.url]), await open(room, [broker.url])];
  await connected(ada, 1);
  await connected(ben, 1);
  const link = randomId();
  await ada.signaling.tell({ type: 'offer', to: ben.session, link, sdp: 'x'.repeat(20_000) });
  await ada.signaling.tell(retry(ben.session));
  await expect.poll(() => ben.heard.length).toBe(1);
  expect(ada.counters.snapshot().failed).toBe(1);
});

test('a broker that grants everything and hangs up is dialled ever less often', async () => {
  const broker = await startBroker({ hangUp: true });
  const ada = await open(makeTestRoom(), [broker.url]);
  const hungUp = (times: number) =>
    expect
      .poll(() => [broker.connections, ada.signaling.views[0]?.state], { timeout: 20_000, interval: 5 })
      .toEqual([times, 'waiting']);
  await hungUp(1);
  // Half of 1, 2, 4 and 8 s, as chance is here.
  for (const [times, waitMs] of [500, 1000, 2000, 4000].entries()) {
    await ada.clock.advance(waitMs - 1);
    expect(broker.connections).toBe(times + 1);
    await ada.clock.advance(1);
    await hungUp(times + 2);
  }
});

test('a connection that has stood for a while makes the backoff begin anew', async () => {
  const broker = await startBroker();
  const ada = await open(makeTestRoom(), [broker.url]);
  await connected(ada, 1);
  await broker.kill();
  await expect.poll(() => ada.signaling.views[0]?.state).toBe('waiting');
  await broker.restart();
  await ada.clock.advance(500);
  await connected(ada, 1);
  await ada.clock.advance(usualTimings.brokerSteadyMs);
  await broker.kill();
  await expect.poll(() => ada.signaling.views[0]?.state).toBe('waiting');
  await broker.restart();
  await ada.clock.advance(500);
  await connected(ada, 1);
});

test.each([
  ['at QoS 2', [0x34, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01]],
  ['a packet of 256 MiB, of which it sends the beginning', [0x32, 0xff, 0xff, 0xff, 0x7f, 0x00, 0x01, 0x61]],
  ['a length without an end', [0x32, 0xff, 0xff, 0xff, 0xff, 0x7f]],
])('a broker that sends %s is left at once', async (_, bytes) => {
  const [sound, broken] = [await startBroker(), await startBroker()];
  const room = makeTestRoom();
  const ada = await open(room, [sound.url, broken.url]);
  await connected(ada, 2);
  broken.sendRaw(new Uint8Array(bytes));
  await expect
    .poll(() => ada.signaling.views[1])
    .toMatchObject({
      state: 'waiting',
      reason: { code: 'broker-misbehaves' },
    });
  expect(ada.signaling.views[0]?.state).toBe('connected');
});

test('messages of one session keep their order', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const [ada, ben] = [await open(room, [broker.url]), await open(room, [broker.url])];
  await connected(ada, 1);
  await connected(ben, 1);
  const links = Array.from({ length: 60 }, () => randomId());
  for (const [index, link] of links.entries()) {
    // Long and short in turn: sealing and opening them takes different times.
    const sdp = 'x'.repeat(index % 2 ? 10 : 8000);
    void ada.signaling.tell({ type: 'offer', to: ben.session, link, sdp });
  }
  await expect.poll(() => ben.heard.length).toBe(60);
  expect(ben.heard.map(({ signal }) => 'link' in signal && signal.link)).toEqual(links);
});

test('messages for others are not ours, our own echo is nobody\u2019s, and what was not accepted may come again', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const [ada, ben] = [await open(room, [broker.url]), await open(room, [broker.url])];
  await connected(ada, 1);
  await connected(ben, 1);
  await ada.signaling.tell(retry(randomId()));
  ben.accept = false;
  const id = randomId();
  await ada.signaling.tell(retry(ben.session), { id });
  await ada.signaling.tell(retry(ben.session), { id });
  await expect.poll(() => ben.heard.length).toBe(2);
  ben.accept = true;
  await ada.signaling.tell(retry(ben.session), { id });
  await ada.signaling.tell(retry(ben.session), { id });
  await expect.poll(() => ben.counters.snapshot().received).toBe(5);
  expect(ben.heard).toHaveLength(3);
  expect(ben.counters.snapshot().signalDuplicate).toBe(1);
  expect(ada.heard).toEqual([]);
});
