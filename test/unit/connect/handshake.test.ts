import { describe, expect, test } from 'vitest';
import type { Channel, ChannelHandlers } from '../../../src/connect/channel.ts';

import type { RoomWord } from '../../../src/connect/guard.ts';
import { type HandshakeOptions, type Proven, shakeHands } from '../../../src/connect/handshake.ts';
import type { ReasonCode } from '../../../src/shared/reasons.ts';
import { createFakeClock } from '../../support/connect-clock.ts';
import { nodeCryptography } from '../../support/connect-cryptography.ts';
import { makeTestIdentity } from '../../support/connect-person.ts';
import { forgedSignature, smallOrderKeys } from '../../support/small-order.ts';

type Message = string | Uint8Array<ArrayBuffer>;

interface End {
  readonly channel: Channel;
  readonly sent: Message[];
  receive(message: Message): void;
  closeFromAfar(): void;
}

function makeEnd(part: Partial<Channel>): End {
  const sent: Message[] = [];
  let handlers: ChannelHandlers | null = null;
  return {
    sent,
    receive(message) {
      if (typeof message === 'string') handlers?.text(message);
      else handlers?.binary(message);
    },
    closeFromAfar: () => handlers?.close(),
    channel: {
      linkId: 'link',
      role: 'offerer',
      binding: { kind: 'dtls', own: 'sha-256 AA', peer: 'sha-256 BB' },
      maxMessageBytes: 65_536,
      bufferedBytes: 0,
      setLowBytes: () => undefined,
      send: (message) => void sent.push(message),
      listen: (given) => {
        handlers = given;
      },
      stats: async () => null,
      close: () => undefined,
      ...part,
    },
  };
}

interface Shake {
  readonly end: End;
  stop(): void;
  readonly result: Promise<{ proven: Proven; early: readonly Message[] } | { reason: ReasonCode; told: boolean }>;
}

function shake(part: Partial<Channel> = {}, options: Partial<HandshakeOptions> = {}): Shake {
  const end = makeEnd(part);
  let stop = (): void => undefined;
  const result: Shake['result'] = new Promise((done) => {
    stop = shakeHands({
      channel: end.channel,
      topic: 'roomdrop/t',
      ownSession: 'ada',
      capabilities: [],
      peerSession: 'ben',
      name: 'Ada',
      clock: createFakeClock(),
      helloMs: 10_000,
      sign: makeTestIdentity().sign,
      verify: nodeCryptography.verify,
      gate: { closed: false, refusal: () => null, welcome: null },
      onProven: (proven, early) => done({ proven, early }),
      onRefused: (reason, told) => done({ reason, told }),
      ...options,
    });
  });
  return { end, result, stop };
}

const asBen: [Partial<Channel>, Partial<HandshakeOptions>] = [
  { role: 'answerer', binding: { kind: 'dtls', own: 'sha-256 BB', peer: 'sha-256 AA' } },
  { ownSession: 'ben', peerSession: 'ada', name: 'Ben' },
];

function shakeAsBen(part: Partial<Channel> = {}, options: Partial<HandshakeOptions> = {}): Shake {
  return shake({ ...asBen[0], ...part }, { ...asBen[1], ...options });
}

/** Carries what both have sent so far to the other. */
async function cross(ada: Shake, ben: Shake): Promise<void> {
  await new Promise((done) => setImmediate(done));
  for (const message of ada.end.sent.splice(0)) ben.end.receive(message);
  for (const message of ben.end.sent.splice(0)) ada.end.receive(message);
}

describe('hello', () => {
  test.each(smallOrderKeys)('with the key %s, which anybody could sign for, is refused', async (hex) => {
    const ada = shake();
    const key = Buffer.from(hex, 'hex').toString('base64url');
    const signature = Buffer.from(forgedSignature).toString('base64url');
    ada.end.receive(JSON.stringify({ type: 'hello', versions: [1], name: 'Ben', capabilities: [], key, signature }));
    expect(await ada.result).toEqual({ reason: 'hello-invalid', told: true });
  });

  test('proves each to the other', async () => {
    const [adas, bens] = [makeTestIdentity(), makeTestIdentity()];
    const ada = shake({}, { sign: adas.sign });
    const ben = shakeAsBen({}, { sign: bens.sign });
    await cross(ada, ben);
    expect(await ada.result).toEqual({ proven: { key: bens.key, name: 'Ben', capabilities: [] }, early: [] });
    expect(await ben.result).toEqual({ proven: { key: adas.key, name: 'Ada', capabilities: [] }, early: [] });
  });

  test('names what each side can, besides that some are refused', async () => {
    const gate = { closed: true, refusal: () => null, welcome: null };
    const ada = shake({}, { capabilities: ['direct'], gate });
    const ben = shakeAsBen({}, { capabilities: ['direct', 'other'] });
    await cross(ada, ben);
    expect(await ada.result).toMatchObject({ proven: { capabilities: ['direct', 'other'] } });
    ben.end.receive('{"type":"beat"}');
    expect(await ben.result).toMatchObject({ proven: { capabilities: ['gate', 'direct'] } });
  });

  test.each<[string, Partial<Channel>, Partial<HandshakeOptions>]>([
    [
      'the fingerprints are of other connections',
      { binding: { kind: 'dtls', own: 'sha-256 CC', peer: 'sha-256 AA' } },
      {},
    ],
    [
      'the peer saw another fingerprint of ours',
      { binding: { kind: 'dtls', own: 'sha-256 BB', peer: 'sha-256 CC' } },
      {},
    ],
    ['it was made for another link', { linkId: 'other' }, {}],
    ['it was made in the same role', { role: 'offerer' }, {}],
    ['it was made in another room', {}, { topic: 'roomdrop/other' }],
    ['it was made by another session', {}, { ownSession: 'eve' }],
    ['it was made for another session', {}, { peerSession: 'eve' }],
  ])('is refused when %s', async (_, part, options) => {
    const ada = shake();
    const ben = shakeAsBen(part, options);
    await cross(ada, ben);
    expect(await ada.result).toEqual({ reason: 'hello-invalid', told: true });
    expect(await ben.result).toMatchObject({ reason: 'hello-invalid' });
  });

  test('with another\u2019s key and no signature of it is refused', async () => {
    const [ben, eve] = [makeTestIdentity(), makeTestIdentity()];
    const ada = shake();
    const liar = shakeAsBen({}, { sign: async (t) => ({ ...(await eve.sign(t)), key: ben.key }) });
    await cross(ada, liar);
    expect(await ada.result).toEqual({ reason: 'hello-invalid', told: true });
  });

  test('with our own key is refused on both sides', async () => {
    const { sign } = makeTestIdentity();
    const ada = shake({}, { sign });
    const ben = shakeAsBen({}, { sign });
    await cross(ada, ben);
    expect(await ada.result).toEqual({ reason: 'own-key', told: true });
    expect(await ben.result).toMatchObject({ reason: 'own-key' });
  });

  test('of another version is answered with a refusal that says so', async () => {
    const ada = shake();
    ada.end.receive('{"type":"hello","versions":[7],"new":"things"}');
    expect(await ada.result).toEqual({ reason: 'version-unknown', told: true });
    expect(ada.end.sent).toContain('{"type":"refuse","reason":"version-unknown"}');
    const ben = shakeAsBen();
    ben.end.receive('{"type":"refuse","reason":"version-unknown"}');
    expect(await ben.result).toEqual({ reason: 'version-unknown', told: false });
  });
});

describe('before the hello', () => {
  test.each<[string, Message]>([
    ['binary', new Uint8Array([0, 1])],
    ['a heartbeat', '{"type":"beat"}'],
    ['nonsense', 'nonsense'],
    ['a hello without its fields', '{"type":"hello","versions":[1]}'],
  ])('%s ends the link', async (_, message) => {
    const ada = shake();
    ada.end.receive(message);
    expect(await ada.result).toEqual({ reason: 'hello-invalid', told: true });
  });

  test('silence ends the link after ten seconds', async () => {
    const clock = createFakeClock();
    const ada = shake({}, { clock });
    await clock.advance(9999);
    expect(clock.waiting).toBe(1);
    await clock.advance(1);
    expect(await ada.result).toEqual({ reason: 'hello-timeout', told: false });
  });

  test('a closed channel ends it at once, and leaves no timer', async () => {
    const clock = createFakeClock();
    const ada = shake({}, { clock });
    ada.end.closeFromAfar();
    expect(await ada.result).toEqual({ reason: 'link-closed', told: false });
    expect(clock.waiting).toBe(0);
  });

  test('whoever closes the channel ends it, and leaves neither a timer nor a word', async () => {
    const clock = createFakeClock();
    const ends: unknown[] = [];
    const told = { onProven: (who: Proven) => ends.push(who), onRefused: (why: ReasonCode) => ends.push(why) };
    const ada = shake({}, { clock, ...told });
    const ben = shakeAsBen();
    ada.stop();
    expect(clock.waiting).toBe(0);
    await cross(ada, ben);
    await clock.advance(20_000);
    ada.end.closeFromAfar();
    expect([ends, ada.end.sent]).toEqual([[], []]);
  });

  test('main that does not sign ends it', async () => {
    const ada = shake({}, { sign: () => Promise.reject(new Error('main is gone')) });
    expect(await ada.result).toEqual({ reason: 'link-closed', told: false });
  });
});

test('what follows the hello while it is verified is kept in order', async () => {
  const ada = shake();
  const ben = shakeAsBen();
  await new Promise((done) => setImmediate(done));
  for (const message of ben.end.sent) ada.end.receive(message);
  ada.end.receive(new Uint8Array([1]));
  ada.end.receive('{"type":"beat"}');
  ada.end.receive(new Uint8Array([2]));
  expect(await ada.result).toMatchObject({ early: [new Uint8Array([1]), '{"type":"beat"}', new Uint8Array([2])] });
});

describe('the gate', () => {
  const lock: RoomWord = { type: 'lock', turn: 3, locked: true, keys: [] };
  const closed = { closed: true, refusal: () => null, welcome: lock };

  test('a newcomer to a locked room is refused after the hello has verified, and never seems to be in', async () => {
    const ada = shake({}, { gate: { ...closed, refusal: () => 'room-locked' } });
    const bens = makeTestIdentity();
    let judged = (): void => undefined;
    const adaVerified = new Promise<void>((done) => {
      judged = done;
    });
    const refusal = (): null => {
      judged();
      return null;
    };
    const ben = shakeAsBen({}, { sign: bens.sign, gate: { closed: false, welcome: null, refusal } });
    await cross(ada, ben);
    expect(await ada.result).toEqual({ reason: 'room-locked', told: true });
    await adaVerified;
    await cross(ada, ben);
    expect(await ben.result).toEqual({ reason: 'room-locked', told: false });
  });

  test('two in a locked room welcome each other, without either waiting for the other', async () => {
    const ada = shake({}, { gate: closed });
    const ben = shakeAsBen({}, { gate: closed });
    await cross(ada, ben);
    await expect.poll(() => [ada.end.sent.length, ben.end.sent.length]).toEqual([1, 1]);
    await cross(ada, ben);
    expect(await ada.result).toMatchObject({ proven: { name: 'Ben' }, early: [JSON.stringify(lock)] });
    expect(await ben.result).toMatchObject({ proven: { name: 'Ada' }, early: [JSON.stringify(lock)] });
  });

  test('a forged hello is not told whether the room is locked', async () => {
    const ada = shake({}, { gate: { ...closed, refusal: () => 'room-locked' } });
    const ben = shakeAsBen({}, { topic: 'roomdrop/other' });
    await cross(ada, ben);
    expect(await ada.result).toEqual({ reason: 'hello-invalid', told: true });
  });
});
