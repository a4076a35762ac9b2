import { afterEach, describe, expect, test } from 'vitest';
import { usualLinkTerms } from '../../../src/connect/link-terms.ts';
import type { Link } from '../../../src/connect/room.ts';
import type { Timings } from '../../../src/connect/timings.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { encodeStrandFrame, strandClass } from '../../../src/shared/protocol/strand-frames.ts';
import { startTestBroker, type TestBroker } from '../../support/broker-aedes.ts';
import { randomId } from '../../support/connect-cryptography.ts';
import {
  everybodyLeaves,
  joinAs,
  makeTestIdentity,
  makeTestRoom,
  type Person,
  type PersonOptions,
} from '../../support/connect-person.ts';
import { nodePlatform } from '../../support/connect-platform.ts';
import { nodeWorld } from '../../support/connect-world.ts';
import { type WatchedConnection, type WatchedPlatform, watchPlatform } from '../../support/watched-platform.ts';

/** Strands between two people with the real WebRTC, on a way that takes no time at all: they are added all the same. */
const channelBytesPerMs = 1000;
const eager: Partial<Timings> = { strandRoundTripMs: -1, strandTickMs: 20, strandSettleMs: 20, strandMeasureMs: 60 };

const brokers: TestBroker[] = [];

afterEach(async () => {
  await everybodyLeaves();
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});

interface Side {
  readonly person: Person;
  readonly platform: WatchedPlatform;
  readonly link: Link;
}

async function meet(
  ours: Partial<PersonOptions> = {},
  theirs: Partial<PersonOptions> = {},
): Promise<{ ada: Side; ben: Side }> {
  const broker = await startTestBroker();
  brokers.push(broker);
  const room = makeTestRoom();
  const come = (name: string, options: Partial<PersonOptions>) => {
    const platform = watchPlatform(nodePlatform, channelBytesPerMs);
    const world = { ...nodeWorld, platform };
    return { platform, person: joinAs(name, room, { brokers: [broker.url], world, timings: eager, ...options }) };
  };
  const [ada, ben] = [come('Ada', ours), come('Ben', theirs)];
  const [toBen, toAda] = await Promise.all([ada.person.untilLinked(), ben.person.untilLinked()]);
  return { ada: { ...ada, link: toBen }, ben: { ...ben, link: toAda } };
}

const blockBytes = 16 * 1024;
const controlEach = 50;

/** A stream of numbered blocks, with a control message here and there, as fast as the link takes it. */
class Stream {
  sent = 0;
  wanted = 0;
  readonly #link: Link;
  #handedBytes = 0;
  #pumping = false;

  constructor(link: Link) {
    this.#link = link;
  }

  /** So many more blocks. */
  send(count: number): void {
    this.wanted += count;
    this.pump();
  }

  /** A link may drain within `send`. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.sent < this.wanted && this.#handedBytes - this.#link.drainedBytes < 2 ** 20) {
      this.#hand(message(1, this.sent, blockBytes));
      if (this.sent % controlEach === 0) this.#hand(message(0, this.sent / controlEach, 8));
      this.sent++;
    }
    this.#pumping = false;
  }

  #hand(bytes: Uint8Array<ArrayBuffer>): void {
    this.#handedBytes += bytes.length;
    this.#link.send(bytes);
  }
}

function message(kind: number, number: number, bytes: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(bytes);
  made[0] = kind;
  new DataView(made.buffer).setUint32(1, number);
  return made;
}

interface Heard {
  readonly blocks: number;
  readonly controls: number;
  /** The first that came out of its order. */
  readonly wrong: string | null;
  readonly closed: boolean;
  /** Those of the link when it closed: connections that are made later are the next link's. */
  readonly strandsAtEnd: readonly WatchedConnection[];
}

/** Listens, and goes on sending whenever there is room. */
function converse(side: Side): { stream: Stream; heard: Heard } {
  const { link } = side;
  const stream = new Stream(link);
  const heard = {
    blocks: 0,
    controls: 0,
    wrong: null as string | null,
    closed: false,
    strandsAtEnd: [] as readonly WatchedConnection[],
  };
  link.listen({
    message(bytes) {
      const kind = bytes[0] === 0 ? 'controls' : 'blocks';
      const number = new DataView(bytes.buffer).getUint32(1);
      if (number !== heard[kind]) heard.wrong ??= `${kind}: ${number} in place of ${heard[kind]}`;
      heard[kind]++;
    },
    drain: () => stream.pump(),
    close() {
      heard.closed = true;
      heard.strandsAtEnd = strandsOf(side);
    },
  });
  return { stream, heard };
}

/** Has blocks going until the check holds, and then until all are there. */
async function sendUntil(stream: Stream, heard: Heard, check: () => boolean): Promise<void> {
  await expect
    .poll(
      () => {
        if (stream.wanted - heard.blocks < 150 && !check()) stream.send(150);
        return check();
      },
      { timeout: 30_000, interval: 5 },
    )
    .toBe(true);
  await expect.poll(() => heard.blocks, { timeout: 30_000, interval: 5 }).toBe(stream.wanted);
  expect(heard.wrong).toBeNull();
}

const strandsOf = ({ platform }: Side) => platform.connections.slice(1);
/** Blocks go by so many strands. */
const inUse = (side: Side): number => strandsOf(side).filter(({ sent }) => sent.includes(1)).length;
const counters = ({ person }: Side) => person.room.diagnostics().counters;

describe('under load', () => {
  test('strands are added, blocks and control messages keep their order, and no broker hears of it', async () => {
    const { ada, ben } = await meet();
    const [fromAda, fromBen] = [converse(ada), converse(ben)];
    const before = [counters(ada).published, counters(ben).published];
    await sendUntil(fromAda.stream, fromBen.heard, () => inUse(ada) >= 2);
    await sendUntil(fromBen.stream, fromAda.heard, () => inUse(ben) >= 1);
    expect(fromBen.heard.controls).toBe(Math.ceil(fromAda.stream.sent / controlEach));
    expect([counters(ada).published, counters(ben).published]).toEqual(before);
    expect(ada.link.drainedBytes).toBe(fromAda.stream.sent * blockBytes + fromBen.heard.controls * 8);
    // Control stays where it was.
    expect(strandsOf(ada).some(({ sent }) => sent.includes(0))).toBe(false);
    expect(open(ada)).toBeLessThanOrEqual(limits.strands);
  });

  test('many of them leave the first channel to what is not to wait behind a block', async () => {
    const { ada, ben } = await meet();
    const { stream } = converse(ada);
    const { heard } = converse(ben);
    const [first] = ada.platform.connections;
    const blocks = (): number => first?.sent.filter((each) => each === 1).length ?? 0;
    await sendUntil(stream, heard, () => inUse(ada) >= limits.strands);
    const [had, controls] = [blocks(), heard.controls];
    stream.send(500);
    await expect.poll(() => heard.blocks, { timeout: 30_000, interval: 5 }).toBe(stream.wanted);
    expect([blocks(), heard.wrong]).toEqual([had, null]);
    expect(heard.controls).toBeGreaterThan(controls);
  });

  test('both sides may offer them at once', async () => {
    const { ada, ben } = await meet();
    const [fromAda, fromBen] = [converse(ada), converse(ben)];
    fromBen.stream.send(3000);
    let most = 0;
    await sendUntil(fromAda.stream, fromBen.heard, () => {
      most = Math.max(most, open(ada), open(ben));
      // Of those that both have offered some are given up, and the rest may do as well as eight.
      return inUse(ada) >= limits.strands / 2;
    });
    await expect.poll(() => fromAda.heard.blocks, { timeout: 30_000, interval: 5 }).toBe(fromBen.stream.wanted);
    expect([fromAda.heard.wrong, fromAda.heard.closed, fromBen.heard.closed]).toEqual([null, false, false]);
    expect(most).toBeLessThanOrEqual(limits.strands);
  });

  test('there are never more than eight, and none is left when nothing has gone for a while', async () => {
    const noRest = { ...eager, strandRestMs: 0, strandIdleMs: 300 };
    const { ada, ben } = await meet({ timings: noRest }, { timings: noRest });
    const [fromAda, fromBen] = [converse(ada), converse(ben)];
    let most = 0;
    await sendUntil(fromAda.stream, fromBen.heard, () => {
      most = Math.max(most, open(ada), open(ben));
      return inUse(ada) >= limits.strands;
    });
    expect(most).toBeLessThanOrEqual(limits.strands);
    await expect.poll(() => [open(ada), open(ben)], { timeout: 10_000 }).toEqual([0, 0]);
    fromAda.stream.send(10);
    await expect.poll(() => fromBen.heard.blocks, { timeout: 10_000 }).toBe(fromAda.stream.wanted);
    expect([fromBen.heard.wrong, fromBen.heard.closed]).toEqual([null, false]);
  });
});

/** Strands that have been made and not closed. */
function open(side: Side): number {
  return strandsOf(side).filter(({ isOpen }) => isOpen).length;
}

async function untilAllClosed(ended: readonly WatchedConnection[]): Promise<void> {
  await expect.poll(() => ended.filter(({ isOpen }) => isOpen).length).toBe(0);
}

describe('a strand that is lost in mid-stream', () => {
  test('loses nothing', async () => {
    const { ada, ben } = await meet();
    const { stream } = converse(ada);
    const { heard } = converse(ben);
    await sendUntil(stream, heard, () => inUse(ada) >= 2);
    for (const side of [ada, ben]) {
      stream.send(200);
      const lost = strandsOf(side).find(({ isOpen, sent }) => isOpen && sent.length > 1);
      lost?.close();
      await expect.poll(() => heard.blocks, { timeout: 30_000 }).toBe(stream.wanted);
      expect(heard.wrong).toBeNull();
    }
    expect(heard.closed).toBe(false);
  });

  test('without a word costs a short stall', async () => {
    // Long before anybody would take it for dead.
    const patient = { timings: { ...eager, silenceMs: 60_000 } };
    const { ada, ben } = await meet(patient, patient);
    const { stream } = converse(ada);
    const { heard } = converse(ben);
    await sendUntil(stream, heard, () => inUse(ada) >= 2);
    const [silent] = strandsOf(ada).filter(({ isOpen, sent }) => isOpen && sent.includes(1));
    silent?.swallow();
    const had = silent?.sent.length ?? 0;
    const startMs = performance.now();
    await sendUntil(stream, heard, () => (silent?.sent.length ?? 0) > had + 10 || performance.now() > startMs + 4000);
    expect(performance.now() - startMs).toBeLessThan(8000);
    expect(heard.closed).toBe(false);
  });
});

describe('somebody who does not know strands', () => {
  test.each(['to whom', 'by whom'])('%s much is sent sees none', async (way) => {
    const earlier = { linkTerms: { ...usualLinkTerms, strands: false } };
    const { ada, ben } = await meet({}, earlier);
    const [sender, receiver] = way === 'to whom' ? [ada, ben] : [ben, ada];
    const { stream } = converse(sender);
    const { heard } = converse(receiver);
    stream.send(150);
    await expect.poll(() => heard.blocks, { timeout: 30_000 }).toBe(150);
    expect(heard.wrong).toBeNull();
    for (const { platform } of [ada, ben]) {
      expect(platform.connections).toHaveLength(1);
      const said = platform.connections.flatMap(({ sent }) => sent);
      expect(said.filter((each) => typeof each === 'string' && each.includes('"strand-'))).toEqual([]);
      expect(said.filter((each) => each === strandClass.number || each === strandClass.taken)).toEqual([]);
    }
  });

  test('and says it all the same passes for a later version: its numbers reach main, as unknown', async () => {
    const { ada, ben } = await meet({ linkTerms: { ...usualLinkTerms, strands: false } });
    const came = new Promise<Uint8Array>((done) => {
      ada.link.listen({ message: done, drain: () => undefined, close: () => undefined });
    });
    ben.platform.connections[0]?.say(offer());
    ben.platform.connections[0]?.say(encodeStrandFrame(strandClass.taken, 5));
    expect((await came)[0]).toBe(strandClass.taken);
    expect(ada.platform.connections).toHaveLength(1);
  });
});

const offer = (sdp = 'v=0\r\n'): string => JSON.stringify({ type: 'strand-offer', strand: randomId(), sdp });

describe('somebody hostile', () => {
  test('who names a thousand strands makes few attempts, and ends the link', async () => {
    const { ada, ben } = await meet();
    const { heard } = converse(ada);
    const sdp = await realOffer(ben);
    for (let count = 0; count < 1000; count++) ben.platform.connections[0]?.say(offer(sdp));
    await expect.poll(() => heard.closed, { timeout: 10_000 }).toBe(true);
    expect(counters(ada)).toMatchObject({ linkFlooded: 1, linkMessageMalformed: 0 });
    expect(counters(ada).linkMessageTooFrequent).toBeGreaterThan(100);
    expect(heard.strandsAtEnd.length).toBeLessThanOrEqual(limits.strands);
    await untilAllClosed(heard.strandsAtEnd);
  });

  test.each<[string, (say: (message: string | Uint8Array<ArrayBuffer>) => void) => void]>([
    ['taken what was never sent', (say) => say(encodeStrandFrame(strandClass.taken, 1))],
    ['a frame that is none', (say) => say(new Uint8Array([strandClass.taken, 0]))],
    ['a number and another', (say) => [7, 8].map((number) => say(encodeStrandFrame(strandClass.number, number)))],
    ['a strand without a description', (say) => say(JSON.stringify({ type: 'strand-offer', strand: randomId() }))],
    ['a strand by no id', (say) => say(JSON.stringify({ type: 'strand-over', strand: 'x' }))],
    [
      'too much before its turn',
      (say) => {
        say(encodeStrandFrame(strandClass.number, 1));
        const most = limits.strandWindowBytes / limits.linkMessageBytes;
        for (let count = 0; count <= most; count++) say(message(1, 0, limits.linkMessageBytes));
      },
    ],
  ])('who says %s ends the link', async (_, attack) => {
    const { ada, ben } = await meet();
    const { heard } = converse(ada);
    const [first] = ben.platform.connections;
    attack((bytes) => first?.say(bytes));
    await expect.poll(() => heard.closed, { timeout: 20_000 }).toBe(true);
    expect(counters(ada)).toMatchObject({ linkMessageMalformed: 1, linkFlooded: 0 });
    expect(heard.blocks).toBe(0);
  });

  test('who sends control messages by a strand ends the link, and all its strands', async () => {
    const { ada, ben } = await meet();
    const { stream, heard } = converse(ada);
    const there = converse(ben);
    await sendUntil(stream, there.heard, () => inUse(ada) >= 1);
    const up = strandsOf(ada).findIndex(({ sent }) => sent.includes(1));
    strandsOf(ben)[up]?.say(message(0, 0, 8));
    await expect.poll(() => heard.closed, { timeout: 10_000 }).toBe(true);
    expect(counters(ada).linkMessageMalformed).toBe(1);
    await untilAllClosed(heard.strandsAtEnd);
  });

  test('who proves another key on a strand, or signs it as a link, gets no block by it', async () => {
    const [own, other] = [makeTestIdentity(), makeTestIdentity()];
    let strands = 0;
    const identity = {
      key: own.key,
      async sign(transcript: Parameters<typeof own.sign>[0]) {
        if (transcript.introducedBy === undefined) return own.sign(transcript);
        return strands++ % 2 === 0 ? other.sign(transcript) : own.sign({ ...transcript, introducedBy: undefined });
      },
    };
    const { ada, ben } = await meet({}, { identity });
    const { stream } = converse(ada);
    const { heard } = converse(ben);
    await sendUntil(stream, heard, () => strands >= 3);
    expect(strandsOf(ada).length).toBeGreaterThan(1);
    expect(inUse(ada)).toBe(0);
  });
});

/** A description that Ben's platform has made, as his link said it. */
async function realOffer({ platform }: Side): Promise<string> {
  const made = new platform.RTCPeerConnection({ iceServers: [] });
  if (!('createOffer' in made && typeof made.createOffer === 'function')) throw new Error('a platform without offers');
  made.createDataChannel('');
  const { sdp } = await made.createOffer();
  platform.connections.at(-1)?.close();
  return String(sdp);
}
