import { createPublicKey, hkdfSync, verify } from 'node:crypto';
import { fromBase64url } from '../../../shared/base64url.ts';
import { isSoundKey } from '../../../shared/protocol/ed25519-key.ts';
import type { Role } from '../../../shared/protocol/hello-proof.ts';
import type { LaneAnswer, LaneOffer, LaneWordOf } from '../../../shared/protocol/lane-messages.ts';
import { ReasonError } from '../../../shared/reasons.ts';

/**
 * What the two sides of a lane offer each other, signed by their installations: main believes its page about who is at the
 * far end of a link, and need not here.
 */

/** The link that an attempt belongs to, as one side sees it. */
export interface LaneEnds {
  readonly linkId: string;
  /** Installation keys, base64url. */
  readonly ownKey: string;
  readonly peerKey: string;
}

/** What one side brings. */
export type LanePart = Pick<LaneOffer, 'noise' | 'secret' | 'stream' | 'candidates'>;

/** What an installation signs for one attempt, as the signer sees it. */
export interface LaneTranscript extends LaneEnds, LanePart {
  readonly attempt: string;
  readonly role: Role;
}

/** By the installation's key; base64url. */
export type SignLane = (transcript: LaneTranscript) => string;

/** The keys of the checks' HMACs, one a direction: by the role of who sends. 32 bytes each. */
export type ProbeKeys = Readonly<Record<Role, Uint8Array>>;

/** No signature for one thing holds for another: see `bindingDomains` in `hello-proof.ts`. */
const domain = 'roomdrop-lane-v1';

const roles = { 'lane-offer': 'offerer', 'lane-answer': 'answerer' } as const;

/**
 * The domain and the fields as lines of UTF-8, joined by line feeds; the candidates come last, each a line of its own.
 *
 * @throws ReasonError `request-invalid` when a field holds a line feed, which would make the lines ambiguous
 */
export function laneTranscriptBytes(transcript: LaneTranscript): Uint8Array<ArrayBuffer> {
  const lines = [
    domain,
    transcript.linkId,
    transcript.attempt,
    transcript.role,
    transcript.ownKey,
    transcript.peerKey,
    transcript.noise,
    transcript.secret,
    String(transcript.stream),
    ...transcript.candidates.map(({ kind, address, port }) => `${kind} ${address} ${port}`),
  ];
  if (lines.some((line) => line.includes('\n'))) throw new ReasonError('request-invalid', { message: 'line feed' });
  return new Uint8Array(Buffer.from(lines.join('\n')));
}

/** One side's word, signed. `attempt` is 16 random bytes in base64url: the offerer's, which the answer repeats. */
export function makeLaneWord<T extends keyof typeof roles>(
  type: T,
  attempt: string,
  ends: LaneEnds,
  part: LanePart,
  sign: SignLane,
): LaneWordOf<T>;
export function makeLaneWord(
  type: keyof typeof roles,
  attempt: string,
  ends: LaneEnds,
  { noise, secret, stream, candidates }: LanePart,
  sign: SignLane,
): LaneOffer | LaneAnswer {
  const part = { noise, secret, stream, candidates };
  return { type, attempt, ...part, signature: sign({ ...ends, ...part, attempt, role: roles[type] }) };
}

/**
 * Whether the peer's installation has signed it for this very link, and its Noise key is a sound one.
 *
 * @param own the link as the receiver sees it
 */
export function laneWordProves(word: LaneOffer | LaneAnswer, { linkId, ownKey, peerKey }: LaneEnds): boolean {
  const key = fromBase64url(peerKey);
  if (!isSoundKey(key) || !isSoundKey(fromBase64url(word.noise))) return false;
  const transcript = { ...word, linkId, ownKey: peerKey, peerKey: ownKey, role: roles[word.type] };
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: peerKey }, format: 'jwk' });
  return verify(null, laneTranscriptBytes(transcript), publicKey, fromBase64url(word.signature));
}

export function probeKeys(offer: LaneOffer, answer: LaneAnswer): ProbeKeys {
  const secrets = Buffer.concat([fromBase64url(offer.secret), fromBase64url(answer.secret)]);
  const salt = fromBase64url(offer.attempt);
  const keyOf = (role: Role): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secrets, salt, `${domain} probe ${role}`, 32));
  return { offerer: keyOf('offerer'), answerer: keyOf('answerer') };
}
