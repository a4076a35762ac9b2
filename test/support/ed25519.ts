import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A new key pair; the public key raw, base64url. In its encoded form, for the reason that `src/main/identity.ts` gives. */
export function makeKeyPair(): { key: string; privateKey: KeyObject } {
  const pair = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  return {
    key: pair.publicKey.subarray(-32).toString('base64url'),
    privateKey: createPrivateKey({ key: pair.privateKey, type: 'pkcs8', format: 'der' }),
  };
}
