import { Buffer } from 'node:buffer';
import { canonicalAddress } from './canonical-address.ts';
import type { Endpoint } from './datagrams.ts';

/** As much of STUN (RFC 8489) as tells under which address and port a server sees a socket: binding requests, no credentials. */

export const stunTransactionBytes = 12;

const headerBytes = 20;
const cookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const xorMappedAddress = 0x0020;
const family = { ipv4: 1, ipv6: 2 } as const;

/** @param transaction random, `stunTransactionBytes` long */
export function stunRequest(transaction: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(headerBytes);
  const view = new DataView(message.buffer);
  view.setUint16(0, bindingRequest);
  view.setUint32(4, cookie);
  message.set(transaction, 8);
  return message;
}

/**
 * The XOR-MAPPED-ADDRESS of the answer to this request. Null when it is no answer to it, or says none. What else a server
 * adds is passed over, also where the RFC would have it understood: old servers add what is no longer meant for us.
 */
export function readStunResponse(message: Uint8Array, transaction: Uint8Array): Endpoint | null {
  if (message.byteLength < headerBytes) return null;
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const isAnswer =
    bytes.readUInt16BE(0) === bindingSuccess &&
    bytes.readUInt16BE(2) === bytes.byteLength - headerBytes &&
    bytes.readUInt32BE(4) === cookie &&
    bytes.subarray(8, headerBytes).equals(transaction);
  if (!isAnswer) return null;
  for (let at = headerBytes; at + 4 <= bytes.byteLength; ) {
    const length = bytes.readUInt16BE(at + 2);
    const value = bytes.subarray(at + 4, at + 4 + length);
    if (value.byteLength < length) return null;
    if (bytes.readUInt16BE(at) === xorMappedAddress) return readXorMapped(value, bytes.subarray(4, headerBytes));
    // Padded to whole words.
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return null;
}

/** @param mask the cookie and the transaction, with which the address is hidden from meddling NATs */
function readXorMapped(value: Buffer, mask: Buffer): Endpoint | null {
  if (value.byteLength < 4) return null;
  const hidden = value.subarray(4);
  const expected = { [family.ipv4]: 4, [family.ipv6]: 16 }[value.readUInt8(1)];
  if (hidden.byteLength !== expected) return null;
  const port = value.readUInt16BE(2) ^ (cookie >>> 16);
  const address = canonicalAddress(addressText(hidden.map((byte, at) => byte ^ (mask[at] ?? 0))));
  return address === null ? null : { address, port };
}

function addressText(bytes: Uint8Array): string {
  if (bytes.byteLength === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0));
  return groups.map((group) => group.toString(16)).join(':');
}
