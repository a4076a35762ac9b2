import { toBase64url } from '../shared/base64url.ts';
import type { VerifySignature } from '../shared/protocol/hello-proof.ts';
import { createSealing, type Sealing } from './sealing.ts';
import type { WebCrypto } from './webcrypto.ts';

/** Keys, signatures and what nobody can guess. A world that is replayed has its own. */
export interface Cryptography {
  /** A fresh unique id or nonce: 16 random bytes, base64url. */
  randomId(): string;
  /** Makes a fresh session for the room; `sealingKey` is 32 bytes. Rejects where the platform lacks what it takes. */
  createSealing(topic: string, sealingKey: Uint8Array<ArrayBuffer>): Promise<Sealing>;
  /** Rejects where the platform cannot read the key. */
  readonly verify: VerifySignature;
}

export function createCryptography(crypto: WebCrypto): Cryptography {
  const verify: VerifySignature = async (raw, signature, message) => {
    const key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
    return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
  };
  return {
    randomId: () => toBase64url(crypto.getRandomValues(new Uint8Array(16))),
    createSealing: (topic, sealingKey) => createSealing(crypto, topic, sealingKey),
    verify,
  };
}
