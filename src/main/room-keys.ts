import { hkdfSync } from 'node:crypto';
import { stretch } from './stretch.ts';

/** It never changes with the protocol's version: versions that cannot meet could not even refuse each other. */
const salt = 'roomdrop room v1';

/**
 * What a room code becomes before anything leaves this computer: scrypt makes guessing a code from the topic dear, HKDF
 * gives a topic that says nothing about the key. Test vectors are in docs/PROTOCOL.md.
 *
 * @param code in the canonical form of `parseRoomCode`
 */
export async function deriveRoomKeys(code: string): Promise<{ topic: string; sealingKey: string }> {
  const secret = await stretch(code, salt, 32);
  return {
    topic: `roomdrop/${Buffer.from(hkdfSync('sha256', secret, '', 'roomdrop topic v1', 16)).toString('base64url')}`,
    sealingKey: Buffer.from(hkdfSync('sha256', secret, '', 'roomdrop sealing v1', 32)).toString('base64url'),
  };
}
