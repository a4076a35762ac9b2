import { hkdfSync, type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const scryptAsync: (password: string, salt: string, bytes: number, options: ScryptOptions) => Promise<Buffer> =
  promisify(scrypt);

/** It never changes with the protocol's version: versions that cannot meet could not even refuse each other. */
const salt = 'roomdrop room v1';
const cost = { N: 2 ** 17, r: 8, p: 1 };
/** Node refuses scrypt above 32 MiB unless told; it asks for 128 * N * r bytes and some. */
const memoryBytes = 2 * 128 * cost.N * cost.r;

/**
 * What a room code becomes before anything leaves this computer: scrypt makes guessing a code from the topic dear, HKDF
 * gives a topic that says nothing about the key. Test vectors are in docs/PROTOCOL.md.
 *
 * @param code in the canonical form of `parseRoomCode`
 */
export async function deriveRoomKeys(code: string): Promise<{ topic: string; sealingKey: string }> {
  const secret = await scryptAsync(code, salt, 32, { ...cost, maxmem: memoryBytes });
  return {
    topic: `roomdrop/${Buffer.from(hkdfSync('sha256', secret, '', 'roomdrop topic v1', 16)).toString('base64url')}`,
    sealingKey: Buffer.from(hkdfSync('sha256', secret, '', 'roomdrop sealing v1', 32)).toString('base64url'),
  };
}
