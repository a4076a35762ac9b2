import { toBase64url } from '../shared/base64url.ts';
import { isSoundKey } from '../shared/protocol/ed25519-key.ts';
import { limits } from '../shared/protocol/limits.ts';
import { signalDomain } from '../shared/protocol/signal.ts';
import type { Subtle, WebCrypto } from './webcrypto.ts';

/**
 * The envelope of every message on a broker. Nobody without the room's code can read it, nobody but the session's owner
 * can make it, and its length tells only which of a few sizes it has:
 *
 *   payload   = [nonce 12] [AES-256-GCM of plaintext, tag 16 included; additional data: the topic]
 *   plaintext = [session public key 32] [Ed25519 signature 64] [JSON length, 2, big-endian] [JSON] [zero bytes]
 *
 * The signature covers `signalDomain`, the topic, a zero byte and the JSON.
 */
export interface Sealing {
  /** This session's id: the first 16 bytes of its public key's SHA-256, base64url. */
  readonly session: string;
  /** Rejects with a RangeError when the JSON is too long for the largest size. */
  seal(json: string): Promise<Uint8Array<ArrayBuffer>>;
  open(payload: Uint8Array): Promise<Opened | 'not-opened' | 'not-verified'>;
}

export interface Opened {
  readonly session: string;
  readonly json: string;
}

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const signatureBytes = 64;
const lengthBytes = 2;
const headBytes = keyBytes + signatureBytes + lengthBytes;

/** Every payload has one of these sizes. */
export const payloadSizes: readonly number[] = [512, 1024, 2048, 4096, 8192, limits.signalBytes];

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Makes a fresh session key pair for the room. `sealingKey` is 32 bytes. */
export async function createSealing(
  crypto: WebCrypto,
  topic: string,
  sealingKey: Uint8Array<ArrayBuffer>,
): Promise<Sealing> {
  const { subtle } = crypto;
  const roomKey = await subtle.importKey('raw', sealingKey, { name: 'AES-GCM' }, false, ['encrypt', 'decrypt']);
  const own = await subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  if (!('privateKey' in own)) throw new TypeError('Ed25519 keys come in pairs');
  const ownPublic = new Uint8Array(await subtle.exportKey('raw', own.publicKey));
  const additionalData = encoder.encode(topic);

  const signed = (json: Uint8Array): Uint8Array<ArrayBuffer> =>
    concat([encoder.encode(signalDomain), additionalData, new Uint8Array(1), json]);

  return {
    session: await sessionIdOf(subtle, ownPublic),

    async seal(text) {
      const json = encoder.encode(text);
      const size = payloadSizes.find((bytes) => bytes >= nonceBytes + headBytes + json.length + tagBytes);
      if (size === undefined) throw new RangeError(`a signal of ${json.length} bytes is too long`);
      const signature = new Uint8Array(await subtle.sign({ name: 'Ed25519' }, own.privateKey, signed(json)));
      const plaintext = new Uint8Array(size - nonceBytes - tagBytes);
      plaintext.set(ownPublic);
      plaintext.set(signature, keyBytes);
      new DataView(plaintext.buffer).setUint16(keyBytes + signatureBytes, json.length);
      plaintext.set(json, headBytes);
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, roomKey, plaintext);
      return concat([nonce, new Uint8Array(sealed)]);
    },

    async open(payload) {
      if (!payloadSizes.includes(payload.length)) return 'not-opened';
      let plaintext: Uint8Array<ArrayBuffer>;
      try {
        const iv = payload.slice(0, nonceBytes);
        const sealed = payload.slice(nonceBytes);
        plaintext = new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, roomKey, sealed));
      } catch {
        return 'not-opened';
      }
      const publicBytes = plaintext.slice(0, keyBytes);
      const signature = plaintext.slice(keyBytes, keyBytes + signatureBytes);
      const length = new DataView(plaintext.buffer).getUint16(keyBytes + signatureBytes);
      if (headBytes + length > plaintext.length) return 'not-verified';
      const json = plaintext.slice(headBytes, headBytes + length);
      if (!isSoundKey(publicBytes)) return 'not-verified';
      try {
        const key = await subtle.importKey('raw', publicBytes, { name: 'Ed25519' }, false, ['verify']);
        if (!(await subtle.verify({ name: 'Ed25519' }, key, signature, signed(json)))) return 'not-verified';
        return { session: await sessionIdOf(subtle, publicBytes), json: decoder.decode(json) };
      } catch {
        return 'not-verified';
      }
    },
  };
}

async function sessionIdOf(subtle: Subtle, publicKey: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await subtle.digest('SHA-256', publicKey);
  return toBase64url(new Uint8Array(digest).subarray(0, 16));
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
