import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { type LinkTranscript, linkTranscriptBytes } from '../shared/protocol/hello-proof.ts';
import { type LaneTranscript, laneTranscriptBytes } from './lane/direct/lane-offer.ts';
import { openJsonFile } from './storage/json-file.ts';

const storedSchema = v.object({
  version: v.literal(1),
  /** A file that holds anything else is moved aside like any that cannot be read, or the app could never start again. */
  privateKeyPkcs8: v.pipe(v.string(), v.base64(), v.check(isEd25519)),
});

/** The installation's Ed25519 key pair: who it is to the people it meets. */
export interface Identity {
  /** Raw 32-byte public key, base64url. */
  readonly key: string;
  /* It signs these two and nothing else, each under a domain of its own; base64url. */
  signLink(transcript: LinkTranscript): string;
  /** For a direct lane; the page cannot ask for it. */
  signLane(transcript: LaneTranscript): string;
}

/** Reads the key pair, or makes and keeps a new one (file mode 0600). */
export async function openIdentity(dataDir: string): Promise<Identity> {
  const file = openJsonFile(join(dataDir, 'identity.json'), storedSchema);
  const stored = await file.read();
  const privateKeyPkcs8 = stored?.privateKeyPkcs8 ?? newPrivateKey();
  if (!stored) await file.write({ version: 1, privateKeyPkcs8 });
  const privateKey = decode(privateKeyPkcs8);
  const signed = (bytes: Uint8Array): string => sign(null, bytes, privateKey).toString('base64url');
  return {
    key: rawPublicKey(privateKey),
    signLink: (transcript) => signed(linkTranscriptBytes(transcript)),
    signLane: (transcript) => signed(laneTranscriptBytes(transcript)),
  };
}

/**
 * PKCS #8, base64. Made in its encoded form: a key object that is exported while the job that generated it is collected as
 * garbage locks Node 20 up for ever, since both want the key's mutex.
 */
function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  return privateKey.toString('base64');
}

function decode(pkcs8: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), type: 'pkcs8', format: 'der' });
}

function isEd25519(pkcs8: string): boolean {
  try {
    return decode(pkcs8).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

function rawPublicKey(privateKey: KeyObject): string {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (!x) throw new Error('an Ed25519 public key has an x coordinate');
  return x;
}
