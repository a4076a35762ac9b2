import { beforeEach, expect, test } from 'vitest';
import { admit } from '../../../../../src/main/lane/direct/admitted.ts';
import { type Checks, startChecks } from '../../../../../src/main/lane/direct/checks.ts';
import { checkTimes } from '../../../../../src/main/lane/direct/checks-machine.ts';
import type { Endpoint } from '../../../../../src/main/lane/direct/datagrams.ts';
import { createProbeCodec, probeBytes } from '../../../../../src/main/lane/direct/probe.ts';
import type { Role } from '../../../../../src/shared/protocol/hello-proof.ts';
import type { LaneCandidate } from '../../../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../../../src/shared/protocol/limits.ts';
import { type Carried, createDatagramNet, type DatagramNet } from '../../../../support/datagram-net.ts';
import { createFakeAfter, type FakeAfter } from '../../../../support/fake-after.ts';
import { offerLane } from '../../../../support/lane-offers.ts';

const ann: Endpoint = { address: '192.0.2.1', port: 5001 };
const bo: Endpoint = { address: '192.0.2.2', port: 5002 };
const lane = offerLane();

let time: FakeAfter;
let net: DatagramNet;
/** What becomes of a datagram. */
let pass: (carried: Carried) => Carried | null;
let events: string[];
let random: number;

beforeEach(() => {
  time = createFakeAfter();
  pass = (carried) => carried;
  net = createDatagramNet({ time, pass: (carried) => pass(carried) });
  events = [];
  random = 0;
});

interface SideChange {
  answered?: string[];
  candidates?: LaneCandidate[];
  secret?: string;
}

function start(role: Role, change: SideChange = {}): Checks {
  const [own, peer, name] = role === 'offerer' ? [ann, bo, 'ann'] : [bo, ann, 'bo'];
  return startChecks({
    role,
    codec: createProbeCodec(
      role,
      lane.ends.offerer.linkId,
      { ...lane.offer, ...(change.secret && { secret: change.secret }) },
      lane.answer,
    ),
    datagrams: net.socket(own.address, own.port),
    admitted: admit(change.answered ?? [peer.address]),
    candidates: change.candidates ?? [{ kind: 'host', ...peer }],
    world: { ...time, randomBytes: (count) => new Uint8Array(count).fill(++random) },
    onPair: (pair) => events.push(`${name} uses ${pair.address}:${pair.port} at ${time.now()}`),
    onEnd: (why) => events.push(`${name} ends ${why} at ${time.now()}`),
  });
}

const typeOf = ({ bytes }: Carried): string => ['', 'probe', 'use', 'answer'][bytes[4] ?? 0] ?? '';
const sentBy = (from: Endpoint, type?: string): Carried[] =>
  net.sent.filter((each) => each.from.port === from.port && (!type || typeOf(each) === type));

test('two sides find each other in three crossings, the answerer first, and stay together', () => {
  const [offerer, answerer] = [start('offerer'), start('answerer')];
  time.advance(100);
  expect(events).toEqual(['bo uses 192.0.2.1:5001 at 30', 'ann uses 192.0.2.2:5002 at 40']);
  expect([offerer.pair, answerer.pair]).toEqual([bo, ann]);
  expect(net.sent.every(({ bytes }) => bytes.byteLength === probeBytes)).toBe(true);
  time.advance(60_000);
  expect(events).toHaveLength(2);
  expect([offerer.roundTripMs, answerer.roundTripMs]).toEqual([20, 20]);
  // Two probes a second from each, and their answers.
  expect(net.sent.length).toBeLessThan(500);
  offerer.close();
  answerer.close();
  expect(time.waiting).toBeLessThanOrEqual(4);
  time.advance(100);
  expect(time.waiting).toBe(0);
});

test('the answerer begins before the offerer can hear it', () => {
  start('answerer');
  time.advance(2700);
  start('offerer');
  time.advance(100);
  expect(events).toEqual(['bo uses 192.0.2.1:5001 at 2730', 'ann uses 192.0.2.2:5002 at 2740']);
});

test('through routers that let in only what was sent for, a mapped address is learned and used', () => {
  // Bo's home maps his socket to another port for each of those he speaks to; he names the one that a STUN server saw.
  const home: Endpoint = { address: '203.0.113.2', port: 6002 };
  const towardsAnn: Endpoint = { address: '203.0.113.2', port: 6003 };
  let opened = false;
  pass = (carried) => {
    if (carried.from.port === bo.port) {
      opened = true;
      return { ...carried, from: towardsAnn };
    }
    return opened && carried.to.port === towardsAnn.port ? { ...carried, to: bo } : null;
  };
  start('offerer', { answered: [home.address], candidates: [{ kind: 'mapped', ...home }] });
  start('answerer');
  time.advance(1000);
  expect(events).toEqual([
    expect.stringMatching('bo uses 192.0.2.1:5001'),
    expect.stringMatching('ann uses 203.0.113.2:6003'),
  ]);
});

/** Loses this share, by a chance that is the same each time. */
function lose(share: number): void {
  let seed = 1;
  pass = (carried) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647 < share ? null : carried;
  };
}

test('a pair is found where every third datagram is lost', () => {
  lose(1 / 3);
  start('offerer');
  start('answerer');
  time.advance(1500);
  expect(events).toEqual([expect.stringMatching('bo uses'), expect.stringMatching('ann uses')]);
});

test('and kept where every tenth is', () => {
  start('offerer');
  start('answerer');
  time.advance(100);
  lose(1 / 10);
  time.advance(600_000);
  expect(events).toHaveLength(2);
});

test('where nothing passes both end, and are silent', () => {
  pass = () => null;
  start('offerer');
  start('answerer');
  time.advance(60_000);
  expect(events).toEqual(['ann ends no-path at 3000', 'bo ends no-path at 6000']);
  expect(sentBy(ann).length).toBeLessThanOrEqual(limits.laneProbes);
  expect(time.waiting).toBe(0);
});

test('a pair that answers no more is lost on both sides within 2.5 s', () => {
  const [offerer] = [start('offerer'), start('answerer')];
  time.advance(10_000);
  pass = () => null;
  time.advance(2500);
  expect(
    events
      .slice(2)
      .map((event) => event.replace(/ at .*/, ''))
      .sort(),
  ).toEqual(['ann ends lost', 'bo ends lost']);
  expect(offerer.pair).toBeNull();
  expect(time.waiting).toBe(0);
});

test('the way back gone is as good as both', () => {
  start('offerer');
  start('answerer');
  time.advance(10_000);
  pass = (carried) => (carried.from.port === bo.port ? null : carried);
  time.advance(3000);
  expect(events.slice(2)).toContainEqual(expect.stringMatching('ann ends lost'));
});

test('nothing goes to an address that has not answered ICE, whatever is named and wherever probes come from', () => {
  start('offerer', {
    answered: ['192.0.2.9'],
    candidates: [
      { kind: 'host', ...bo },
      { kind: 'mapped', address: '198.51.100.1', port: 9000 },
    ],
  });
  start('answerer');
  time.advance(5000);
  expect(sentBy(ann)).toEqual([]);
  expect(events).toEqual(['ann ends no-path at 3000']);
});

test('forged, replayed, foreign and reflected datagrams are not answered', () => {
  const mallory: Endpoint = { address: '192.0.2.2', port: 6666 };
  start('offerer');
  const codec = createProbeCodec('answerer', lane.ends.offerer.linkId, lane.offer, lane.answer);
  const honest = codec.encode({ type: 'probe', transaction: '00000007aaaaaaaaaaaaaaaa' });
  const other = offerLane();
  const foreign = createProbeCodec('answerer', lane.ends.offerer.linkId, other.offer, other.answer);
  const send = (bytes: Uint8Array<ArrayBuffer>, from = mallory): number => {
    net.forge({ from, to: ann, bytes });
    time.advance(15);
    return sentBy(ann, 'answer').length;
  };
  const flipped = honest.slice();
  flipped[64] = (flipped[64] ?? 0) ^ 1;
  expect(send(flipped)).toBe(0);
  expect(send(foreign.encode({ type: 'probe', transaction: '00000007aaaaaaaaaaaaaaaa' }))).toBe(0);
  expect(send(new Uint8Array(0))).toBe(0);
  expect(send(honest, { address: '198.51.100.66', port: 6666 })).toBe(0);
  expect(send(honest, { ...mallory, port: 1023 })).toBe(0);
  const [own] = sentBy(ann, 'probe');
  expect(send(own?.bytes ?? honest)).toBe(0);
  expect(send(honest)).toBe(1);
  expect(send(honest)).toBe(1);
  expect(send(honest, bo)).toBe(1);
  // An answer is as large as its probe, and goes where that came from.
  expect(sentBy(ann, 'answer')).toEqual([expect.objectContaining({ to: mallory })]);
});

test('an IPv4 address counts under its IPv6 spelling', () => {
  pass = (carried) => ({ ...carried, from: { ...carried.from, address: `::ffff:${carried.from.address}` } });
  start('offerer', { answered: [`::ffff:${bo.address}`] });
  start('answerer');
  time.advance(100);
  expect(events).toHaveLength(2);
  expect(net.sent.every(({ to }) => !to.address.includes(':'))).toBe(true);
});

test('who holds the keys and probes without end is answered within bounds', () => {
  start('offerer');
  const codec = createProbeCodec('answerer', lane.ends.offerer.linkId, lane.offer, lane.answer);
  for (let number = 0; number < 2000; number++) {
    const transaction = `${number.toString(16).padStart(8, '0')}aaaaaaaaaaaaaaaa`;
    net.forge({ from: bo, to: ann, bytes: codec.encode({ type: 'probe', transaction }) });
    time.advance(1);
  }
  const most = limits.probeAnswersAtOnce + 2 * limits.probeAnswersPerSecond;
  expect(sentBy(ann, 'answer').length).toBeLessThanOrEqual(most);
  expect(sentBy(ann, 'answer').length).toBeGreaterThan(most - 3);
  expect(sentBy(ann, 'probe').length).toBeLessThanOrEqual(limits.laneProbes);
});

test('a wrong secret finds nobody', () => {
  start('offerer');
  start('answerer', { secret: lane.answer.secret });
  time.advance(10_000);
  expect(net.sent.some((each) => typeOf(each) === 'answer')).toBe(false);
  expect(events).toEqual(['ann ends no-path at 3000', 'bo ends no-path at 6000']);
});

test('a timer that is early does not stop it', () => {
  const after = time.after;
  time.after = (ms, action) => after(ms > 1 ? ms - 0.4 : ms, action);
  start('offerer');
  start('answerer');
  time.advance(20_000);
  expect(events).toHaveLength(2);
});

test('closed, it sends and hears nothing', () => {
  const offerer = start('offerer');
  offerer.close();
  const before = net.sent.length;
  start('answerer');
  time.advance(10_000);
  expect(sentBy(ann)).toHaveLength(before);
  expect(events).toEqual(['bo ends no-path at 6000']);
});

test('closed by whoever is told of the pair, it does not even answer', () => {
  const codec = createProbeCodec('offerer', lane.ends.offerer.linkId, lane.offer, lane.answer);
  const answerer = startChecks({
    role: 'answerer',
    codec: createProbeCodec('answerer', lane.ends.offerer.linkId, lane.offer, lane.answer),
    datagrams: net.socket(bo.address, bo.port),
    admitted: admit([ann.address]),
    candidates: [],
    world: { ...time, randomBytes: (count) => new Uint8Array(count) },
    onPair: () => answerer.close(),
    onEnd: () => events.push('ended'),
  });
  net.forge({ from: ann, to: bo, bytes: codec.encode({ type: 'use', transaction: '000000000000000000000000' }) });
  time.advance(checkTimes.patienceMs + 1);
  expect(sentBy(bo)).toEqual([]);
  expect(events).toEqual([]);
  expect(time.waiting).toBe(0);
});
