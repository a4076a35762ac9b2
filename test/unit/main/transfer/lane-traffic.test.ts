import { expect, test } from 'vitest';
import type { Lane, LaneHandlers } from '../../../../src/main/lane/lane.ts';
import { channelTerms } from '../../../../src/main/lane/port-lane.ts';
import { type BlockSource, createLaneTraffic, type LaneTraffic } from '../../../../src/main/transfer/lane-traffic.ts';
import { encodeControl } from '../../../../src/main/transfer/message-codec.ts';
import type { LaneWord } from '../../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { createFakeAfter, type FakeAfter } from '../../../support/fake-after.ts';

/** A lane that drains only when told to. */
function createStillLane(terms = channelTerms) {
  let handlers: LaneHandlers | null = null;
  let undrained = 0;
  let closed = false;
  const lane: Lane = {
    terms,
    maxMessageBytes: 256 * 1024,
    get undrainedBytes() {
      return undrained;
    },
    send(message) {
      undrained += message.byteLength;
    },
    listen(given) {
      handlers = given;
    },
    close() {
      closed = true;
    },
  };
  return {
    lane,
    hear(message: Uint8Array): void {
      handlers?.message(message);
    },
    cut: () => handlers?.close(),
    drain(bytes: number): void {
      undrained = Math.max(0, undrained - bytes);
      handlers?.drain();
    },
    get closed() {
      return closed;
    },
  };
}

interface CountedSource extends BlockSource {
  taken: number;
  flushed: number;
  ready: boolean;
}

function createSource(blockBytes: number): CountedSource {
  const source: CountedSource = {
    taken: 0,
    flushed: 0,
    ready: true,
    answer: () => null,
    take() {
      source.taken += blockBytes;
      return new Uint8Array(blockBytes).fill(1);
    },
    flush() {
      source.flushed++;
    },
  };
  return source;
}

function trafficOn(lane: Lane, world: Pick<FakeAfter, 'now' | 'after'> = createFakeAfter()): LaneTraffic {
  const traffic = createLaneTraffic({
    peer: { key: 'key', session: 'session', name: 'name' },
    lane,
    world,
    handlers: { control() {}, malformedOffer() {}, laneWord() {}, block() {}, busy() {}, closed() {} },
  });
  traffic.start();
  return traffic;
}

test('transfers get the same bytes whatever the size of their blocks', () => {
  const still = createStillLane();
  const traffic = trafficOn(still.lane);
  const sources = [createSource(60_000), createSource(4000), createSource(30_000)];
  for (const source of sources) traffic.join(source);
  for (let turn = 0; turn < 100; turn++) {
    traffic.pump();
    still.drain(200_000);
  }
  const taken = sources.map((source) => source.taken);
  expect(Math.max(...taken) - Math.min(...taken)).toBeLessThanOrEqual(60_000);
});

test('who comes later, or was silent, shares from then on and is owed nothing', () => {
  const still = createStillLane();
  const traffic = trafficOn(still.lane);
  const [early, late, silent] = [createSource(30_000), createSource(30_000), createSource(30_000)];
  traffic.join(early);
  traffic.join(silent);
  silent.ready = false;
  for (let turn = 0; turn < 50; turn++) still.drain(200_000);
  traffic.join(late);
  silent.ready = true;
  const before = early.taken;
  for (let turn = 0; turn < 30; turn++) still.drain(200_000);
  const taken = [early.taken - before, late.taken, silent.taken];
  expect(Math.max(...taken) - Math.min(...taken)).toBeLessThanOrEqual(60_000);
});

test('no more than a quarter of a megabyte waits in a lane of unknown pace, and what was kept goes when it stops', () => {
  const still = createStillLane();
  const traffic = trafficOn(still.lane);
  const source = createSource(16_000);
  traffic.join(source);
  traffic.pump();
  expect(still.lane.undrainedBytes).toBeGreaterThanOrEqual(256 * 1024);
  expect(still.lane.undrainedBytes).toBeLessThan(256 * 1024 + 16_000);
  expect(source.flushed).toBe(1);
  // Control does not wait behind them here.
  traffic.send({ type: 'query', transfer: '0'.repeat(32) });
  expect(still.lane.undrainedBytes).toBeGreaterThan(256 * 1024);
});

test('blocks give a better lane a head start, control does not; a lane that ends before leaves no timer behind', () => {
  const still = createStillLane({ ...channelTerms, headStartMs: 300 });
  const time = createFakeAfter();
  const traffic = trafficOn(still.lane, time);
  const source = createSource(16_000);
  traffic.join(source);
  traffic.pump();
  traffic.send({ type: 'query', transfer: '0'.repeat(32) });
  expect(still.lane.undrainedBytes).toBeGreaterThan(0);
  still.drain(1000);
  time.advance(299);
  expect(source.taken).toBe(0);
  time.advance(1);
  expect(source.taken).toBeGreaterThan(0);
  for (const end of ['close', 'cut'] as const) {
    const other = createStillLane({ ...channelTerms, headStartMs: 300 });
    const ending = trafficOn(other.lane, time);
    expect(time.waiting).toBe(1);
    if (end === 'close') ending.close();
    else other.cut();
    expect(time.waiting).toBe(0);
  }
});

test('the head start ends also where timers run a little early', () => {
  const still = createStillLane({ ...channelTerms, headStartMs: 300 });
  const time = createFakeAfter();
  const traffic = trafficOn(still.lane, { now: time.now, after: (ms, action) => time.after(ms - 2, action) });
  const source = createSource(16_000);
  traffic.join(source);
  time.advance(300);
  expect(source.taken).toBeGreaterThan(0);
});

test('a lane that finishes is closed once the last word has drained', () => {
  const still = createStillLane();
  const traffic = trafficOn(still.lane);
  traffic.send({ type: 'cancel', transfer: '0'.repeat(32), reason: 'peer-quit' });
  traffic.finish();
  expect(still.closed).toBe(false);
  still.drain(1000);
  expect(still.closed).toBe(true);
});

test('a peer that makes us talk and takes nothing is cut off, after whoever spoke has finished', async () => {
  const still = createStillLane();
  let closed = 0;
  const traffic = createLaneTraffic({
    peer: { key: 'key', session: 'session', name: 'name' },
    lane: still.lane,
    world: { now: () => 0, after: () => () => undefined },
    handlers: { control() {}, malformedOffer() {}, laneWord() {}, block() {}, busy() {}, closed: () => closed++ },
  });
  traffic.start();
  const list = Array.from({ length: 500 }, (_, index): [number, number] => [4_000_000_000 + index, 4_000_000_000]);
  for (let sent = 0; !still.closed; sent++) {
    expect(sent).toBeLessThan(20_000);
    traffic.send({ type: 'again', transfer: '0'.repeat(32), list });
  }
  expect(closed).toBe(0);
  await Promise.resolve();
  expect(closed).toBe(1);
  expect(still.lane.undrainedBytes).toBeLessThan(limits.laneBacklogBytes + limits.controlBytes);
});

test('a source that throws once does not stop the others for good, nor itself', () => {
  const still = createStillLane();
  const traffic = trafficOn(still.lane);
  const [broken, other] = [createSource(16_000), createSource(16_000)];
  const { take } = broken;
  broken.take = () => {
    broken.take = take;
    throw new Error('once');
  };
  traffic.join(broken);
  traffic.join(other);
  expect(() => traffic.pump()).toThrow('once');
  still.drain(0);
  expect(broken.taken).toBeGreaterThan(0);
  expect(other.taken).toBeGreaterThan(0);
});

test('answers go before blocks, as the lane has room', () => {
  const still = createStillLane();
  const traffic = trafficOn(still.lane);
  const source = createSource(60_000);
  let left = 100;
  source.answer = () => {
    if (left === 0) return null;
    left--;
    return {
      type: 'skip',
      transfer: '0'.repeat(32),
      list: Array.from({ length: 500 }, (_, at) => [at, 'file-missing']),
    };
  };
  traffic.join(source);
  traffic.pump();
  expect(left).toBeGreaterThan(50);
  expect(source.taken).toBe(0);
  while (left > 0) still.drain(100_000);
  still.drain(100_000);
  expect(source.taken).toBeGreaterThan(0);
});

function heardBy(now: () => number) {
  const still = createStillLane();
  const told = { controls: 0, closed: 0 };
  const words: LaneWord[] = [];
  const traffic = createLaneTraffic({
    peer: { key: 'key', session: 'session', name: 'name' },
    lane: still.lane,
    world: { now, after: () => () => undefined },
    handlers: {
      control: () => told.controls++,
      malformedOffer() {},
      laneWord: (word) => words.push(word),
      block() {},
      busy() {},
      closed: () => told.closed++,
    },
  });
  traffic.start();
  return { still, traffic, told, words };
}

test('a peer that asks without end is cut off, and one that asks as fast as anybody honest is not', async () => {
  const query = encodeControl({ type: 'query', transfer: '0'.repeat(32) });
  const flood = heardBy(() => 0);
  for (let said = 0; said < limits.controlsAtOnce + 100; said++) flood.still.hear(query);
  await Promise.resolve();
  expect(flood.told).toEqual({ controls: limits.controlsAtOnce, closed: 1 });
  expect(flood.still.closed).toBe(true);

  let nowMs = 0;
  const honest = heardBy(() => nowMs);
  const said = 10 * limits.controlsPerSecond;
  for (let at = 0; at < said; at++) {
    nowMs = (at * 1000) / limits.controlsPerSecond;
    honest.still.hear(query);
  }
  expect(honest.told).toEqual({ controls: said, closed: 0 });
});

test('a word of lanes is told as such, and costs what every control message costs', () => {
  const word: LaneWord = { type: 'lane-over', attempt: 'A'.repeat(22), why: 'no-path' };
  const { still, traffic, told, words } = heardBy(() => 0);
  still.hear(encodeControl(word));
  expect(words).toEqual([word]);
  expect([told.controls, traffic.refused]).toEqual([0, 0]);
  for (let said = 1; said < limits.controlsAtOnce; said++) still.hear(encodeControl(word));
  expect(still.closed).toBe(false);
  still.hear(encodeControl(word));
  expect(still.closed).toBe(true);
  expect(words).toHaveLength(limits.controlsAtOnce);
});

const said = (text: string): Uint8Array => Uint8Array.from([0, ...Buffer.from(text)]);

test.each([
  ['of another class', Uint8Array.of(2, 1, 2, 3)],
  ['without a class', new Uint8Array(0)],
  ['of a type that is not known, about the lane itself', said('{"type":"lane-offer","at":["192.0.2.7"]}')],
  ['of a type that is not known, about a transfer', said(`{"type":"novelty","transfer":"${'0'.repeat(32)}"}`)],
  ['of a known type in another form', said(`{"type":"query","transfer":"${'X'.repeat(32)}"}`)],
  ['larger than a control message', said(`{"type":"novelty","long":"${'x'.repeat(limits.controlBytes)}"}`)],
  ['that is no JSON', said('{"type":')],
  ['that is no text', Uint8Array.of(0, 0xff)],
])('a message %s is counted and not answered, and the lane goes on', (_, message) => {
  const { still, traffic, told } = heardBy(() => 0);
  still.hear(message);
  expect([traffic.refused, told, still.lane.undrainedBytes]).toEqual([1, { controls: 0, closed: 0 }, 0]);
  // A field more than is known is no offence.
  still.hear(said(`{"type":"query","transfer":"${'0'.repeat(32)}","since":7}`));
  expect([traffic.refused, told]).toEqual([1, { controls: 1, closed: 0 }]);
});

test('messages that are nothing count too', async () => {
  const flood = heardBy(() => 0);
  for (let said = 0; said <= limits.controlsAtOnce; said++) flood.still.hear(Uint8Array.of(7));
  await Promise.resolve();
  expect(flood.told.closed).toBe(1);
});

test('questions that a peer can make up are answered so many times, then not, then the lane ends', async () => {
  let nowMs = 0;
  const { traffic, still, told } = heardBy(() => nowMs);
  const gone = { type: 'gone', transfer: '0'.repeat(32) } as const;
  const bytes = encodeControl(gone).byteLength;
  for (let asked = 0; asked < 2 * limits.answersAtOnce; asked++) traffic.answer(gone);
  expect(still.lane.undrainedBytes).toBe(limits.answersAtOnce * bytes);
  nowMs += 1000;
  for (let asked = 0; asked < 2 * limits.answersPerSecond; asked++) traffic.answer(gone);
  expect(still.lane.undrainedBytes).toBe((limits.answersAtOnce + limits.answersPerSecond) * bytes);
  expect(still.closed).toBe(false);
  traffic.answer(gone);
  await Promise.resolve();
  expect(still.closed).toBe(true);
  expect(told.closed).toBe(1);
});
