import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { openDirectSocket } from '../../src/main/lane/direct/direct-socket.ts';
import { loadUdx } from '../../src/main/lane/direct/udx.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import { type LaneStranger, type Packet, startStranger, udxFlags } from '../support/lane-stranger.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Our end of a stream, and that of somebody who has only read what the protocol says of it. */
async function pair(strangersRole: 'offerer' | 'answerer') {
  const { udx } = await loadUdx();
  if (!udx) throw new Error('no UDX');
  const [ownId, farId] = [0x01020304, 0xf1f2f3f4];
  const socket = openDirectSocket(udx, () => true);
  const stranger = await startStranger({ role: strangersRole, ownStream: farId, farStream: ownId });
  const keyPair = socket.keyPair();
  const stream = socket.connect({
    ...{ ownId, farId, keyPair, farKey: stranger.noise, largestBytes: limits.directBlockBytes },
    to: { address: '127.0.0.1', port: stranger.port },
    isInitiator: strangersRole === 'answerer',
  });
  endings.push(
    () => stranger.close(),
    () => socket.close(),
    () => stream.destroy(),
  );
  const opening = stranger.open({ port: socket.port, noise: keyPair.publicKey });
  await Promise.all([opening, stream.opened]);
  return { stream, stranger };
}

const hearing = (came: (message: Uint8Array) => void) => ({ message: came, drained() {}, closed() {} });

test.each(['offerer', 'answerer'] as const)(
  'a stranger who is the %s speaks the stream from what the protocol says',
  async (role) => {
    const { stream, stranger } = await pair(role);
    expect(await stream.opened).toBe(true);
    expect(stranger.frameBytes).toEqual([role === 'offerer' ? 48 : 96, 56, 17]);
    const [there, back] = [randomBytes(limits.directBlockBytes), randomBytes(limits.directBlockBytes)];
    const came = new Promise<Uint8Array>((done) => stream.listen(hearing(done)));
    stranger.send(there);
    expect(Buffer.compare(await came, there)).toBe(0);
    stream.write(new Uint8Array(back));
    expect(Buffer.compare(await stranger.receive(), back)).toBe(0);
    stream.beat();
    expect(await stranger.receive()).toHaveLength(0);
  },
);

test('packets are numbered, acknowledged and ended as the protocol says', async () => {
  const { stream, stranger } = await pair('offerer');
  const came = new Promise<Uint8Array>((done) => stream.listen(hearing(done)));
  const message = randomBytes(300);
  // 323 bytes in the stream.
  const first = stranger.sendOutOfOrder(message, 120, [0, 2, 1]);
  expect(Buffer.from(await came)).toEqual(message);
  await hears(stranger, ({ expected }) => expected === first + 3);
  const acknowledged = stranger.heard.filter(({ flags, expected }) => !(flags & udxFlags.data) && expected > first);
  const told = acknowledged.map(({ flags, expected, ranges }) => JSON.stringify({ flags, expected, ranges }));
  // One may come twice.
  expect([...new Set(told)].map((each) => JSON.parse(each))).toEqual([
    { flags: 0, expected: first + 1, ranges: [] },
    { flags: udxFlags.acknowledgements, expected: first + 1, ranges: [[first + 2, first + 3]] },
    { flags: 0, expected: first + 3, ranges: [] },
  ]);

  const before = stranger.heard.length;
  stranger.packet(udxFlags.heartbeat);
  await hears(stranger, (packet) => stranger.heard.indexOf(packet) >= before && packet.flags === 0);

  stream.write(new Uint8Array(randomBytes(limits.directBlockBytes)));
  expect(await stranger.receive()).toHaveLength(limits.directBlockBytes);
  const counted = stranger.heard.filter(({ flags }) => flags & udxFlags.data);
  // One may come twice, or be lost and come later.
  const numbers = [...new Set(counted.map(({ number }) => number))].sort((one, other) => one - other);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  // Larger packets are tried out.
  expect(counted.some(({ paddingBytes }) => paddingBytes > 0)).toBe(true);

  stream.end();
  const end = await hears(stranger, ({ flags }) => (flags & udxFlags.end) !== 0);
  expect(end.number).toBe(numbers.length);
});

test('a packet that destroys ends the stream, and says so to the other side', async () => {
  const { stream, stranger } = await pair('answerer');
  stranger.packet(udxFlags.destroy);
  await stream.closed;
  const another = await pair('answerer');
  another.stream.destroy();
  await hears(another.stranger, ({ flags }) => (flags & udxFlags.destroy) !== 0);
});

/** The first packet that fits, of those that came and will. */
async function hears({ heard }: LaneStranger, fits: (packet: Packet) => boolean): Promise<Packet> {
  await expect.poll(() => heard.some(fits), { interval: 5 }).toBe(true);
  const found = heard.find(fits);
  if (!found) throw new Error('just seen');
  return found;
}
