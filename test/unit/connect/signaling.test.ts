import { expect, test } from 'vitest';
import type { CarrierPlan } from '../../../src/connect/carrier.ts';
import { type Counters, createCounters } from '../../../src/connect/counters.ts';
import { createSignaling, type Signaling } from '../../../src/connect/signaling.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import type { Signal, SignalBody } from '../../../src/shared/protocol/signal.ts';
import { createFakeClock, type FakeClock } from '../../support/connect-clock.ts';
import { nodeCryptography, randomId } from '../../support/connect-cryptography.ts';
import { makeMemoryCarrier } from '../../support/memory-carrier.ts';

// What a broker does to messages is in test/integration/connect/signaling.test.ts.

interface End {
  readonly session: string;
  readonly signaling: Signaling;
  readonly clock: FakeClock;
  readonly counters: Counters;
  readonly heard: { signal: Signal; carrier: string }[];
  readonly ups: string[];
  readonly downs: string[];
  /** How often all were told that it is gone. */
  readonly givenUp: number[];
}

const key = new Uint8Array(32).fill(3);

async function open(carriers: readonly CarrierPlan[]): Promise<End> {
  const sealing = await nodeCryptography.createSealing('roomdrop/t', key);
  const clock = createFakeClock();
  const counters = createCounters();
  const heard: End['heard'] = [];
  const ups: string[] = [];
  const downs: string[] = [];
  const givenUp: number[] = [];
  const signaling = createSignaling({
    topic: 'roomdrop/t',
    carriers,
    sealing,
    clock,
    timings: usualTimings,
    counters,
    random: () => 0.5,
    randomId,
    onSignal(_from, signal, carrier) {
      heard.push({ signal, carrier });
      return true;
    },
    onVersionUnknown: () => undefined,
    onUp: (carrier) => ups.push(carrier),
    onDown: (carrier) => downs.push(carrier),
    onGivenUp: () => givenUp.push(clock.now()),
    onView: () => undefined,
  });
  return { session: sealing.session, signaling, clock, counters, heard, ups, downs, givenUp };
}

/** In whatever order: each seals a will of its own first. */
const areUp = (end: End, ...ids: string[]) =>
  expect.poll(() => [...end.ups].sort(), { interval: 1 }).toEqual([...ids].sort());
const has = (end: End, count: number) => expect.poll(() => end.heard.length, { interval: 1 }).toBe(count);
const retry = (to: string): SignalBody => ({ type: 'retry', to, last: null });

test('a message goes by every carrier that is up, and counts once', async () => {
  const [north, south] = [makeMemoryCarrier('north'), makeMemoryCarrier('south')];
  const [ada, ben] = [await open([north, south]), await open([south, north])];
  await areUp(ada, 'north', 'south');
  await areUp(ben, 'north', 'south');
  await ada.signaling.tell(retry(ben.session));
  expect([north.published.length, south.published.length]).toEqual([1, 1]);
  await expect.poll(() => ben.counters.snapshot().signalDuplicate, { interval: 1 }).toBe(1);
  expect(ben.heard).toHaveLength(1);
  expect(ada.counters.snapshot().published).toBe(2);
});

test('when one carrier goes down the other carries on, and what is outstanding goes to it as it comes back', async () => {
  const [north, south] = [makeMemoryCarrier('north'), makeMemoryCarrier('south')];
  const [ada, ben] = [await open([north, south]), await open([north, south])];
  await areUp(ada, 'north', 'south');
  await areUp(ben, 'north', 'south');
  north.goDown();
  expect(ada.downs).toEqual(['north']);
  expect(ada.signaling.views.map(({ state }) => state)).toEqual(['connecting', 'connected']);
  const settle = ada.signaling.post(retry(ben.session));
  await has(ben, 1);
  expect(ben.heard[0]?.carrier).toBe('south');
  expect(north.published).toHaveLength(0);
  north.comeUp();
  await areUp(ada, 'north', 'south', 'north');
  await expect.poll(() => north.published.length, { interval: 1 }).toBe(1);
  expect(south.published).toHaveLength(1);
  settle();
  expect(ada.clock.waiting).toBe(0);
});

test('what is for one carrier alone goes by no other', async () => {
  const [north, south] = [makeMemoryCarrier('north'), makeMemoryCarrier('south')];
  const [ada, ben] = [await open([north, south]), await open([north, south])];
  await areUp(ada, 'north', 'south');
  await areUp(ben, 'north', 'south');
  await ada.signaling.tell(retry(ben.session), { carrier: 'south' });
  await has(ben, 1);
  expect(ben.heard[0]?.carrier).toBe('south');
  expect(north.published).toHaveLength(0);
});

test('whoever hears their own will knows that all take them for gone, by that carrier', async () => {
  const [north, south] = [makeMemoryCarrier('north'), makeMemoryCarrier('south')];
  const wills: Promise<Uint8Array>[] = [];
  const leavesWills: CarrierPlan = {
    id: 'north',
    open(options) {
      wills.push(options.will());
      return north.open(options);
    },
  };
  const ada = await open([leavesWills, south]);
  await areUp(ada, 'north', 'south');
  const [will] = await Promise.all(wills);
  if (!will) throw new Error('it has left a will');
  await ada.signaling.tell(retry(ada.session));
  south.publish(will);
  north.publish(will);
  await expect.poll(() => ada.givenUp.length, { interval: 1 }).toBe(1);
  expect(ada.heard).toHaveLength(0);
});

test('a will counts by the carrier that lost somebody, and by no other', async () => {
  const [north, south] = [makeMemoryCarrier('north'), makeMemoryCarrier('south')];
  const [ada, ben] = [await open([north, south]), await open([north, south])];
  await areUp(ada, 'north', 'south');
  await areUp(ben, 'north', 'south');
  north.lose(0);
  await has(ben, 1);
  expect(ben.heard[0]).toMatchObject({ carrier: 'north', signal: { type: 'gone', at: 'north' } });
  const [will] = north.published;
  if (!will) throw new Error('the will went out');
  south.publish(will);
  await expect.poll(() => ben.counters.snapshot().signalMisplaced, { interval: 1 }).toBe(1);
  expect(ben.heard).toHaveLength(1);
});

test('a carrier that is named twice is opened once, and closing leaves none open', async () => {
  const north = makeMemoryCarrier('north');
  const ada = await open([north, north]);
  await areUp(ada, 'north');
  expect(north.users).toBe(1);
  await ada.signaling.close();
  expect(north.users).toBe(0);
});
