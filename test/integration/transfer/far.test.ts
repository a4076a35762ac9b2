import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PartHandle } from '../../../src/main/files/disk.ts';
import type { Source } from '../../../src/main/files/source.ts';
import { directTerms } from '../../../src/main/lane/direct/direct-terms.ts';
import type { LaneTerms } from '../../../src/main/lane/lane.ts';
import { channelTerms } from '../../../src/main/lane/port-lane.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { TransferState } from '../../../src/shared/views.ts';
import { bytesOf, createSide, type Side } from '../../support/engine-pair.ts';
import { createFarLanes, type FarLanes, type FarTerms } from '../../support/far-lanes.ts';
import { createWorldDisk, type WorldDisk } from '../../world/disk.ts';
import { createWorldSource, type WorldFile } from '../../world/source.ts';
import { createTimeline, type Timeline } from '../../world/timeline.ts';

const MB = 1_000_000;

/** How long a disk takes: for its bytes, one after the other, and then for its answer. */
interface Slowness {
  readonly answerMs: number;
  readonly bytesPerSecond: number;
}

let timeline: Timeline;
let disk: WorldDisk;
let lanes: FarLanes[];
let alice: Side;
let bob: Side;
/** Bob's disk takes nothing before this resolves. */
let diskGoes: Promise<unknown>;
let letDiskGo: () => void;
/** By bob's disk. */
let written: number;

beforeEach(() => {
  timeline = createTimeline();
  disk = createWorldDisk();
  lanes = [];
  diskGoes = Promise.resolve();
  letDiskGo = () => undefined;
  written = 0;
});

afterEach(async () => {
  letDiskGo();
  const closed = Promise.all([alice.engine.close(), bob.engine.close()]);
  await timeline.run(timeline.now() + 1000);
  await closed;
  expect(disk.openHandles).toBe(0);
});

function begin(slowness: Slowness | null = null): void {
  const { now, after } = timeline;
  const wait = slowness ? waiting(slowness) : async () => undefined;
  const watched = (handle: PartHandle): PartHandle => ({
    ...handle,
    async write(buffers, offset) {
      const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
      await diskGoes;
      await wait(bytes);
      await handle.write(buffers, offset);
      written += bytes;
    },
  });
  const slow = { ...disk, createPart: async (path: string) => watched(await disk.createPart(path)) };
  const pause = async (): Promise<void> => undefined;
  alice = createSide('alice', '/alice', { world: { now, after, pause, disk } });
  bob = createSide('bob', '/bob', { world: { now, after, pause, disk: slow } });
}

function waiting({ answerMs, bytesPerSecond }: Slowness): (bytes: number) => Promise<void> {
  let freeAtMs = 0;
  return (bytes) => {
    const nowMs = timeline.now();
    freeAtMs = Math.max(freeAtMs, nowMs) + (1000 * bytes) / bytesPerSecond;
    return new Promise((done) => timeline.after(freeAtMs - nowMs + answerMs, () => done()));
  };
}

function connect(far: Partial<FarTerms>, terms: LaneTerms = directTerms): FarLanes {
  const made = createFarLanes({
    timeline,
    terms,
    far: { roundTripMs: 100, bytesPerSecond: 100 * MB, queueMs: 20, ...far },
  });
  lanes.push(made);
  alice.engine.attach(bob.person, made.a);
  bob.engine.attach(alice.person, made.b);
  return made;
}

const sizes = { small: 8 * MB, large: 160 * MB };
const contents = { small: bytesOf(sizes.small), large: bytesOf(sizes.large, 2) };

function offer(size: keyof typeof sizes, slowness?: Slowness): string {
  const source = createWorldSource(size, [[`${size}.bin`, contents[size]]]);
  return alice.engine.offer(slowness ? slowed(source, slowness) : source, bob.person);
}

function slowed(source: Source, slowness: Slowness): Source {
  const wait = waiting(slowness);
  return {
    ...source,
    async open(entry) {
      const file = await source.open(entry);
      return {
        ...file,
        async read(target, offset) {
          await wait(target.byteLength);
          await file.read(target, offset);
        },
      };
    },
  };
}

/** Lets time pass until it is so. */
async function until(test: () => boolean): Promise<void> {
  const endMs = timeline.now() + 120_000;
  while (!test()) {
    if (timeline.now() > endMs) throw new Error('it never came to that');
    await timeline.run(timeline.now() + 1);
  }
}

function has(side: Side, id: string, ...states: TransferState[]): boolean {
  return side.engine.list().some((view) => view.id === id && states.includes(view.state));
}

function sent(): number {
  return lanes.reduce((sum, { sentBlockBytes }) => sum + sentBlockBytes, 0);
}

async function arrives(id: string, size: keyof typeof sizes): Promise<void> {
  await until(() => has(alice, id, 'done') && has(bob, id, 'done'));
  expect(contents[size].equals(disk.read(`/bob/${size}.bin`) ?? new Uint8Array())).toBe(true);
}

/** From the first byte on the disk to the last word; how much was sent and not written at most, past the first third. */
async function crosses(id: string): Promise<{ ms: number; mostUnwritten: number }> {
  await until(() => written > 0);
  const sinceMs = timeline.now();
  let mostUnwritten = 0;
  await until(() => {
    if (written > sizes.large / 3) mostUnwritten = Math.max(mostUnwritten, sent() - written);
    return has(alice, id, 'done');
  });
  await arrives(id, 'large');
  return { ms: timeline.now() - sinceMs, mostUnwritten };
}

/** A block may begin while there is any room. */
const aBlockMore = limits.directBlockBytes;
/** What the headers of all blocks come to, at most. */
const headers = sizes.large / 1000;

test.each([0, 50, 150])('%i ms away, a lane of 100 MB/s is filled within five round trips', async (roundTripMs) => {
  begin();
  connect({ roundTripMs });
  const { ms } = await crosses(offer('large'));
  expect(ms).toBeLessThan((1000 * sizes.large) / (100 * MB) + 4 * roundTripMs + 20);
});

/** More is on its way than any window holds. */
const long = { roundTripMs: 400, bytesPerSecond: 400 * MB };

test('on a way that holds more, the window of the lane is used up, and a disk that stands still gets no more', async () => {
  begin();
  connect(long);
  const id = offer('large');
  await until(() => written > sizes.large / 2);
  diskGoes = new Promise((done) => {
    letDiskGo = () => done(null);
  });
  await timeline.run(timeline.now() + 5000);
  expect(sent() - written).toBeGreaterThanOrEqual(limits.directWindowBytes);
  expect(sent() - written).toBeLessThan(limits.directWindowBytes + aBlockMore + headers);
  letDiskGo();
  await arrives(id, 'large');
});

const slow: Slowness = { answerMs: 0, bytesPerSecond: 20 * MB };
const lazy: Slowness = { answerMs: 20, bytesPerSecond: 200 * MB };

test('a slow disk of the receiver is kept busy, and little waits for it', async () => {
  begin(slow);
  connect({});
  const { ms, mostUnwritten } = await crosses(offer('large'));
  expect(ms).toBeLessThan((1.05 * 1000 * sizes.large) / slow.bytesPerSecond);
  expect(mostUnwritten).toBeLessThan(8 * MB);
});

test('a disk of the receiver that is fast, but answers late, gets a mebibyte at once', async () => {
  begin(lazy);
  connect({});
  const { ms, mostUnwritten } = await crosses(offer('large'));
  expect(ms).toBeLessThan((1000 * sizes.large) / (40 * MB));
  expect(mostUnwritten).toBeLessThan(16 * MB);
});

test.each([
  ['slow', slow, 19 * MB],
  ['late', lazy, 50 * MB],
])('a %s disk of the sender is kept busy', async (_what, slowness, perSecond) => {
  begin();
  connect({});
  const { ms } = await crosses(offer('large', slowness));
  expect(ms).toBeLessThan((1000 * sizes.large) / perSecond);
});

test('a change between lanes of different windows loses nothing, and sends no more twice than was on its way', async () => {
  begin();
  const direct = connect(long);
  const channel = connect(long, channelTerms);
  const id = offer('large');
  await until(() => written > sizes.large / 2);
  expect(channel.sentBlockBytes).toBe(0);
  direct.cut();
  const lost = sent() - written;
  expect(lost).toBeGreaterThan(limits.windowLargestBytes);
  const { mostUnwritten } = await crosses(id);
  expect(sent() - sizes.large).toBeLessThan(lost + headers);
  expect(mostUnwritten - lost).toBeLessThan(limits.windowLargestBytes + aBlockMore + headers);
});

test('and so it is with one that comes in the middle and has the larger window', async () => {
  begin();
  const channel = connect(long, channelTerms);
  const id = offer('large');
  await until(() => written > sizes.large / 3);
  const before = channel.sentBlockBytes;
  connect(long);
  const onTheWay = sent() - written;
  await arrives(id, 'large');
  expect(channel.sentBlockBytes).toBe(before);
  expect(sent() - sizes.large).toBeLessThan(onTheWay + headers);
});

test('what is offered is seen when the offer arrives, and a folder of many names comes with few round trips', async () => {
  begin();
  const roundTripMs = 150;
  connect({ roundTripMs });
  const id = offer('small');
  await until(() => has(bob, id, 'accepted', 'running'));
  expect(timeline.now()).toBeLessThan(roundTripMs / 2 + 10);
  await arrives(id, 'small');
  const files = Array.from({ length: 20_000 }, (_, index): WorldFile => [`many/${index}`, new Uint8Array(1)]);
  const sinceMs = timeline.now();
  const many = alice.engine.offer(createWorldSource('many', files), bob.person);
  await until(() => has(alice, many, 'running', 'verifying', 'done'));
  // 90 pages, of which four at a time would take 23.
  expect(timeline.now() - sinceMs).toBeLessThan(7 * roundTripMs);
  alice.engine.cancel(many);
  await until(() => has(bob, many, 'cancelled'));
});

/** 20 Mbit/s, and all that is sent waits for 200 ms before it goes. */
const narrow = { roundTripMs: 40, bytesPerSecond: 2.5 * MB, queueMs: 200 };

test.each(['alice', 'bob'] as const)(
  'where the way is narrow a pause by %s is heard in half a second, and heeded',
  async (who) => {
    begin();
    const lane = connect(narrow);
    const id = offer('large');
    await until(() => written > 10 * MB);
    const sinceMs = timeline.now();
    (who === 'alice' ? alice : bob).engine.pause(id);
    await until(() => has(alice, id, 'paused') && has(bob, id, 'paused'));
    expect(timeline.now() - sinceMs).toBeLessThan(300);
    await timeline.run(sinceMs + 3000);
    expect(lane.lastBlockAtMs - sinceMs).toBeLessThan(400);
  },
);

test('an end is heard as soon there, and so is a new offer', async () => {
  begin();
  connect(narrow);
  const id = offer('large');
  await until(() => written > 10 * MB);
  const sinceMs = timeline.now();
  const other = offer('small');
  await until(() => has(bob, other, 'accepted', 'running'));
  expect(timeline.now() - sinceMs).toBeLessThan(300);
  const endMs = timeline.now();
  alice.engine.cancel(id);
  await until(() => has(bob, id, 'cancelled'));
  expect(timeline.now() - endMs).toBeLessThan(300);
  await arrives(other, 'small');
});
