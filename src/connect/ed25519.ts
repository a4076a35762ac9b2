import type { VerifySignature } from '../shared/protocol/handshake.ts';

/** Rejects where the platform cannot read the key. */
export const verifyEd25519: VerifySignature = async (raw, signature, message) => {
  const key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
};
