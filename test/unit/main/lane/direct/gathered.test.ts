import type { NetworkInterfaceInfo } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { createGathered, type Gathered } from '../../../../../src/main/lane/direct/gathered.ts';
import type { Interfaces } from '../../../../../src/main/lane/direct/gathering.ts';
import { createDatagramNet } from '../../../../support/datagram-net.ts';
import { createFakeAfter, type FakeAfter } from '../../../../support/fake-after.ts';
import { stunAnswer } from '../../../../support/stun-answer.ts';

const server = { address: '198.51.100.1', port: 3478 };
const mapped = { address: '203.0.113.5', port: 50_000 };

let time: FakeAfter;
let asked: number;
let interfaces: () => Interfaces;
let gathered: Gathered;

beforeEach(() => {
  time = createFakeAfter();
  asked = 0;
  interfaces = () => at('192.168.1.2');
  const net = createDatagramNet({ time });
  const stun = net.socket(server.address, server.port);
  stun.listen((bytes, from) => {
    asked++;
    stun.send(stunAnswer(bytes, mapped), from);
  });
  gathered = createGathered({
    socket: {
      port: 40_000,
      datagrams: net.socket('192.168.1.2', 40_000),
      keyPair: () => ({ publicKey: new Uint8Array(32), secretKey: new Uint8Array(64) }),
      connect() {
        throw new Error('nobody connects');
      },
      close: async () => undefined,
    },
    interfaces: () => interfaces(),
    resolve: async () => [server.address],
    iceServers: () => [{ urls: ['turn:relay.example', 'stun:stun.example'] }],
    world: { ...time, randomBytes: (count) => new Uint8Array(count).fill(asked) },
  });
});

function at(address: string): Interfaces {
  const eth0: NetworkInterfaceInfo = { address, family: 'IPv4', netmask: '', mac: '', internal: false, cidr: null };
  return { eth0: [eth0], gone: undefined };
}

async function addresses(): Promise<string[]> {
  const candidates = gathered.candidates(false);
  await setImmediate();
  time.advance(20);
  return (await candidates).map(({ address }) => address);
}

test('what is known is good for twenty seconds, then it is asked for anew', async () => {
  expect(await addresses()).toEqual(['192.168.1.2', mapped.address]);
  time.advance(19_000);
  expect(await addresses()).toEqual(['192.168.1.2', mapped.address]);
  expect(asked).toBe(1);
  time.advance(1000);
  expect(await addresses()).toEqual(['192.168.1.2', mapped.address]);
  expect(asked).toBe(2);
});

test('a computer that has moved to another network asks at once', async () => {
  await addresses();
  interfaces = () => at('10.0.0.7');
  expect(await addresses()).toEqual(['10.0.0.7', mapped.address]);
  expect(asked).toBe(2);
});

test('where the system does not tell its interfaces there are none, and nothing breaks', async () => {
  interfaces = () => {
    throw new Error('uv_interface_addresses');
  };
  expect(await addresses()).toEqual([]);
});

test('everything is looked at only while a server is asked', async () => {
  expect(gathered.asking).toBe(false);
  const candidates = gathered.candidates(false);
  await setImmediate();
  expect(gathered.asking).toBe(true);
  time.advance(20);
  await candidates;
  expect(gathered.asking).toBe(false);
});
