import { createHmac, timingSafeEqual } from 'node:crypto';
import { fromBase64url } from '../../../shared/base64url.ts';
import type { Role } from '../../../shared/protocol/hello-proof.ts';
import type { LaneAnswer, LaneOffer } from '../../../shared/protocol/lane-messages.ts';
import { probeKeys } from './lane-offer.ts';

/**
 * The datagrams of the checks: `RDl1`, type (1), attempt (16), transaction (12), HMAC-SHA-256 (32). The first byte tells
 * them from STUN (0 to 3) and UDX (0xff) on the same socket.
 */

export const probeBytes = 65;

const magic = Buffer.from('RDl1');
const typeAt = 4;
const attemptAt = 5;
const transactionAt = 21;
const macAt = 33;

const types = { probe: 1, use: 2, answer: 3 } as const;
/** `use`: a probe of the offerer's, that also says that this pair is to be taken. */
export type ProbeType = keyof typeof types;

export interface Probe {
  readonly type: ProbeType;
  /** 12 bytes, hexadecimal; an answer has its probe's. */
  readonly transaction: string;
}

/** The datagrams of one attempt, as one side makes and reads them. */
export interface ProbeCodec {
  encode(probe: Probe): Uint8Array<ArrayBuffer>;
  /** Null when it is none of the peer's for this attempt and link. */
  decode(bytes: Uint8Array): Probe | null;
}

/** @param role of this side */
export function createProbeCodec(role: Role, linkId: string, offer: LaneOffer, answer: LaneAnswer): ProbeCodec {
  const keys = probeKeys(offer, answer);
  const [ownKey, peerKey] = role === 'offerer' ? [keys.offerer, keys.answerer] : [keys.answerer, keys.offerer];
  const attempt = fromBase64url(offer.attempt);
  const context = Buffer.concat([Buffer.from(linkId), fromBase64url(offer.noise), fromBase64url(answer.noise)]);

  /** Over all that stands before it, the link id, and the Noise keys of both, the offerer's first. */
  function mac(key: Uint8Array, head: Uint8Array): Buffer {
    return createHmac('sha256', key).update(head).update(context).digest();
  }

  return {
    encode({ type, transaction }) {
      const bytes = new Uint8Array(probeBytes);
      bytes.set(magic);
      bytes[typeAt] = types[type];
      bytes.set(attempt, attemptAt);
      bytes.set(Buffer.from(transaction, 'hex'), transactionAt);
      bytes.set(mac(ownKey, bytes.subarray(0, macAt)), macAt);
      return bytes;
    },
    decode(bytes) {
      if (bytes.byteLength !== probeBytes || !magic.equals(bytes.subarray(0, typeAt))) return null;
      const type = typeOf(bytes[typeAt]);
      // Before the MAC: what is of another attempt is another's to look at.
      if (!type || Buffer.compare(attempt, bytes.subarray(attemptAt, transactionAt)) !== 0) return null;
      if (!timingSafeEqual(mac(peerKey, bytes.subarray(0, macAt)), bytes.subarray(macAt))) return null;
      return { type, transaction: Buffer.from(bytes.subarray(transactionAt, macAt)).toString('hex') };
    },
  };
}

function typeOf(byte: number | undefined): ProbeType | null {
  if (byte === types.probe) return 'probe';
  if (byte === types.use) return 'use';
  return byte === types.answer ? 'answer' : null;
}
