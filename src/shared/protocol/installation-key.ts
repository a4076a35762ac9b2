import * as v from 'valibot';

/** So many bytes in base64url: the last character has bits to spare, which must be zero. There is one spelling, not several. */
export function base64urlOf(bytes: number) {
  const characters = Math.ceil((bytes * 8) / 6);
  const last = (bytes * 8) % 6 === 4 ? /[AEIMQUYcgkosw048]$/ : /[AQgw]$/;
  return v.pipe(v.string(), v.length(characters), v.regex(/^[A-Za-z0-9_-]*$/), v.regex(last));
}

/** An installation's raw Ed25519 public key. */
export const installationKeySchema = base64urlOf(32);
