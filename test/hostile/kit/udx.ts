import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';

/** UDX and Noise as anybody can have them, and packets of UDX by hand (PROTOCOL.md, section 13, "The stream"). */

interface Native {
  createSocket(): NativeSocket;
  createStream(id: number, options: { firewall(): boolean }): NativeStream;
}

export interface NativeSocket {
  bind(port: number, host: string): void;
  address(): { readonly port: number };
  trySend(bytes: Uint8Array, port: number, host: string): void;
  on(event: 'message', listener: (bytes: Uint8Array, from: { host: string; port: number }) => void): this;
  close(): Promise<void>;
}

export interface NativeStream extends Duplex {
  readonly bytesReceived: number;
  connect(socket: NativeSocket, remoteId: number, port: number, host: string): void;
}

export interface NoiseKeys {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

interface Sealing {
  readonly pattern: 'IK' | 'XX';
  readonly keyPair: NoiseKeys;
  readonly remotePublicKey?: Uint8Array;
}

interface Noise {
  new (isInitiator: boolean, raw: NativeStream, options: Sealing): Duplex;
  keyPair(): NoiseKeys;
}

// Both are CommonJS, and bring no declarations.
const require = createRequire(import.meta.url);
const Udx: new () => Native = require('udx-native');
export const NoiseStream: Noise = require('@hyperswarm/secret-stream');
const udx = new Udx();

export const host = '127.0.0.1';

/** On loopback. */
export function openUdx(): NativeSocket {
  const socket = udx.createSocket();
  socket.bind(0, host);
  return socket;
}

/** A connected stream; what ends it is nobody's error. */
export function connectUdx(socket: NativeSocket, ownId: number, farId: number, port: number): NativeStream {
  const stream = udx.createStream(ownId, { firewall: () => true });
  stream.on('error', () => undefined);
  stream.connect(socket, farId, port, host);
  return stream;
}

export const udxFlags = { data: 1, end: 2, acknowledgements: 4, message: 8, destroy: 16, heartbeat: 32 } as const;

export interface Packet {
  /** Of the side that it goes to. */
  readonly stream: number;
  readonly flags: number;
  readonly sequence?: number;
  readonly expected?: number;
  readonly windowBytes?: number;
  /** How many bytes of the body stand before the data. */
  readonly dataAt?: number;
  readonly body?: Uint8Array;
}

export function packetOf({ stream, flags, sequence = 0, expected = 0, dataAt = 0, ...rest }: Packet): Buffer {
  const head = Buffer.alloc(20);
  head.set([255, 1, flags, dataAt]);
  head.writeUInt32LE(stream, 4);
  head.writeUInt32LE(rest.windowBytes ?? 4 * 1024 * 1024, 8);
  head.writeUInt32LE(sequence >>> 0, 12);
  head.writeUInt32LE(expected >>> 0, 16);
  return Buffer.concat([head, rest.body ?? Buffer.alloc(0)]);
}
