import { sign } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDirectLanes, type DirectLanes } from '../../../../../src/main/lane/direct/direct-lanes.ts';
import { laneTranscriptBytes } from '../../../../../src/main/lane/direct/lane-offer.ts';
import type { Lane } from '../../../../../src/main/lane/lane.ts';
import type { Role } from '../../../../../src/shared/protocol/hello-proof.ts';
import { directCapability, type LaneWord } from '../../../../../src/shared/protocol/lane-messages.ts';
import { type Carried, createDatagramNet, type DatagramNet } from '../../../../support/datagram-net.ts';
import { makeKeyPair } from '../../../../support/ed25519.ts';
import { createFakeAfter, type FakeAfter } from '../../../../support/fake-after.ts';
import { createMemoryStreams, type MemoryParts, type MemoryStreams } from '../../../../support/memory-direct.ts';

const addresses = { ann: '192.0.2.1', bo: '192.0.2.2' };
type Name = keyof typeof addresses;

interface Side {
  readonly lanes: DirectLanes;
  readonly key: string;
  readonly parts: MemoryParts;
  /** Lanes that are up. */
  readonly up: Set<Lane>;
  readonly said: LaneWord[];
  readonly news: object[];
  /** The next numbers that chance gives. */
  readonly draws: number[];
  allowed: boolean;
  /** STUN servers that are asked, none of which answers. */
  stun: string[];
}

let time: FakeAfter;
let net: DatagramNet;
let streams: MemoryStreams;
let passes: (carried: Carried) => boolean;
/** What becomes of a word on its way. */
let hears: (word: LaneWord) => LaneWord | null;
let ann: Side;
let bo: Side;

beforeEach(() => {
  time = createFakeAfter();
  passes = () => true;
  hears = (word) => word;
  net = createDatagramNet({ time, pass: (carried) => (passes(carried) ? carried : null) });
  streams = createMemoryStreams(net, time);
  ann = makeSide(streams.parts(addresses.ann), () => bo);
  bo = makeSide(streams.parts(addresses.bo), () => ann);
});

afterEach(async () => {
  const closed = Promise.all([ann.lanes.close(), bo.lanes.close()]);
  await run(3000);
  await closed;
  expect([ann.parts.open, bo.parts.open, ann.up.size, bo.up.size, time.waiting]).toEqual([0, 0, 0, 0, 0]);
});

function makeSide(parts: MemoryParts, far: () => Side): Side {
  const { key, privateKey } = makeKeyPair();
  let random = 0;
  const drawn = (count: number): Uint8Array<ArrayBuffer> | undefined => {
    const [draw] = count === 4 ? side.draws.splice(0, 1) : [];
    return draw === undefined ? undefined : Uint8Array.of(0, 0, 0, draw);
  };
  const side: Side = {
    key,
    parts,
    up: new Set(),
    said: [],
    news: [],
    draws: [],
    allowed: true,
    stun: [],
    lanes: createDirectLanes({
      parts,
      world: { ...time, randomBytes: (count) => drawn(count) ?? new Uint8Array(count).fill(++random) },
      ownKey: key,
      sign: (transcript) => sign(null, laneTranscriptBytes(transcript), privateKey).toString('base64url'),
      allowed: () => side.allowed,
      iceServers: () => side.stun.map((urls) => ({ urls })),
      say(_, word) {
        side.said.push(word);
        const heard = hears(word);
        if (heard) time.after(10, () => far().lanes.hear(key, heard));
      },
      onLane(_, lane) {
        side.up.add(lane);
        lane.listen({ message: () => undefined, drain: () => undefined, close: () => side.up.delete(lane) });
      },
      onNews: (_, news) => side.news.push(news),
    }),
  };
  return side;
}

/** Lets so much time pass, in small steps between which promises have their turn. */
async function run(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    await setImmediate();
    time.advance(10);
  }
  await setImmediate();
}

/** What Ann's page, or Bo's, says of the link, which Ann has offered. */
function linked(of: Name, change: { id?: string; answered?: string[]; capabilities?: string[] } = {}): void {
  const [own, far, role, address]: [Side, Side, Role, string] =
    of === 'ann' ? [ann, bo, 'offerer', addresses.bo] : [bo, ann, 'answerer', addresses.ann];
  const facts = { id: 'link', capabilities: [directCapability], answered: [address], ...change };
  own.lanes.linked(far.key, { ...facts, role });
}

function bothLinked(change: Parameters<typeof linked>[1] = {}): void {
  linked('ann', change);
  linked('bo', change);
}

const ups = (): number[] => [ann.up.size, bo.up.size];
const words = ({ said }: Side): string[] =>
  said.map((word) => ('why' in word ? `${word.type} ${word.why}` : word.type));

test('a link over which an address has answered gets a lane, offered by the side that offered the link', async () => {
  bothLinked();
  await run(500);
  expect(ups()).toEqual([1, 1]);
  expect(words(ann)).toEqual(['lane-offer']);
  expect(words(bo)).toEqual(['lane-answer']);
  expect(ann.news[0]).toEqual({ why: null });
  expect(ann.news.at(-1)).toEqual({ roundTripMs: 20 });
});

test.each<[Name, Parameters<typeof linked>[1]]>([
  ['ann', { capabilities: ['gate'] }],
  ['ann', { answered: [] }],
  ['bo', { capabilities: [] }],
])('without what it takes on the side of %s there is none: %o', async (side, change) => {
  linked(side, change);
  linked(side === 'ann' ? 'bo' : 'ann');
  await run(10_000);
  expect(ups()).toEqual([0, 0]);
  expect([ann, bo].map(({ parts }) => parts.opened)).toEqual(side === 'ann' ? [0, 1] : [1, 0]);
  expect(net.sent).toEqual([]);
});

test('what is not allowed is not offered, answered or kept', async () => {
  bo.allowed = false;
  bothLinked();
  await run(1000);
  expect([...words(ann), ...words(bo)]).toEqual(['lane-offer', 'lane-over declined']);
  expect(bo.parts.opened).toBe(0);
  bo.allowed = true;
  ann.lanes.leave();
  bothLinked();
  await run(1000);
  expect(ups()).toEqual([1, 1]);
  ann.allowed = false;
  ann.lanes.refresh();
  await run(100);
  expect(ups()).toEqual([0, 0]);
  expect(ann.parts.open).toBe(0);
});

test('what is allowed again is tried again over the links that were made while it was allowed, and over no other', async () => {
  bothLinked();
  await run(500);
  for (const side of [ann, bo]) {
    side.allowed = false;
    side.lanes.refresh();
    await run(100);
    expect([ups(), side.parts.open]).toEqual([[0, 0], 0]);
    // Nor is it when more is known of the link.
    linked(side === ann ? 'ann' : 'bo', { answered: [addresses[side === ann ? 'bo' : 'ann'], '192.0.2.9'] });
    await run(100);
    expect(side.parts.open).toBe(0);
    side.allowed = true;
    side.lanes.refresh();
    await run(2500);
    expect(ups()).toEqual([1, 1]);
  }
  expect(ann.news).not.toContainEqual({ why: 'no-path' });
  const offers = words(ann).length;
  ann.lanes.refresh();
  await run(100);
  expect(words(ann)).toHaveLength(offers);
  for (const side of [ann, bo]) side.lanes.leave();
  ann.allowed = false;
  ann.lanes.refresh();
  linked('ann');
  ann.allowed = true;
  ann.lanes.refresh();
  await run(1000);
  expect(ups()).toEqual([0, 0]);
});

test('a lane without a link ends for good when it is not allowed any more', async () => {
  bothLinked();
  await run(500);
  ann.lanes.unlinked(bo.key, 'link');
  ann.allowed = false;
  ann.lanes.refresh();
  ann.allowed = true;
  ann.lanes.refresh();
  await run(1000);
  expect([ann.parts.open, ann.up.size]).toEqual([0, 0]);
});

test('what is said of links while all ends, and after, opens nothing', async () => {
  bothLinked();
  await run(500);
  const closed = ann.lanes.close();
  ann.lanes.unlinked(bo.key, 'link');
  linked('ann', { id: 'next' });
  await run(3000);
  await closed;
  linked('ann', { id: 'last' });
  await run(100);
  expect([ann.parts.opened, ann.parts.open]).toEqual([1, 0]);
});

test('an offer over a new link counts also while the lane over the old one is still thought to be up', async () => {
  bothLinked();
  await run(500);
  // Nothing of its end reaches Bo.
  hears = () => null;
  streams.lost = true;
  ann.lanes.parted(bo.key);
  hears = (word) => word;
  streams.lost = false;
  bo.lanes.unlinked(ann.key, 'link');
  bo.said.length = 0;
  linked('bo', { id: 'next', answered: [] });
  linked('ann', { id: 'next' });
  await run(100);
  expect([ups(), words(bo)]).toEqual([[0, 1], []]);
  linked('bo', { id: 'next' });
  await run(500);
  expect([ups(), words(bo).at(-1)]).toEqual([[1, 1], 'lane-answer']);
});

test('an offer that comes before an address has answered waits for it, but not for ever', async () => {
  linked('bo', { answered: [] });
  linked('ann');
  await run(2000);
  expect(words(bo)).toEqual([]);
  linked('bo');
  await run(500);
  expect(ups()).toEqual([1, 1]);
  ann.lanes.leave();
  bo.lanes.leave();
  linked('bo', { answered: [] });
  linked('ann');
  await run(5900);
  expect(words(bo)).not.toContain('lane-over declined');
  await run(200);
  expect(words(bo).at(-1)).toBe('lane-over declined');
  linked('bo');
  await run(1000);
  expect(ups()).toEqual([0, 0]);
  // Soon it is tried again.
  await run(1500);
  expect(ups()).toEqual([1, 1]);
});

test('where the other side declines it is tried again soon, then ever less often, and told as that', async () => {
  bo.allowed = false;
  bothLinked();
  const offers = async (ms: number): Promise<number> => {
    await run(ms);
    return words(ann).filter((word) => word === 'lane-offer').length;
  };
  const counted = [
    await offers(1000),
    await offers(2000),
    await offers(5000),
    await offers(15_000),
    await offers(60_000),
  ];
  expect(counted).toEqual([1, 2, 3, 4, 5]);
  expect(await offers(120_000)).toBe(7);
  expect(ann.news).toEqual(Array(7).fill({ why: 'peer-cannot' }));
});

test('a lane that is lost is tried again at once, and then ever less often', async () => {
  bothLinked();
  await run(15_000);
  passes = () => false;
  await run(2500);
  expect(ups()).toEqual([0, 0]);
  const offers = (): number => words(ann).filter((word) => word === 'lane-offer').length;
  expect(offers()).toBe(2);
  await run(4000);
  expect(offers()).toBe(2);
  await run(1500);
  expect(offers()).toBe(3);
  passes = () => true;
  await run(2000);
  expect(offers()).toBe(3);
  expect(ups()).toEqual([1, 1]);
});

test('either side that loses its stream has it made again', async () => {
  bothLinked();
  await run(500);
  for (const side of [ann, bo]) {
    await run(12_000);
    side.parts.streams[0]?.destroy();
    await run(500);
    expect(ups()).toEqual([1, 1]);
  }
  expect([ann, bo].map(({ parts }) => parts.opened)).toEqual([1, 1]);
});

test('where no datagram passes it is told, and tried again when another address answers, or once soon and then after minutes', async () => {
  passes = () => false;
  bothLinked();
  await run(10_000);
  expect(ann.news).toEqual([{ why: 'no-path' }]);
  expect(words(ann)).toEqual(['lane-offer', 'lane-over no-path']);
  linked('ann');
  await run(1000);
  expect(words(ann)).toHaveLength(2);
  passes = () => true;
  linked('ann', { answered: [addresses.bo, '192.0.2.9'] });
  await run(1000);
  expect(ups()).toEqual([1, 1]);
  ann.lanes.leave();
  bo.lanes.leave();
  passes = () => false;
  const first = words(ann).length;
  bothLinked({ id: 'another' });
  await run(20_000);
  expect(words(ann).slice(first)).toEqual(['lane-offer', 'lane-over no-path', 'lane-offer', 'lane-over no-path']);
  const before = words(ann).length;
  passes = () => true;
  await run(280_000);
  expect(words(ann)).toHaveLength(before);
  await run(20_000);
  expect(ups()).toEqual([1, 1]);
});

test('an answer is waited for eight seconds, and no longer', async () => {
  hears = (word) => (word.type === 'lane-offer' ? word : null);
  bothLinked();
  await run(7900);
  expect([ann.news, words(ann)]).toEqual([[], ['lane-offer']]);
  await run(200);
  expect([ann.news, words(ann)]).toEqual([[{ why: 'no-path' }], ['lane-offer', 'lane-over no-path']]);
});

test('a stream on which the other end shows no key is given up after three seconds', async () => {
  streams.lost = true;
  bothLinked();
  await run(2900);
  expect([ann.parts.streams.length, bo.parts.streams.length, ann.news]).toEqual([1, 1, []]);
  await run(500);
  expect([ann.parts.streams.length, bo.parts.streams.length]).toEqual([0, 0]);
  expect([ups(), ann.news]).toEqual([[0, 0], [{ why: 'no-path' }]]);
});

test('a lane goes on while its link is made anew, and ends when that does not come', async () => {
  bothLinked();
  await run(500);
  ann.lanes.unlinked(bo.key, 'link');
  bo.lanes.unlinked(ann.key, 'link');
  await run(9000);
  bothLinked({ id: 'next' });
  await run(12_000);
  expect(ups()).toEqual([1, 1]);
  expect(words(ann)).toEqual(['lane-offer']);
  ann.lanes.unlinked(bo.key, 'link');
  await run(12_000);
  expect(ups()).toEqual([1, 1]);
  ann.lanes.unlinked(bo.key, 'next');
  bo.lanes.unlinked(ann.key, 'next');
  await run(10_500);
  expect(ups()).toEqual([0, 0]);
  expect([ann.parts.open, bo.parts.open]).toEqual([0, 0]);
});

test('over a new link all begins anew, but that a lane has worked is remembered as long as the person is here', async () => {
  bothLinked();
  await run(500);
  for (const [side, far] of [
    [ann, bo],
    [bo, ann],
  ] as const) {
    passes = () => false;
    side.lanes.unlinked(far.key, 'link');
  }
  await run(10_500);
  expect([ann.parts.open, bo.parts.open]).toEqual([0, 0]);
  const offers = (): number => words(ann).filter((word) => word === 'lane-offer').length;
  const before = offers();
  bothLinked({ id: 'next' });
  // Each failed try takes three seconds, and is followed by a longer wait.
  await run(3500 + 2000 + 3500 + 5000);
  expect(offers()).toBe(before + 3);
  await run(5000);
  bothLinked({ id: 'another' });
  await run(3500 + 2000);
  expect(offers()).toBe(before + 5);
  for (const [side, far] of [
    [ann, bo],
    [bo, ann],
  ] as const)
    side.lanes.parted(far.key);
  bothLinked({ id: 'last' });
  await run(60_000);
  expect(offers()).toBe(before + 7);
});

test('over a relay no address answers, and after a while both say that there is no path', async () => {
  bothLinked({ answered: [] });
  await run(14_900);
  expect([ann.news, bo.news]).toEqual([[], []]);
  await run(200);
  expect([ann.news, bo.news]).toEqual([[{ why: 'no-path' }], [{ why: 'no-path' }]]);
});

test('a lane that is lost when its link has come to go by a relay leaves both with a reason', async () => {
  bothLinked();
  await run(12_000);
  bothLinked({ id: 'relayed', answered: [] });
  await run(1000);
  expect(ups()).toEqual([1, 1]);
  ann.parts.streams[0]?.destroy();
  await run(76_000);
  expect([ups(), ann.news.at(-1), bo.news.at(-1)]).toEqual([[0, 0], { why: 'no-path' }, { why: 'no-path' }]);
});

test('who is to be offered a lane and is not says after a while that the other side makes none', async () => {
  linked('bo');
  await run(14_900);
  expect(bo.news).toEqual([]);
  await run(200);
  expect(bo.news).toEqual([{ why: 'peer-cannot' }]);
});

test('when the other side wants no lane any more both sides know why there is none', async () => {
  bothLinked();
  await run(500);
  ann.allowed = false;
  ann.lanes.refresh();
  await run(100);
  expect([ups(), bo.news.at(-1)]).toEqual([[0, 0], { why: 'peer-cannot' }]);
});

test('a link that ends takes what was expected along', async () => {
  bothLinked({ answered: [] });
  ann.lanes.unlinked(bo.key, 'link');
  bo.lanes.unlinked(ann.key, 'link');
  await run(20_000);
  expect([ann.news, bo.news, time.waiting]).toEqual([[], [], 0]);
});

test('a link that ends takes an attempt along', async () => {
  passes = () => false;
  bothLinked();
  await run(200);
  ann.lanes.unlinked(bo.key, 'link');
  bo.lanes.unlinked(ann.key, 'link');
  await run(100);
  expect([ann.parts.open, bo.parts.open, time.waiting]).toEqual([0, 0, 0]);
});

test('where the system gives no socket there is no lane, nothing else is the worse for it, and it is tried again', async () => {
  const refuse = (): never => {
    throw new Error('EMFILE');
  };
  const [forAnn, forBo] = [ann.parts.openSocket, bo.parts.openSocket];
  bo.parts.openSocket = refuse;
  bothLinked();
  await run(500);
  expect([words(bo), ann.news, bo.news]).toEqual([
    ['lane-over declined'],
    [{ why: 'peer-cannot' }],
    [{ why: 'no-path' }],
  ]);
  ann.lanes.leave();
  ann.parts.openSocket = refuse;
  bo.parts.openSocket = forBo;
  linked('ann');
  await run(500);
  expect(ann.news.slice(1)).toEqual([{ why: 'no-path' }]);
  ann.parts.openSocket = forAnn;
  linked('ann', { answered: [addresses.bo, '192.0.2.9'] });
  await run(500);
  expect(ups()).toEqual([1, 1]);
  ann.lanes.leave();
  ann.parts.openSocket = refuse;
  linked('ann');
  ann.parts.openSocket = forAnn;
  await run(301_000);
  expect(ups()).toEqual([1, 1]);
});

test('it ends with the person', async () => {
  bothLinked();
  await run(500);
  ann.lanes.parted(bo.key);
  await run(50);
  expect(ups()).toEqual([0, 0]);
  expect(ann.parts.open).toBe(0);
});

test.each([
  ['an offer', 'lane-offer'],
  ['an answer', 'lane-answer'],
] as const)('%s that another installation has signed opens nothing', async (_, type) => {
  hears = (word) => (word.type === type ? { ...word, stream: word.stream === 7 ? 8 : 7 } : word);
  bothLinked();
  await run(10_000);
  expect(ups()).toEqual([0, 0]);
  expect(net.sent.filter(({ from }) => from.address === addresses[type === 'lane-offer' ? 'bo' : 'ann'])).toEqual([]);
});

test('an offer of the side that did not offer the link is not answered', async () => {
  linked('bo');
  linked('ann', { answered: [] });
  const offer = await anOffer();
  bo.said.length = 0;
  // As if Ann's link had been offered by Bo.
  ann.lanes.hear(bo.key, offer);
  await run(100);
  expect(words(ann)).toEqual([]);
});

async function anOffer(): Promise<LaneWord> {
  const other = makeSide(createMemoryStreams(net, time).parts('192.0.2.3'), () => ann);
  other.lanes.linked(ann.key, {
    id: 'link',
    role: 'offerer',
    capabilities: [directCapability],
    answered: ['192.0.2.1'],
  });
  hears = () => null;
  await run(50);
  const [offer] = other.said;
  await other.lanes.close();
  hears = (word) => word;
  if (!offer) throw new Error('nothing was offered');
  return offer;
}

test('only addresses that may be probed are looked at by the socket', async () => {
  bothLinked();
  await run(500);
  expect(ann.parts.admits(addresses.bo)).toBe(true);
  expect(ann.parts.admits('192.0.2.77')).toBe(false);
});

test('what was said of another attempt is not heard', async () => {
  bothLinked();
  await run(500);
  bo.lanes.hear(ann.key, { type: 'lane-over', attempt: 'AAAAAAAAAAAAAAAAAAAAAA', why: 'lost' });
  await run(100);
  expect(ups()).toEqual([1, 1]);
});

test('both sides say every second on their lane that they are there, and a side that hears nothing gives it up', async () => {
  bothLinked();
  await run(500);
  const before = [ann.parts.beats, bo.parts.beats];
  await run(5000);
  expect([ann.parts.beats, bo.parts.beats]).toEqual(before.map((beats) => beats + 5));
  bo.parts.counts = { ...bo.parts.counts, cameBytes: 500, packets: 3, readBytes: 17, sentBytes: 17 };
  await run(2900);
  expect(ups()).toEqual([1, 1]);
  await run(600);
  expect(words(bo)).toEqual(['lane-answer', 'lane-over lost']);
  expect(ann.up.size).toBe(0);
});

test('a lane whose stream keeps more than makes sense is lost, and nothing looks at it any more', async () => {
  bothLinked();
  await run(500);
  expect(ups()).toEqual([1, 1]);
  bo.parts.counts = { ...bo.parts.counts, cameBytes: 200 * 1024 * 1024, packets: 150_000 };
  await run(260);
  expect(words(bo)).toEqual(['lane-answer', 'lane-over lost']);
  expect(bo.up.size).toBe(0);
});

test('no two streams of one side have the same id, and none has 0', async () => {
  const cleo = makeSide(streams.parts('192.0.2.3'), () => ann);
  ann.draws.push(0, 5, 5, 5, 6);
  linked('ann');
  ann.lanes.linked(cleo.key, {
    id: 'other',
    role: 'offerer',
    capabilities: [directCapability],
    answered: ['192.0.2.3'],
  });
  await run(50);
  expect(ann.said.map((word) => ('stream' in word ? word.stream : null))).toEqual([5, 6]);
  ann.draws.push(5);
  ann.lanes.parted(bo.key);
  linked('ann');
  await run(50);
  expect(ann.said.at(-1)).toMatchObject({ type: 'lane-offer', stream: 5 });
  await cleo.lanes.close();
});

test('who leaves while STUN servers are asked leaves nothing behind', async () => {
  ann.stun = ['stun:192.0.2.99'];
  ann.parts.resolve = async (host) => [host];
  linked('ann');
  await run(100);
  expect(net.sent.length).toBeGreaterThan(0);
  ann.lanes.leave();
  // What was said is on its way.
  await run(20);
  expect([ann.parts.open, time.waiting]).toEqual([0, 0]);
});
