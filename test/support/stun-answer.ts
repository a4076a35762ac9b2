import { isIPv4 } from 'node:net';
import type { Endpoint } from '../../src/main/lane/direct/datagrams.ts';

/** A STUN server's answer to a binding request: where it saw it come from (RFC 8489, section 14.2). */
export function stunAnswer(request: Uint8Array, { address, port }: Endpoint): Uint8Array<ArrayBuffer> {
  const plain = isIPv4(address) ? address.split('.').map(Number) : bytesOfIPv6(address);
  const message = Buffer.alloc(28 + plain.length);
  message.writeUInt16BE(0x0101, 0);
  message.writeUInt16BE(8 + plain.length, 2);
  message.set(request.subarray(4, 20), 4);
  message.writeUInt16BE(0x0020, 20);
  message.writeUInt16BE(4 + plain.length, 22);
  message.writeUInt8(plain.length === 4 ? 1 : 2, 25);
  message.writeUInt16BE(port ^ message.readUInt16BE(4), 26);
  plain.forEach((byte, at) => {
    message[28 + at] = byte ^ (message[4 + at] ?? 0);
  });
  return new Uint8Array(message);
}

function bytesOfIPv6(address: string): number[] {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]);
}
