import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A TURN server (RFC 8656) that takes nobody's credentials: whatever is asked of it, it answers 401. */
export interface RefusingTurn {
  readonly port: number;
  close(): Promise<void>;
}

const magicCookie = 0x2112a442;
const errorResponse = 0x0110;
const attributes = { errorCode: 0x0009, realm: 0x0014, nonce: 0x0015 } as const;

export async function startRefusingTurn(): Promise<RefusingTurn> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    if (message.length < 20 || message.readUInt32BE(4) !== magicCookie) return;
    socket.send(refusal(message.readUInt16BE(0), message.subarray(8, 20)), from.port, from.address);
  });
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    close: () => new Promise((done) => socket.close(() => done())),
  };
}

function refusal(request: number, transaction: Uint8Array): Buffer {
  const body = Buffer.concat([
    // Class 4, number 1.
    attribute(attributes.errorCode, Buffer.concat([Buffer.from([0, 0, 4, 1]), Buffer.from('Unauthorized')])),
    attribute(attributes.realm, Buffer.from('test')),
    attribute(attributes.nonce, Buffer.from('nonce')),
  ]);
  const header = Buffer.alloc(20);
  header.writeUInt16BE(request | errorResponse, 0);
  header.writeUInt16BE(body.length, 2);
  header.writeUInt32BE(magicCookie, 4);
  header.set(transaction, 8);
  return Buffer.concat([header, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
