import type { NetworkInterfaceInfo } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import type { Endpoint } from '../../../../../src/main/lane/direct/datagrams.ts';
import { type Gathering, gatherCandidates, type Interfaces } from '../../../../../src/main/lane/direct/gathering.ts';
import { type LaneCandidate, laneCandidateSchema } from '../../../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../../../src/shared/protocol/limits.ts';
import { createDatagramNet, type DatagramNet } from '../../../../support/datagram-net.ts';
import { createFakeAfter, type FakeAfter } from '../../../../support/fake-after.ts';
import { stunAnswer } from '../../../../support/stun-answer.ts';

const port = 40_000;
const server = { address: '198.51.100.1', port: 3478 };
const server6 = { address: '2001:db8:5::1', port: 3478 };

function address(text: string): NetworkInterfaceInfo {
  const family = { netmask: '', mac: '', internal: false, cidr: null };
  return text.includes(':')
    ? { address: text, ...family, family: 'IPv6', scopeid: 0 }
    : { address: text, ...family, family: 'IPv4' };
}

const interfaces: Interfaces = {
  lo: [address('127.0.0.1'), address('::1')],
  eth0: [address('192.168.1.2'), address('2001:db8::2'), address('fe80::2')],
  wlan0: [address('10.0.0.2'), address('192.168.1.2')],
  gone: undefined,
};
const hosts = ['192.168.1.2', '2001:db8::2', '10.0.0.2'].map(
  (text): LaneCandidate => ({ kind: 'host', address: text, port }),
);

let time: FakeAfter;
let net: DatagramNet;

beforeEach(() => {
  time = createFakeAfter();
  net = createDatagramNet({ time });
});

async function gather(mapped: Endpoint | null, change: Partial<Gathering> = {}): Promise<LaneCandidate[]> {
  for (const each of [server, server6]) {
    const socket = net.socket(each.address, each.port);
    if (mapped) socket.listen((bytes, from) => socket.send(stunAnswer(bytes, mapped), from));
  }
  const gathered = gatherCandidates({
    datagrams: net.socket('192.168.1.2', port),
    port,
    interfaces,
    loopback: false,
    servers: [{ host: 'stun', port: 3478 }],
    resolve: async () => [server.address, server6.address],
    world: { ...time, randomBytes: (count) => new Uint8Array(count) },
    signal: new AbortController().signal,
    ...change,
  });
  await setImmediate();
  time.advance(1500);
  const candidates = await gathered;
  expect(time.waiting).toBe(0);
  for (const each of candidates) expect(v.is(laneCandidateSchema, each)).toBe(true);
  return candidates;
}

test('the addresses of the interfaces, each once, without loopback and those of a single link', async () => {
  expect(await gather(null)).toEqual(hosts);
});

test('and what the servers see, behind them, once', async () => {
  const mapped = { address: '203.0.113.9', port: 50_000 };
  expect(await gather(mapped)).toEqual([...hosts, { kind: 'mapped', ...mapped }]);
  expect(net.sent.filter(({ to }) => to.port === 3478)).toHaveLength(2);
});

test('loopback where it is asked for', async () => {
  const all = await gather(null, { loopback: true });
  expect(all.map((each) => each.address)).toEqual(['127.0.0.1', '::1', '192.168.1.2', '2001:db8::2', '10.0.0.2']);
});

test('a mapped address that is one of the host says nothing new', async () => {
  expect(await gather({ address: '192.168.1.2', port })).toEqual(hosts);
});

test('a mapped port below those that a candidate may have is left out', async () => {
  expect(await gather({ address: '203.0.113.9', port: 1023 })).toEqual(hosts);
  expect(await gather({ address: '203.0.113.9', port: 1024 })).toHaveLength(hosts.length + 1);
});

test('a family that this computer does not speak is not asked; loopback is no way out', async () => {
  await gather(null, {
    interfaces: { lo: [address('127.0.0.1'), address('::1')], eth0: [address('2001:db8::2')] },
    loopback: true,
  });
  expect(new Set(net.sent.map(({ to }) => to.address))).toEqual(new Set([server6.address]));
});

test('of too many addresses the mapped ones stay', async () => {
  const many = { eth0: Array.from({ length: 40 }, (_, at) => address(`10.0.0.${at + 1}`)) };
  const all = await gather({ address: '203.0.113.9', port: 50_000 }, { interfaces: many });
  expect(all).toHaveLength(limits.laneCandidates);
  expect(all.at(-1)?.kind).toBe('mapped');
  expect(all.filter(({ kind }) => kind === 'host').map((each) => each.address)).toEqual(
    Array.from({ length: limits.laneCandidates - 1 }, (_, at) => `10.0.0.${at + 1}`),
  );
});

test('without any address there is nothing to tell', async () => {
  expect(await gather(null, { interfaces: {} })).toEqual([]);
});
