import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import type { Keys } from './keys.ts';

/** PROTOCOL.md, section 1: what five words give. */
export interface Room {
  readonly topic: string;
  readonly sealingKey: Buffer;
}

export function roomOf(code: string): Room {
  const secret = scryptSync(code, 'roomdrop room v1', 32, { N: 131_072, r: 8, p: 1, maxmem: 2 ** 28 });
  const derive = (info: string, bytes: number): Buffer => Buffer.from(hkdfSync('sha256', secret, '', info, bytes));
  return {
    topic: `roomdrop/${derive('roomdrop topic v1', 16).toString('base64url')}`,
    sealingKey: derive('roomdrop sealing v1', 32),
  };
}

export const newId = (): string => randomBytes(16).toString('base64url');

const sizes = [512, 1024, 2048, 4096, 8192, 16_384];
const headBytes = 32 + 64 + 2;
const nonceBytes = 12;
const tagBytes = 16;

/** PROTOCOL.md, "The envelope". */
export function seal(room: Room, keys: Keys, json: string): Buffer {
  const text = Buffer.from(json);
  const size = sizes.find((bytes) => bytes >= nonceBytes + headBytes + text.length + tagBytes);
  if (size === undefined) throw new RangeError('too long to be sealed');
  const plain = Buffer.alloc(size - nonceBytes - tagBytes);
  keys.publicKey.copy(plain, 0);
  keys.sign(signedBytes(room, text)).copy(plain, 32);
  plain.writeUInt16BE(text.length, 96);
  text.copy(plain, headBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', room.sealingKey, nonce).setAAD(Buffer.from(room.topic));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Who says it and what; null when it does not open. That it is signed is the victim's business, not ours. */
export function unseal(room: Room, payload: Buffer): { session: string; json: string } | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', room.sealingKey, payload.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(room.topic)).setAuthTag(payload.subarray(-tagBytes));
    const sealed = payload.subarray(nonceBytes, -tagBytes);
    const plain = Buffer.concat([decipher.update(sealed), decipher.final()]);
    const key = plain.subarray(0, 32);
    const session = createHash('sha256').update(key).digest().subarray(0, 16).toString('base64url');
    return { session, json: plain.subarray(headBytes, headBytes + plain.readUInt16BE(96)).toString() };
  } catch {
    return null;
  }
}

function signedBytes({ topic }: Room, json: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`roomdrop-signal-v1\0${topic}\0`), json]);
}
