import { describe, expect, test } from 'vitest';
import { bufferBounds } from '../../../src/connect/buffer-target.ts';
import type { ChannelHandlers } from '../../../src/connect/channel.ts';
import { createCounters } from '../../../src/connect/counters.ts';
import type { RoomWord } from '../../../src/connect/guard.ts';
import { createLink, type LinkEnd } from '../../../src/connect/link.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { createFakeClock } from '../../support/connect-clock.ts';

const KiB = 1024;
/** Four of them fill a buffer at the beginning. */
const blockBytes = bufferBounds.startBytes / 4;

/** A link on a channel whose buffer drains only when the test says so. */
function setUp(report: RTCStatsReport | null = null) {
  const clock = createFakeClock();
  const sent: (string | Uint8Array)[] = [];
  const channel: { handlers: ChannelHandlers | null; buffered: number; low: number; closed: boolean } = {
    handlers: null,
    buffered: 0,
    low: 0,
    closed: false,
  };
  const ends: LinkEnd['why'][] = [];
  const names: string[] = [];
  const words: RoomWord[] = [];
  const running = createLink({
    channel: {
      linkId: 'link',
      role: 'offerer',
      binding: { kind: 'dtls', own: '', peer: '' },
      maxMessageBytes: 64 * KiB,
      get bufferedBytes() {
        return channel.buffered;
      },
      setLowBytes(bytes) {
        channel.low = bytes;
      },
      send(message) {
        sent.push(message);
        channel.buffered += message.length;
      },
      listen(handlers) {
        channel.handlers = handlers;
      },
      stats: async () => report,
      close() {
        channel.closed = true;
      },
    },
    session: 'ben',
    proven: { key: 'key', name: 'Ben', capabilities: ['direct'] },
    clock,
    timings: usualTimings,
    counters: createCounters(),
    strands: null,
    onPath: () => undefined,
    onEnd: (end) => ends.push(end.why),
  });
  running.control.on('rename', ({ name }) => names.push(name));
  running.control.on('lock', (word) => words.push(word));
  running.control.on('renew', (word) => words.push(word));
  const { link } = running;
  const heard: Uint8Array[] = [];
  const told = { drains: 0, closes: 0 };
  const listen = (): void =>
    link.listen({
      message: (bytes) => heard.push(bytes),
      drain: () => told.drains++,
      close: () => told.closes++,
    });
  /** So many bytes leave the buffer. */
  function drain(bytes: number): void {
    const before = channel.buffered;
    channel.buffered = Math.max(0, before - bytes);
    if (before > channel.low && channel.buffered <= channel.low) channel.handlers?.low();
  }
  const blocks = (): Uint8Array[] => sent.filter((message) => typeof message !== 'string');
  return { clock, sent, blocks, channel, ends, names, words, running, link, heard, told, listen, drain };
}

const block = (size = blockBytes): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(1);

describe('back-pressure', () => {
  test('the channel is filled to its target, and again when it has drained to half', () => {
    const { running, link, listen, channel, drain, blocks } = setUp();
    running.start([]);
    listen();
    for (let count = 0; count < 20; count++) link.send(block());
    expect(channel.buffered).toBe(bufferBounds.startBytes);
    expect(link.drainedBytes).toBe(bufferBounds.startBytes);
    drain(blockBytes);
    expect(blocks()).toHaveLength(4);
    drain(blockBytes);
    expect(blocks()).toHaveLength(6);
    for (let round = 0; round < 20; round++) drain(channel.buffered);
    expect(blocks()).toHaveLength(20);
    expect(link.drainedBytes).toBe(20 * blockBytes);
  });

  test('who fills it is told when it drains', () => {
    const { running, link, listen, channel, told, drain } = setUp();
    running.start([]);
    listen();
    for (let count = 0; count < 6; count++) link.send(block());
    const before = told.drains;
    drain(channel.buffered);
    expect(told.drains).toBeGreaterThan(before);
  });

  test('control goes before the blocks that wait', () => {
    const { running, link, listen, channel, drain, sent } = setUp();
    running.start([]);
    listen();
    for (let count = 0; count < 6; count++) link.send(block());
    const control = new Uint8Array([0, 9]);
    link.send(control);
    drain(channel.buffered);
    expect(sent.indexOf(control)).toBe(4);
  });
});

describe('a link on which nothing comes', () => {
  test('is dead after six seconds, not sooner', async () => {
    const { running, clock, ends, told, listen, channel } = setUp();
    running.start([]);
    listen();
    await clock.advance(5999);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(['silent']);
    expect(told.closes).toBe(1);
    expect(channel.closed).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  test.each<[string, (handlers: ChannelHandlers | null) => void]>([
    ['a heartbeat', (handlers) => handlers?.text('{"type":"beat"}')],
    ['a block', (handlers) => handlers?.binary(block(16))],
    ['a message of a later version', (handlers) => handlers?.text('{"type":"novelty"}')],
  ])('lives on by %s', async (_, hear) => {
    const { running, clock, ends, listen, channel } = setUp();
    running.start([]);
    listen();
    for (let count = 0; count < 5; count++) {
      await clock.advance(5900);
      hear(channel.handlers);
    }
    expect(ends).toEqual([]);
    await clock.advance(6000);
    expect(ends).toEqual(['silent']);
  });

  test('lives on while what is sent drains: the peer acknowledges it', async () => {
    const { running, link, clock, ends, drain, channel } = setUp();
    running.start([]);
    for (let count = 0; count < 200; count++) link.send(block());
    for (let count = 0; count < 5; count++) {
      await clock.advance(5000);
      drain(channel.buffered);
    }
    expect(ends).toEqual([]);
    await clock.advance(6000);
    expect(ends).toEqual(['silent']);
  });

  test('beats every two seconds itself', async () => {
    const { running, clock, sent, channel } = setUp();
    running.start([]);
    for (let count = 0; count < 10; count++) {
      await clock.advance(2000);
      channel.handlers?.binary(block(16));
    }
    expect(sent).toEqual(Array(10).fill('{"type":"beat"}'));
  });
});

describe('a name', () => {
  test('is told, and heard', () => {
    const { running, channel, sent, names, ends } = setUp();
    running.start([]);
    running.control.say({ type: 'rename', name: 'Ada' });
    expect(sent).toEqual(['{"type":"rename","name":"Ada"}']);
    channel.handlers?.text('{"type":"rename","name":"  Ben \u202e the second "}');
    expect(names).toEqual(['Ben the second']);
    channel.handlers?.text('{"type":"rename","name":" \u202e "}');
    expect(ends).toEqual(['malformed']);
  });
});

describe('the path', () => {
  const stats = (remote: object): RTCStatsReport =>
    new Map<string, object>([
      ['t', { type: 'transport', selectedCandidatePairId: 'p' }],
      ['p', { type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.004 }],
      ['l', { type: 'local-candidate', candidateType: 'host', address: '203.0.113.7' }],
      ['r', { type: 'remote-candidate', ...remote }],
    ]);

  test('is told once, and both sides read the same of it', async () => {
    const { running, channel, sent, clock } = setUp(stats({ candidateType: 'srflx', address: '198.51.100.9' }));
    running.start([]);
    await clock.advance(usualTimings.statsMs * 3);
    expect(sent.filter((each) => String(each).includes('"path"'))).toEqual(['{"type":"path","path":"direct"}']);
    expect(running.path?.path).toBe('direct');
    channel.handlers?.text('{"type":"path","path":"local"}');
    expect(running.path).toMatchObject({ path: 'local', roundTripMs: 4 });
  });
});

test('an address that stays hidden for some seconds is behind a NAT', async () => {
  const report = new Map<string, object>([
    ['p', { type: 'candidate-pair', nominated: true, localCandidateId: 'l', remoteCandidateId: 'r' }],
    ['l', { type: 'local-candidate', candidateType: 'host', address: '203.0.113.7' }],
    ['r', { type: 'remote-candidate', candidateType: 'prflx', address: '' }],
  ]);
  const { running, channel, clock } = setUp(report);
  running.start([]);
  for (const path of [null, 'direct']) {
    await clock.advance(usualTimings.statsSoonMs + 100);
    expect(running.path?.path).toBe(path);
    channel.handlers?.text('{"type":"beat"}');
    await clock.advance(usualTimings.statsMs - usualTimings.statsSoonMs - 100);
    channel.handlers?.text('{"type":"beat"}');
  }
});

describe('what is known of a link besides its path', () => {
  const answering = (...addresses: string[]): [string, object][] => [
    ['l', { type: 'local-candidate', candidateType: 'host', address: '203.0.113.7' }],
    ...addresses.flatMap((address): [string, object][] => [
      [`r${address}`, { type: 'remote-candidate', candidateType: 'srflx', address }],
      [
        `p${address}`,
        { type: 'candidate-pair', state: 'succeeded', localCandidateId: 'l', remoteCandidateId: `r${address}` },
      ],
    ]),
  ];

  test('is the role of this side, and what the peer has said that it can', () => {
    expect(setUp().link).toMatchObject({ role: 'offerer', capabilities: ['direct'] });
  });

  test('is which addresses have answered: told at once if some have, and at each change until the end; a look that finds none changes nothing', async () => {
    const report = new Map<string, object>();
    const { running, link, clock, channel } = setUp(report);
    const told: (readonly string[])[] = [];
    /** The next look finds these. */
    async function find(...addresses: string[]): Promise<void> {
      report.clear();
      for (const [id, entry] of answering(...addresses)) report.set(id, entry);
      channel.handlers?.text('{"type":"beat"}');
      await clock.advance(usualTimings.statsMs);
    }
    running.start([]);
    for (const [id, entry] of answering('198.51.100.8')) report.set(id, entry);
    await clock.advance(usualTimings.statsSoonMs);
    const soon: (readonly string[])[] = [];
    link.onAnswered((addresses) => soon.push(addresses));
    expect(soon).toEqual([['198.51.100.8']]);
    await find('198.51.100.9');
    link.onAnswered((addresses) => told.push(addresses));
    await find('198.51.100.9');
    expect(told).toEqual([['198.51.100.9']]);
    await find('198.51.100.9', '2001:db8::9');
    await find('2001:db8::9');
    await find('198.51.100.4');
    await find();
    const changes = [['198.51.100.9', '2001:db8::9'], ['2001:db8::9'], ['198.51.100.4']];
    expect(told.slice(1)).toEqual(changes);
    running.close();
    await find('2001:db8::9');
    expect(told).toHaveLength(4);
  });
});

test('an address that answers a little later is seen a little later', async () => {
  const report = new Map<string, object>();
  const { running, link, clock } = setUp(report);
  const told: (readonly string[])[] = [];
  link.onAnswered((addresses) => told.push(addresses));
  running.start([]);
  await clock.advance(usualTimings.statsSoonMs + 100);
  report.set('l', { type: 'local-candidate', candidateType: 'host', address: '203.0.113.7' });
  report.set('r', { type: 'remote-candidate', candidateType: 'host', address: '198.51.100.9' });
  report.set('p', { type: 'candidate-pair', state: 'succeeded', localCandidateId: 'l', remoteCandidateId: 'r' });
  await clock.advance(2 * usualTimings.statsSoonMs - 101);
  expect(told).toEqual([]);
  await clock.advance(1);
  expect(told).toEqual([['198.51.100.9']]);
});

describe('the end', () => {
  test.each<[LinkEnd['why'], number, (parts: ReturnType<typeof setUp>) => void]>([
    ['channel-closed', 1, ({ channel }) => channel.handlers?.close()],
    ['bye', 1, ({ channel }) => channel.handlers?.text('{"type":"bye"}')],
    ['malformed', 1, ({ channel }) => channel.handlers?.text('nonsense')],
    ['refused', 1, ({ channel }) => channel.handlers?.text('{"type":"refuse","reason":"hello-invalid"}')],
    ['room-closed', 1, ({ running }) => running.close()],
  ])('%s is told once, and nothing is sent or left after it', (why, closes, cause) => {
    const parts = setUp();
    parts.running.start([]);
    parts.listen();
    for (let count = 0; count < 6; count++) parts.link.send(block());
    cause(parts);
    parts.running.close();
    parts.link.close();
    parts.link.send(block());
    parts.drain(parts.channel.buffered);
    expect(parts.ends).toEqual([why]);
    expect(parts.told.closes).toBe(closes);
    expect(parts.blocks()).toHaveLength(4);
    expect(parts.channel.closed).toBe(true);
    expect(parts.clock.waiting).toBe(0);
  });
});

describe('a link that is let go', () => {
  test('says its last word, takes nothing more, tells nobody, and closes', async () => {
    const { clock, running, link, listen, told, ends, channel, blocks, drain, heard } = setUp();
    running.start([]);
    listen();
    for (let count = 0; count < 6; count++) link.send(block());
    const lastWord = new Uint8Array([0, 1, 2]);
    link.send(lastWord);
    link.close();
    link.send(new Uint8Array([0, 3]));
    channel.handlers?.binary(new Uint8Array([1]));
    expect(channel.closed).toBe(false);
    drain(4 * blockBytes);
    drain(channel.buffered);
    // Blocks that are not in the channel's buffer yet are of no use to anybody.
    expect(blocks()).toHaveLength(5);
    expect(blocks().at(-1)).toBe(lastWord);
    await clock.advance(100);
    expect([channel.closed, ends, told.closes, heard]).toEqual([true, ['let-go'], 0, []]);
  });

  test('waits no longer than a goodbye may take', async () => {
    const { clock, running, link, listen, ends } = setUp();
    running.start([]);
    listen();
    link.send(block());
    link.close();
    await clock.advance(usualTimings.goodbyeMs);
    expect(ends).toEqual(['let-go']);
    expect(clock.waiting).toBe(0);
  });
});

test('messages that came before anybody listened are delivered in order, those behind the hello first', () => {
  const { running, heard, listen, channel } = setUp();
  running.start([new Uint8Array([1]), '{"type":"beat"}', new Uint8Array([2])]);
  channel.handlers?.binary(new Uint8Array([3]));
  listen();
  channel.handlers?.binary(new Uint8Array([4]));
  expect(heard.map((bytes) => bytes[0])).toEqual([1, 2, 3, 4]);
});

describe('a peer that talks without end', () => {
  test('in control messages ends its link, with a reason; blocks do not count', () => {
    const { running, listen, channel, ends, heard } = setUp();
    running.start([]);
    listen();
    for (let count = 0; count < 100; count++) channel.handlers?.binary(block(4 * KiB));
    for (let count = 0; count <= limits.controlsAtOnce; count++) channel.handlers?.binary(new Uint8Array(70));
    expect(ends).toEqual(['flooded']);
    expect(heard).toHaveLength(100 + limits.controlsAtOnce);
    expect(channel.closed).toBe(true);
  });

  test.each([
    ['names', '{"type":"rename","name":"Ben"}'],
    ['paths', '{"type":"path","path":"local"}'],
    ['what a later version may mean', '{"type":"something-new"}'],
  ])('in %s too', (_, text) => {
    const { running, channel, ends, names } = setUp();
    running.start([]);
    for (let count = 0; count <= limits.linkStringsAtOnce; count++) channel.handlers?.text(text);
    expect(ends).toEqual(['flooded']);
    expect(names.length).toBeLessThanOrEqual(limits.linkStringsAtOnce);
  });
});

describe('what is said of the room', () => {
  const lock = { type: 'lock', turn: 1, locked: true, keys: [] } as const;

  test('reaches it, and no oftener than a person could mean it', () => {
    const { running, channel, words, ends } = setUp();
    running.start([]);
    for (let time = 0; time < 100; time++) channel.handlers?.text(JSON.stringify({ ...lock, turn: time + 1 }));
    expect(words).toHaveLength(limits.locksAtOnce);
    expect(words[0]).toEqual(lock);
    expect(ends).toEqual([]);
  });

  test.each([
    ['no turn at all', { ...lock, turn: 2 ** 53 }],
    ['a turn below nothing', { ...lock, turn: -1 }],
    ['half a turn', { ...lock, turn: 0.5 }],
    ['a key that is none', { ...lock, keys: ['x'] }],
    ['more keys than a lock holds', { ...lock, keys: Array(limits.lockKeys + 1).fill('A'.repeat(43)) }],
    ['a code that is none', { type: 'renew', code: 'apple-apple-apple-apple-apple' }],
    ['a code in other words than ours', { type: 'renew', code: 'CAMP-kitten-dinosaur-fence-gloom' }],
  ])('ends the link when it has %s', (_, message) => {
    const { running, channel, words, ends } = setUp();
    running.start([]);
    channel.handlers?.text(JSON.stringify(message));
    expect(words).toEqual([]);
    expect(ends).toEqual(['malformed']);
  });

  test('the last of it is why it ends, and nothing that the peer says after it is heard', async () => {
    const { running, channel, words, sent, told, listen, drain, ends, clock } = setUp();
    running.start([]);
    listen();
    const refused = running.refuse('removed');
    expect(sent.at(-1)).toBe('{"type":"refuse","reason":"removed"}');
    expect(told.closes).toBe(1);
    channel.handlers?.text(JSON.stringify(lock));
    channel.handlers?.text('{"type":"bye"}');
    expect([words, ends]).toEqual([[], []]);
    drain(channel.buffered);
    await clock.advance(1000);
    await refused;
    expect(channel.closed).toBe(true);
  });
});
