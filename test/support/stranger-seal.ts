import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

/** docs/PROTOCOL.md, section 13, "The seal", without a library for Noise: its handshake, and what seals messages after it. */

/** What libsodium has, as the protocol names it. */
interface Sodium {
  crypto_generichash(out: Uint8Array, input: Uint8Array, key?: Uint8Array): void;
  crypto_sign_keypair(publicKey: Uint8Array, secretKey: Uint8Array): void;
  crypto_scalarmult_ed25519_noclamp(out: Uint8Array, scalar: Uint8Array, point: Uint8Array): void;
  crypto_secretstream_xchacha20poly1305_STATEBYTES: number;
  crypto_secretstream_xchacha20poly1305_init_push(state: Uint8Array, header: Uint8Array, key: Uint8Array): void;
  crypto_secretstream_xchacha20poly1305_init_pull(state: Uint8Array, header: Uint8Array, key: Uint8Array): void;
  crypto_secretstream_xchacha20poly1305_push(
    ...given: [state: Uint8Array, out: Uint8Array, message: Uint8Array, more: null, tag: number]
  ): void;
  crypto_secretstream_xchacha20poly1305_pull(
    ...given: [state: Uint8Array, out: Uint8Array, tag: Uint8Array, sealed: Uint8Array, more: null]
  ): void;
}

const outside = createRequire(createRequire(import.meta.url).resolve('@hyperswarm/secret-stream'));
const sodium: Sodium = outside('sodium-universal');

export type LaneRole = 'offerer' | 'answerer';

export interface Keys {
  readonly publicKey: Buffer;
  readonly seed: Buffer;
}

export function makeKeys(): Keys {
  const [publicKey, secretKey] = [Buffer.alloc(32), Buffer.alloc(64)];
  sodium.crypto_sign_keypair(publicKey, secretKey);
  return { publicKey, seed: secretKey.subarray(0, 32) };
}

function blake2b(bytes: number, input: Uint8Array, key?: Uint8Array): Buffer {
  const out = Buffer.alloc(bytes);
  sodium.crypto_generichash(out, input, key);
  return out;
}

/** The point multiplied by the clamped scalar of the key. */
function multiply({ seed }: Keys, point: Uint8Array): Buffer {
  const scalar = createHash('sha512').update(seed).digest().subarray(0, 32);
  scalar[0] = (scalar[0] ?? 0) & 248;
  scalar[31] = ((scalar[31] ?? 0) & 127) | 64;
  const out = Buffer.alloc(32);
  sodium.crypto_scalarmult_ed25519_noclamp(out, scalar, point);
  return out;
}

/** Noise's symmetric state (revision 34, 5.2) with ChaChaPoly and BLAKE2b. */
function createNoiseState() {
  const name = 'Noise_IK_Ed25519_ChaChaPoly_BLAKE2b';
  let hash: Buffer = Buffer.concat([Buffer.from(name), Buffer.alloc(64 - name.length)]);
  let chaining = hash;
  let key = empty;

  const hmac = (by: Uint8Array, ...data: Uint8Array[]): Buffer =>
    createHmac('blake2b512', by).update(Buffer.concat(data)).digest();
  function derive(input: Uint8Array): [Buffer, Buffer] {
    const secret = hmac(chaining, input);
    const first = hmac(secret, Buffer.of(1));
    return [first, hmac(secret, first, Buffer.of(2))];
  }
  function mixHash(data: Uint8Array): void {
    hash = blake2b(64, Buffer.concat([hash, data]));
  }
  // Each key seals one thing: its nonce is 0.
  const nonce = Buffer.alloc(12);

  mixHash(Buffer.alloc(0));
  return {
    mixHash,
    mixKey(input: Uint8Array) {
      const [first, second] = derive(input);
      chaining = first;
      key = second.subarray(0, 32);
    },
    encrypt(plain: Uint8Array): Buffer {
      const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
      cipher.setAAD(hash, { plaintextLength: plain.byteLength });
      const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      mixHash(sealed);
      return sealed;
    },
    decrypt(sealed: Uint8Array): Buffer {
      const at = sealed.byteLength - 16;
      const cipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
      cipher.setAAD(hash, { plaintextLength: at });
      cipher.setAuthTag(sealed.subarray(at));
      const plain = Buffer.concat([cipher.update(sealed.subarray(0, at)), cipher.final()]);
      mixHash(sealed);
      return plain;
    },
    /** Of the initiator's messages, and of the responder's. */
    split(): { keys: [Buffer, Buffer]; hash: Buffer } {
      const [first, second] = derive(Buffer.alloc(0));
      return { keys: [first.subarray(0, 32), second.subarray(0, 32)], hash };
    },
  };
}

export const empty: Buffer = Buffer.alloc(0);

interface Shaken {
  readonly keys: [Buffer, Buffer];
  readonly hash: Buffer;
}

interface Frames {
  send(frame: Uint8Array): void;
  receive(): Promise<Buffer>;
}

/** `-> e, es, s, ss` and `<- e, ee, se`, with empty payloads; `far` is the other side's static key, as it was signed. */
export async function shake(role: LaneRole, own: Keys, far: Uint8Array, frames: Frames): Promise<Shaken> {
  const noise = createNoiseState();
  const fresh = makeKeys();
  noise.mixHash(role === 'offerer' ? far : own.publicKey);
  if (role === 'offerer') {
    noise.mixHash(fresh.publicKey);
    noise.mixKey(multiply(fresh, far));
    const sealedKey = noise.encrypt(own.publicKey);
    noise.mixKey(multiply(own, far));
    frames.send(Buffer.concat([fresh.publicKey, sealedKey, noise.encrypt(empty)]));
    const said = await frames.receive();
    const theirs = said.subarray(0, 32);
    noise.mixHash(theirs);
    noise.mixKey(multiply(fresh, theirs));
    noise.mixKey(multiply(own, theirs));
    noise.decrypt(said.subarray(32));
  } else {
    const said = await frames.receive();
    const theirs = said.subarray(0, 32);
    noise.mixHash(theirs);
    noise.mixKey(multiply(own, theirs));
    const theirKey = noise.decrypt(said.subarray(32, 80));
    if (!theirKey.equals(far)) throw new Error('another static key than the signed one');
    noise.mixKey(multiply(own, far));
    noise.decrypt(said.subarray(80));
    noise.mixHash(fresh.publicKey);
    noise.mixKey(multiply(fresh, theirs));
    noise.mixKey(multiply(fresh, far));
    frames.send(Buffer.concat([fresh.publicKey, noise.encrypt(empty)]));
  }
  return noise.split();
}

/** The seal of one direction. */
export function createSeal(key: Uint8Array): { header: Buffer; seal(message: Uint8Array): Buffer } {
  const [state, header] = [Buffer.alloc(sodium.crypto_secretstream_xchacha20poly1305_STATEBYTES), Buffer.alloc(24)];
  sodium.crypto_secretstream_xchacha20poly1305_init_push(state, header, key);
  return {
    header,
    seal(message) {
      const sealed = Buffer.alloc(message.byteLength + 17);
      sodium.crypto_secretstream_xchacha20poly1305_push(state, sealed, message, null, 0);
      return sealed;
    },
  };
}

export function createOpening(key: Uint8Array, header: Uint8Array): (sealed: Uint8Array) => Buffer {
  const state = Buffer.alloc(sodium.crypto_secretstream_xchacha20poly1305_STATEBYTES);
  sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key);
  return (sealed) => {
    const [message, tag] = [Buffer.alloc(sealed.byteLength - 17), Buffer.of(1)];
    sodium.crypto_secretstream_xchacha20poly1305_pull(state, message, tag, sealed, null);
    if (tag[0] !== 0) throw new Error('another tag');
    return message;
  };
}

export function idOf(role: LaneRole, hash: Uint8Array): Buffer {
  const space = blake2b(32, Buffer.from('hyperswarm/secret-stream'));
  return blake2b(32, blake2b(32, Buffer.concat([space, Buffer.of(role === 'offerer' ? 0 : 1)])), hash);
}
