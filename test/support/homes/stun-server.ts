import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** STUN (RFC 8489) as far as a binding request goes: whoever asks is told the address that the question came from. */
export async function startStunServer(address: string, port: number): Promise<{ close(): void }> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.on('message', (message, from) => {
    if (isBindingRequest(message)) socket.send(bindingSuccess(message, from), from.port, from.address);
  });
  await new Promise<void>((done) => socket.bind(port, address, done));
  return { close: () => socket.close() };
}

const bindingRequest = 0x0001;
const bindingSuccessResponse = 0x0101;
const xorMappedAddress = 0x0020;
const headerBytes = 20;

function isBindingRequest(message: Buffer): boolean {
  return message.length >= headerBytes && message.readUInt16BE(0) === bindingRequest;
}

/** What belongs to an answer, from the cookie on, is the request's. */
function bindingSuccess(request: Buffer, { address, port }: RemoteInfo): Buffer {
  const mask = request.subarray(4, headerBytes);
  const plain = addressBytes(address);
  const value = Buffer.alloc(4 + plain.length);
  value.writeUInt8(plain.length === 4 ? 1 : 2, 1);
  value.writeUInt16BE(port ^ mask.readUInt16BE(0), 2);
  for (const [index, byte] of plain.entries()) value.writeUInt8(byte ^ (mask[index] ?? 0), 4 + index);
  const header = Buffer.alloc(headerBytes + 4);
  header.writeUInt16BE(bindingSuccessResponse, 0);
  header.writeUInt16BE(4 + value.length, 2);
  mask.copy(header, 4);
  header.writeUInt16BE(xorMappedAddress, headerBytes);
  header.writeUInt16BE(value.length, headerBytes + 2);
  return Buffer.concat([header, value]);
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [before = '', after] = (address.split('%')[0] ?? '').split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(before), groups(after ?? '')];
  const all = [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
