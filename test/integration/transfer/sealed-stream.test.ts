import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadDirectParts } from '../../../src/main/lane/direct/direct-parts.ts';
import type { ConnectOptions, DirectSocket } from '../../../src/main/lane/direct/direct-socket.ts';
import type { SealedStream } from '../../../src/main/lane/direct/sealed-stream.ts';
import { bytesOf } from '../../support/engine-pair.ts';

const largestBytes = 256 * 1024;
const host = '127.0.0.1';

let one: DirectSocket;
let other: DirectSocket;
let streams: SealedStream[];

beforeEach(async () => {
  const { parts } = await loadDirectParts();
  if (!parts) throw new Error('the addons do not load here');
  one = parts.openSocket((address) => address === host);
  other = parts.openSocket((address) => address === host);
  streams = [];
});

afterEach(async () => {
  for (const stream of streams) stream.destroy();
  await Promise.all([one.close(), other.close()]);
});

/** The two ends of a stream, the initiator first; `change` is what they do otherwise than agreed. */
function connect(change: Partial<ConnectOptions>[] = []): [SealedStream, SealedStream] {
  const [oneKeys, otherKeys] = [one.keyPair(), other.keyPair()];
  const initiator = one.connect({
    ...{ ownId: 11, farId: 22, to: { address: host, port: other.port }, isInitiator: true, largestBytes },
    ...{ keyPair: oneKeys, farKey: otherKeys.publicKey },
    ...change[0],
  });
  const responder = other.connect({
    ...{ ownId: 22, farId: 11, to: { address: host, port: one.port }, isInitiator: false, largestBytes },
    ...{ keyPair: otherKeys, farKey: oneKeys.publicKey },
    ...change[1],
  });
  streams.push(initiator, responder);
  return [initiator, responder];
}

/** All that comes, until it is closed. */
function received(stream: SealedStream): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = [];
  return new Promise((done) => {
    stream.listen({ message: (message) => messages.push(message), drained() {}, closed: () => done(messages) });
  });
}

/** Writes one after the other, as the stream takes them. */
function write(stream: SealedStream, messages: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const waiting = [...messages];
  return new Promise((done) => {
    const go = (): void => {
      for (let next = waiting.shift(); next; next = waiting.shift()) if (!stream.write(next)) return;
      done();
    };
    stream.listen({ message() {}, drained: go, closed() {} });
    go();
  });
}

test('messages of every size arrive whole and in order, and each is its receiver’s to keep', async () => {
  const [initiator, responder] = connect();
  expect(await Promise.all([initiator.opened, responder.opened])).toEqual([true, true]);
  const sizes = [1, 2, 1399, 1400, 70_000, 65_536, 17, largestBytes, 3, largestBytes - 1, 255, 256];
  const messages = sizes.map((size, seed) => new Uint8Array(bytesOf(Math.max(size, 4), seed).subarray(0, size)));
  const expected = messages.map((message) => Buffer.from(message).toString('base64'));
  const arriving = received(responder);
  await write(initiator, messages);
  initiator.end();
  expect((await arriving).map((message) => Buffer.from(message).toString('base64'))).toEqual(expected);
  await initiator.closed;
});

test('whoever ends it hears nothing any more, also who listens only then', async () => {
  const [initiator, responder] = connect();
  await Promise.all([initiator.opened, responder.opened]);
  // More than waits on the way: most of it is there.
  await write(
    responder,
    Array.from({ length: 64 }, () => new Uint8Array(largestBytes)),
  );
  initiator.end();
  expect(await received(initiator)).toEqual([]);
});

test('a message that is larger than agreed ends it, and is not handed on', async () => {
  const [initiator, responder] = connect();
  await initiator.opened;
  const arriving = received(responder);
  initiator.write(new Uint8Array([1]));
  initiator.write(new Uint8Array(largestBytes + 1));
  initiator.write(new Uint8Array([2]));
  expect((await arriving).map((message) => [...message])).toEqual([[1]]);
  await initiator.closed;
});

test('a beat is read, and not handed on', async () => {
  const [initiator, responder] = connect();
  await Promise.all([initiator.opened, responder.opened]);
  const arriving = received(responder);
  const { readBytes } = responder.counts;
  initiator.beat();
  await expect.poll(() => responder.counts.readBytes).toBeGreaterThan(readBytes);
  initiator.write(new Uint8Array([1]));
  initiator.end();
  expect((await arriving).map((message) => [...message])).toEqual([[1]]);
});

test('messages are counted at both ends, and their packets and acknowledgements are no more than they explain', async () => {
  const [initiator, responder] = connect();
  await Promise.all([initiator.opened, responder.opened]);
  const before = [initiator.counts.sentMessages, responder.counts.readMessages];
  const arriving = received(responder);
  const messages = Array.from({ length: 600 }, (_, at) => new Uint8Array(at % 3 === 0 ? largestBytes : 60));
  initiator.beat();
  await write(initiator, messages);
  initiator.end();
  await arriving;
  const [sent, read] = [initiator.counts, responder.counts];
  expect([sent.sentMessages, read.readMessages]).toEqual(before.map((count) => count + messages.length + 1));
  const explained = messages.length + (200 * largestBytes) / 1000;
  expect(sent.packets).toBeLessThan(explained);
  expect(read.packets).toBeLessThan(explained);
});

test('each end wants the key that it was told of', async () => {
  const stranger = one.keyPair();
  for (const change of [
    // The responder was told of another initiator.
    [{}, { farKey: stranger.publicKey }],
    // The initiator speaks with another key.
    [{ keyPair: stranger }, {}],
    // The initiator was told of another responder, who answers nothing then.
    [{ farKey: stranger.publicKey }, {}],
  ]) {
    const [initiator, responder] = connect(change);
    const taken = received(responder);
    expect(await Promise.all([initiator.opened, responder.opened])).toEqual([false, false]);
    expect(await taken).toEqual([]);
  }
});

test('a stranger who knows the ids and speaks UDX gets nothing out of it', async () => {
  const keys = other.keyPair();
  const stream = other.connect({
    ...{ ownId: 22, farId: 11, to: { address: host, port: one.port }, isInitiator: false, largestBytes },
    ...{ keyPair: keys, farKey: one.keyPair().publicKey },
  });
  streams.push(stream);
  const heard = received(stream);
  const forger = createSocket('udp4').bind(0, host);
  await once(forger, 'listening');
  const answers: Buffer[] = [];
  forger.on('message', (bytes) => answers.push(bytes));
  const head = Buffer.alloc(20);
  head.set([0xff, 1, 1, 0]);
  head.writeUInt32LE(22, 4);
  head.writeUInt32LE(1 << 22, 8);
  // A frame as long as frames can be, which nobody is to wait for.
  forger.send(Buffer.concat([head, Buffer.from([0xff, 0xff, 0xff]), Buffer.alloc(900, 1)]), other.port, host);
  expect(await heard).toEqual([]);
  expect(await stream.opened).toBe(false);
  expect(answers).toEqual([]);
  forger.close();
});

test('datagrams go beside streams; those of UDX, and of addresses that are not admitted, are not handed on', async () => {
  const heard: string[] = [];
  other.datagrams.listen((bytes, from) => heard.push(`${Buffer.from(bytes)} from ${from.address}:${from.port}`));
  const stranger = createSocket('udp4').bind(0, '127.0.0.2');
  await once(stranger, 'listening');
  stranger.send('foreign', other.port, host);
  one.datagrams.send(new Uint8Array([0xff, 1, 1, 0]), { address: host, port: other.port });
  one.datagrams.send(new Uint8Array(Buffer.from('hello')), { address: host, port: other.port });
  await expect.poll(() => heard).toEqual([`hello from ${host}:${one.port}`]);
  // Neither can be sent to.
  one.datagrams.send(new Uint8Array([1]), { address: 'nowhere', port: 1 });
  one.datagrams.send(new Uint8Array([1]), { address: '2001:db8::1', port: 9 });
  stranger.close();
});

test('a socket that is closed sends nothing, and takes its port with it', async () => {
  const port = one.port;
  await one.close();
  one.datagrams.send(new Uint8Array([1]), { address: host, port: other.port });
  const again = createSocket('udp4').bind(port, host);
  await once(again, 'listening');
  again.close();
});
