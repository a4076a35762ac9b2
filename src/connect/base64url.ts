import { toBase64url } from '../shared/base64url.ts';

/** A fresh session-wide unique id or nonce: 16 random bytes, base64url. */
export function randomId(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(16)));
}
