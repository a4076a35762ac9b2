import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

/** An Ed25519 key pair, or what is to be taken for one. */
export interface Keys {
  /** Raw, 32 bytes. */
  readonly publicKey: Buffer;
  sign(message: Uint8Array): Buffer;
}

export function makeKeys(): Keys {
  // Encoded at once: Node 20 can lock up when a key object is exported while the job that made it is collected.
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  });
  return {
    publicKey: publicKey.subarray(-32),
    sign: (message) => sign(null, message, { key: privateKey, format: 'der', type: 'pkcs8' }),
  };
}

/** PROTOCOL.md, section 2: a session id is the beginning of its key's hash. */
export function sessionOf({ publicKey }: Keys): string {
  return createHash('sha256').update(publicKey).digest().subarray(0, 16).toString('base64url');
}

/**
 * Points whose order divides 8, canonical forms first, and the forms that RFC 8032 forbids (y not below p, or the sign of
 * a zero). A signature by such a key needs no private key, and one may be good for every message.
 */
const smallOrderPoints: readonly Buffer[] = [
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  `01${'00'.repeat(30)}80`,
  `ec${'ff'.repeat(31)}`,
  `ee${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(31)}`,
  `ed${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(31)}`,
].map((hex) => Buffer.from(hex, 'hex'));

const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * One "key pair" for each of these points. A signature is a point of the list and S = 0; which point depends on the
 * message, and for some messages there is none: then signing throws a `RangeError`, and another message is to be tried.
 */
export const smallOrderKeys: readonly Keys[] = smallOrderPoints.map((publicKey) => ({
  publicKey,
  sign(message) {
    const candidates = smallOrderPoints.map((point) => Buffer.concat([point, Buffer.alloc(32)]));
    const forged = candidates.find((signature) => isTaken(publicKey, message, signature));
    if (!forged) throw new RangeError('no point of the list signs this message');
    return forged;
  },
}));

function isTaken(publicKey: Buffer, message: Uint8Array, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: Buffer.concat([spkiHead, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}
