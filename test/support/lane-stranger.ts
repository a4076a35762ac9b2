import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createOpening, createSeal, empty, idOf, type LaneRole, makeKeys, shake } from './stranger-seal.ts';

/**
 * Somebody who has read docs/PROTOCOL.md, section 13, "The stream", and has neither UDX nor a library for Noise: one end of a
 * direct lane from its pair on, by hand, in no hurry.
 */
export interface LaneStranger {
  readonly port: number;
  readonly noise: Uint8Array;
  /** The handshake and the first, empty message each way, with whom is known by what was signed. */
  open(far: { readonly port: number; readonly noise: Uint8Array }): Promise<void>;
  send(message: Uint8Array): void;
  /** The next message that came, or will. */
  receive(): Promise<Buffer>;
  /** The same in packets of so many bytes, sent in another order than theirs; the number of the one that is first in the stream. */
  sendOutOfOrder(message: Uint8Array, bytesEach: number, order: readonly number[]): number;
  /** A packet without data. */
  packet(flags: number): void;
  /** Sizes of all frames that came, in order. */
  readonly frameBytes: readonly number[];
  /** All packets that came. */
  readonly heard: readonly Packet[];
  close(): void;
}

/** A packet of UDX, as it is read. */
export interface Packet {
  readonly flags: number;
  readonly paddingBytes: number;
  readonly number: number;
  readonly expected: number;
  /** Of numbers that came before their turn: the first, and the one behind the last. */
  readonly ranges: readonly (readonly [number, number])[];
  readonly data: Buffer;
}

export interface StrangerOptions {
  readonly role: LaneRole;
  /** `stream` of this side, and of the other. */
  readonly ownStream: number;
  readonly farStream: number;
}

const headBytes = 20;
const dataBytes = 1000;
/** What is not acknowledged by then is sent again. */
const againMs = 300;
export const udxFlags = { data: 1, end: 2, acknowledgements: 4, destroy: 16, heartbeat: 32 } as const;

/** What comes, one after the other, to whoever waits. */
function createInbox<T>(): { put(item: T): void; take(): Promise<T> } {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put(item) {
      const next = waiting.shift();
      if (next) next(item);
      else items.push(item);
    },
    take() {
      const [item] = items.splice(0, 1);
      return item === undefined ? new Promise((done) => waiting.push(done)) : Promise.resolve(item);
    },
  };
}

/** Null when it is none of this stream. */
function readPacket(bytes: Buffer, stream: number): Packet | null {
  const [first, version, flags = 0, between = 0] = bytes;
  if (first !== 255 || version !== 1 || bytes.readUInt32LE(4) !== stream) return null;
  const acknowledges = (flags & udxFlags.acknowledgements) !== 0;
  const rangesEnd = headBytes + (acknowledges ? between || bytes.byteLength - headBytes : 0);
  const ranges: [number, number][] = [];
  for (let at = headBytes; at + 8 <= rangesEnd; at += 8)
    ranges.push([bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)]);
  return {
    flags,
    paddingBytes: acknowledges ? 0 : between,
    number: bytes.readUInt32LE(12),
    expected: bytes.readUInt32LE(16),
    ranges,
    data: bytes.subarray(Math.max(rangesEnd, headBytes + between)),
  };
}

/** On loopback. */
export async function startStranger({ role, ownStream, farStream }: StrangerOptions): Promise<LaneStranger> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const own = makeKeys();
  const frames = createInbox<Buffer>();
  const frameBytes: number[] = [];
  const heard: Packet[] = [];
  /** Not yet acknowledged, by their numbers. */
  const open = new Map<number, Uint8Array>();
  let farPort = 0;
  /** Of the next packet that counts. */
  let next = 0;
  let expected = 0;
  let unread = empty;
  let sealing: ReturnType<typeof createSeal> | null = null;
  let opening: ReturnType<typeof createOpening> | null = null;

  function packet(flags: number, number = next, data: Uint8Array = empty): void {
    const head = Buffer.alloc(headBytes);
    head.set([255, 1, flags, 0]);
    head.writeUInt32LE(farStream, 4);
    head.writeUInt32LE(4 * 1024 * 1024, 8);
    head.writeUInt32LE(number, 12);
    head.writeUInt32LE(expected, 16);
    socket.send(Buffer.concat([head, data]), farPort, '127.0.0.1');
  }

  function sendFrame(frame: Uint8Array, bytesEach = dataBytes, order?: readonly number[]): number {
    const length = Buffer.alloc(3);
    length.writeUIntLE(frame.byteLength, 0, 3);
    const bytes = Buffer.concat([length, frame]);
    const count = Math.ceil(bytes.byteLength / bytesEach);
    const first = next;
    next += count;
    for (const at of order ?? Array.from({ length: count }, (_, index) => index)) {
      const data = bytes.subarray(at * bytesEach, (at + 1) * bytesEach);
      open.set(first + at, data);
      packet(udxFlags.data, first + at, data);
    }
    return first;
  }

  function read(data: Buffer): void {
    unread = Buffer.concat([unread, data]);
    while (unread.byteLength >= 3 && unread.byteLength >= 3 + unread.readUIntLE(0, 3)) {
      const end = 3 + unread.readUIntLE(0, 3);
      frameBytes.push(end - 3);
      frames.put(unread.subarray(3, end));
      unread = unread.subarray(end);
    }
  }

  socket.on('message', (bytes) => {
    const came = readPacket(bytes, ownStream);
    if (!came) return;
    heard.push(came);
    for (const number of [...open.keys()].filter((each) => each < came.expected)) open.delete(number);
    if (!(came.flags & (udxFlags.data | udxFlags.end))) return;
    if (came.number === expected) {
      expected++;
      read(came.data);
    }
    packet(0);
  });

  const again = setInterval(() => {
    for (const [number, data] of open) packet(udxFlags.data, number, data);
  }, againMs);

  async function receive(): Promise<Buffer> {
    if (!opening) throw new Error('it is not open');
    return opening(await frames.take());
  }

  function sealed(message: Uint8Array): Buffer {
    if (!sealing) throw new Error('it is not open');
    return sealing.seal(message);
  }

  return {
    port: socket.address().port,
    noise: own.publicKey,
    frameBytes,
    heard,
    packet: (flags) => packet(flags),
    send: (message) => void sendFrame(sealed(message)),
    sendOutOfOrder: (message, bytesEach, order) => sendFrame(sealed(message), bytesEach, order),
    receive,
    async open({ port, noise }) {
      farPort = port;
      const { keys, hash } = await shake(role, own, noise, { send: sendFrame, receive: frames.take });
      const [ownKey, farKey] = role === 'offerer' ? keys : ([keys[1], keys[0]] as const);
      sealing = createSeal(ownKey);
      sendFrame(Buffer.concat([idOf(role, hash), sealing.header]));
      const said = await frames.take();
      if (!said.subarray(0, 32).equals(idOf(role === 'offerer' ? 'answerer' : 'offerer', hash))) {
        throw new Error('another id');
      }
      opening = createOpening(farKey, said.subarray(32));
      sendFrame(sealed(empty));
      if ((await receive()).byteLength !== 0) throw new Error('the first message is not empty');
    },
    close() {
      clearInterval(again);
      socket.close();
    },
  };
}
