import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import type { LinkTranscript } from '../shared/bridge.ts';
import { linkTranscriptBytes } from '../shared/protocol/link.ts';
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
  /** Signs a link's transcript, and nothing else; base64url. */
  signLink(transcript: LinkTranscript): string;
}

/** Reads the key pair, or makes and keeps a new one (file mode 0600). */
export async function openIdentity(dataDir: string): Promise<Identity> {
  const file = openJsonFile(join(dataDir, 'identity.json'), storedSchema);
  const stored = await file.read();
  const privateKey = stored ? decode(stored.privateKeyPkcs8) : generateKeyPairSync('ed25519').privateKey;
  if (!stored) {
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    await file.write({ version: 1, privateKeyPkcs8: der.toString('base64') });
  }
  return {
    key: rawPublicKey(privateKey),
    signLink: (transcript) => sign(null, linkTranscriptBytes(transcript), privateKey).toString('base64url'),
  };
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
