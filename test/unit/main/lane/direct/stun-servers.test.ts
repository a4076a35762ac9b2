import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../../../src/main/lane/direct/datagrams.ts';
import {
  askStunServers,
  readStunServer,
  type StunQuestion,
  stunGraceMs,
  stunMs,
} from '../../../../../src/main/lane/direct/stun-servers.ts';
import { createDatagramNet, type DatagramNet } from '../../../../support/datagram-net.ts';
import { createFakeAfter, type FakeAfter } from '../../../../support/fake-after.ts';
import { stunAnswer } from '../../../../support/stun-answer.ts';

test.each([
  ['stun:stun.example', { host: 'stun.example', port: 3478 }],
  ['stun:stun.example:19302', { host: 'stun.example', port: 19_302 }],
  ['stun:192.0.2.1:5', { host: '192.0.2.1', port: 5 }],
  ['stun:[2001:db8::1]', { host: '2001:db8::1', port: 3478 }],
  ['stun:[2001:db8::1]:5000', { host: '2001:db8::1', port: 5000 }],
  ['stuns:stun.example', null],
  ['turn:stun.example', null],
  ['xstun:stun.example', null],
  ['stun:', null],
  ['stun:stun.example?transport=tcp', null],
])('%s', (url, server) => {
  expect(readStunServer(url)).toEqual(server);
});

const own = { address: '192.168.1.2', port: 40_000 };
const first = { address: '198.51.100.1', port: 3478 };
const second = { address: '198.51.100.2', port: 3479 };
const third = { address: '2001:db8::3', port: 3478 };
const mapped = { address: '203.0.113.9', port: 50_000 };
const names: Record<string, string[]> = { one: [first.address], two: [second.address], three: [third.address] };

let time: FakeAfter;
let net: DatagramNet;
let stopping: AbortController;

beforeEach(() => {
  stopping = new AbortController();
  time = createFakeAfter();
  net = createDatagramNet({ time });
});

/** Answers each request, or those that `hears` says. */
function serve(at: Endpoint, says: Endpoint = mapped, hears: (count: number) => boolean = () => true): void {
  const socket = net.socket(at.address, at.port);
  let count = 0;
  socket.listen((bytes, from) => {
    if (hears(count++)) socket.send(stunAnswer(bytes, says), from);
  });
}

async function ask(change: Partial<StunQuestion> = {}) {
  let found: Endpoint[] | null = null;
  let random = 0;
  void askStunServers({
    datagrams: net.socket(own.address, own.port),
    servers: [
      { host: 'one', port: first.port },
      { host: 'two', port: second.port },
    ],
    resolve: async (host) => names[host] ?? [],
    speaks: () => true,
    world: { ...time, randomBytes: (count) => new Uint8Array(count).fill(++random) },
    signal: stopping.signal,
    ...change,
  }).then((endpoints) => {
    found = endpoints;
  });
  await setImmediate();
  return async (ms: number): Promise<Endpoint[] | null> => {
    time.advance(ms);
    await setImmediate();
    return found;
  };
}

const sentTo = (to: Endpoint): number =>
  net.sent.filter((each) => each.to.address === to.address && each.to.port === to.port).length;

test('each server is asked through the socket, and all is over when all have answered', async () => {
  serve(first);
  serve(second, { address: '203.0.113.9', port: 50_001 });
  const wait = await ask();
  expect(net.sent.map(({ from, to }) => [from, to])).toEqual([
    [own, first],
    [own, second],
  ]);
  expect(await wait(19)).toBeNull();
  expect(await wait(1)).toEqual([mapped, { address: '203.0.113.9', port: 50_001 }]);
  expect(time.waiting).toBe(0);
  expect(net.sent).toHaveLength(4);
});

test('who does not answer is asked again, and given up', async () => {
  const wait = await ask();
  const counts: number[] = [];
  for (const ms of [199, 1, 299, 1, 399, 1, 599]) {
    expect(await wait(ms)).toBeNull();
    counts.push(sentTo(first));
  }
  expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4]);
  expect(await wait(1)).toEqual([]);
  expect(time.now()).toBe(stunMs);
  expect(time.waiting).toBe(0);
});

test('a lost question costs no more than its repeat', async () => {
  serve(first, mapped, (count) => count > 0);
  const wait = await ask({ servers: [{ host: 'one', port: first.port }] });
  expect(await wait(219)).toBeNull();
  expect(await wait(1)).toEqual([mapped]);
});

test('once one has answered, the others are not waited for much longer', async () => {
  serve(first);
  const wait = await ask();
  expect(await wait(20 + stunGraceMs - 1)).toBeNull();
  expect(await wait(1)).toEqual([mapped]);
  expect(sentTo(first)).toBe(1);
  expect(time.waiting).toBe(0);
});

describe('an answer counts only', () => {
  test.each<[string, (bytes: Uint8Array) => { from: Endpoint; bytes: Uint8Array<ArrayBuffer> }]>([
    ['from the port that was asked', (bytes) => ({ from: { ...first, port: 3479 }, bytes: stunAnswer(bytes, mapped) })],
    [
      'from the address that was asked',
      (bytes) => ({ from: { ...first, address: '198.51.100.9' }, bytes: stunAnswer(bytes, mapped) }),
    ],
    [
      'with the transaction of the question',
      (bytes) => ({
        from: first,
        bytes: stunAnswer(
          bytes.map((byte, at) => (at === 8 ? byte ^ 1 : byte)),
          mapped,
        ),
      }),
    ],
  ])('%s', async (_, forged) => {
    const wait = await ask({ servers: [{ host: 'one', port: first.port }] });
    const [question] = net.sent;
    net.forge({ ...forged(question?.bytes ?? new Uint8Array()), to: own });
    expect(await wait(stunMs)).toEqual([]);
  });

  test('once', async () => {
    const wait = await ask();
    const [question] = net.sent;
    const bytes = stunAnswer(question?.bytes ?? new Uint8Array(), mapped);
    net.forge({ from: first, to: own, bytes });
    net.forge({ from: { ...first, address: `::ffff:${first.address}` }, to: own, bytes });
    expect(await wait(stunMs)).toEqual([mapped]);
  });
});

test('one address of each family is asked, of those that this computer speaks', async () => {
  const resolve = async () => ['::1%lo', third.address, '2001:db8::4', first.address, second.address];
  const servers = [{ host: 'both', port: 3478 }];
  await ask({ servers, resolve });
  expect(net.sent.map(({ to }) => to.address)).toEqual([first.address, third.address]);
  await ask({ servers, resolve, speaks: (family) => family === 'ipv6' });
  expect(net.sent.slice(2).map(({ to }) => to.address)).toEqual([third.address]);
  await ask({ servers, resolve, speaks: (family) => family === 'ipv4' });
  expect(net.sent.slice(3).map(({ to }) => to.address)).toEqual([first.address]);
});

test('no more than four servers are asked', async () => {
  const resolve = async () => [first.address];
  await ask({ resolve, servers: Array.from({ length: 6 }, (_, at) => ({ host: 'one', port: 4000 + at })) });
  expect(net.sent.map(({ to }) => to.port)).toEqual([4000, 4001, 4002, 4003]);
});

test('without a server, and without one whose name is known, nothing is waited for', async () => {
  expect(await (await ask({ servers: [] }))(0)).toEqual([]);
  expect(await (await ask({ resolve: () => Promise.reject(new Error('ENOTFOUND')) }))(0)).toEqual([]);
  expect(await (await ask({ resolve: async () => [] }))(0)).toEqual([]);
  expect(net.sent).toEqual([]);
  expect(time.waiting).toBe(0);
});

test('a name that is looked up too long keeps nobody waiting, and comes too late', async () => {
  let told = (_: string[]): void => undefined;
  serve(first);
  const wait = await ask({
    resolve: (host) =>
      host === 'one'
        ? Promise.resolve([first.address])
        : new Promise((done) => {
            told = done;
          }),
  });
  expect(await wait(20 + stunGraceMs - 1)).toBeNull();
  expect(await wait(1)).toEqual([mapped]);
  told([second.address]);
  await wait(stunMs);
  expect(sentTo(second)).toBe(0);
});

test('what is taken back while names are looked up is over at once, and nobody is asked', async () => {
  let found = (_addresses: string[]): void => undefined;
  const looking = new Promise<string[]>((done) => {
    found = done;
  });
  const pass = await ask({ resolve: () => looking });
  stopping.abort();
  expect([await pass(0), time.waiting]).toEqual([[], 0]);
  found([first.address]);
  await pass(2000);
  expect(net.sent).toEqual([]);
});

test('what is taken back while answers are waited for is over at once, and asked no more', async () => {
  const pass = await ask();
  await pass(100);
  stopping.abort();
  expect([await pass(0), time.waiting]).toEqual([[], 0]);
  await pass(2000);
  expect([sentTo(first), sentTo(second)]).toEqual([1, 1]);
});
