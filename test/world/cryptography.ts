import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Cryptography } from '../../src/connect/cryptography.ts';
import { payloadSizes, type Sealing } from '../../src/connect/sealing.ts';
import { laneTranscriptBytes, type SignLane } from '../../src/main/lane/direct/lane-offer.ts';
import type { Chance } from './chance.ts';

/** What all people of a world know to be signed: nothing is computed, and nothing can be forged that was not said here. */
export interface Signatures {
  sign(key: string, bytes: Uint8Array): string;
  isGenuine(key: string, signature: string, bytes: Uint8Array): boolean;
}

export function createSignatures(): Signatures {
  const said = new Set<string>();
  return {
    sign(key, bytes) {
      // As long as Ed25519's, and as canonical.
      const signature = createHash('sha512').update(key).update(bytes).digest('base64url');
      said.add(signature);
      return signature;
    },
    isGenuine: (key, signature, bytes) =>
      said.has(signature) && signature === createHash('sha512').update(key).update(bytes).digest('base64url'),
  };
}

/** An installation: its key, and how it signs for direct lanes, whose signatures main checks by itself, and at once. */
export interface WorldIdentity {
  readonly key: string;
  readonly signLane: SignLane;
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

export function makeIdentity(chance: Chance): WorldIdentity {
  const encoded = Buffer.concat([pkcs8Head, chance.bytes(32)]);
  const privateKey = createPrivateKey({ key: encoded, type: 'pkcs8', format: 'der' });
  const { x: key } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (key === undefined) throw new Error('an Ed25519 key has an x');
  return { key, signLane: (transcript) => base64url(sign(null, laneTranscriptBytes(transcript), privateKey)) };
}

/** Stands in for Web Cryptography, whose threads answer whenever they like: it answers within the same turn. */
export function createWorldCryptography(chance: Chance, signatures: Signatures): Cryptography {
  return {
    randomId: () => base64url(chance.bytes(16)),
    createSealing: async (topic) => createWorldSealing(topic, chance),
    verify: async (key, signature, message) => signatures.isGenuine(base64url(key), base64url(signature), message),
  };
}

/** Who has the topic can read, and nobody can speak for another session: the sizes are the real ones. */
function createWorldSealing(topic: string, chance: Chance): Sealing {
  const session = base64url(chance.bytes(16));
  return {
    session,
    async seal(json) {
      const text = Buffer.from(JSON.stringify({ topic, session, json }));
      const size = payloadSizes.find((bytes) => bytes >= text.length + 2);
      if (size === undefined) throw new RangeError(`a signal of ${text.length} bytes is too long`);
      const payload = new Uint8Array(size);
      new DataView(payload.buffer).setUint16(0, text.length);
      payload.set(text, 2);
      return payload;
    },
    open: async (payload) => {
      const opened = readSealed(payload);
      return opened?.topic === topic ? opened : 'not-opened';
    },
  };
}

export interface Sealed {
  readonly topic: string;
  readonly session: string;
  readonly json: string;
}

/** What was read of a payload: everybody in the room gets the same one. */
const known = new WeakMap<Uint8Array, Sealed | null>();

/** What a payload holds, for who may know it; null for rubbish. */
export function readSealed(payload: Uint8Array): Sealed | null {
  const earlier = known.get(payload);
  if (earlier !== undefined) return earlier;
  const sealed = parse(payload);
  known.set(payload, sealed);
  return sealed;
}

const said = new WeakMap<Sealed, Said>();

/** What is said in it; nothing that makes sense, for rubbish. */
export function saidIn(sealed: Sealed): Said {
  const earlier = said.get(sealed);
  if (earlier) return earlier;
  const parsed = parseJson(sealed.json);
  said.set(sealed, parsed);
  return parsed;
}

/** Fields of any type: somebody hostile speaks, too. */
export interface Said {
  readonly type?: unknown;
  readonly to?: unknown;
  readonly at?: unknown;
}

function parseJson(json: string): Said {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    return {};
  }
}

function parse(payload: Uint8Array): Sealed | null {
  const length = new DataView(payload.buffer, payload.byteOffset).getUint16(0);
  try {
    return JSON.parse(Buffer.from(payload.subarray(2, 2 + length)).toString());
  } catch {
    return null;
  }
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
