import { hkdfSync, randomBytes } from 'node:crypto';
import { type Keys, makeKeys } from './keys.ts';
import type { Message } from './messages.ts';

/** PROTOCOL.md, section 13, "Offer and answer", from the side that keeps to none of it. */

export interface Candidate {
  readonly kind: string;
  readonly address: string;
  readonly port: number;
}

/** What a word says besides its type; anything may be in it. */
export interface LanePart {
  readonly noise: string;
  readonly secret: string;
  readonly stream: number;
  readonly candidates: readonly Candidate[];
}

export function partOf(candidates: readonly Candidate[], part: Partial<LanePart> = {}): LanePart {
  return {
    noise: makeKeys().publicKey.toString('base64url'),
    secret: randomBytes(32).toString('base64url'),
    stream: randomBytes(4).readUInt32BE() || 1,
    candidates,
    ...part,
  };
}

/** What the signature is over besides the part, as the signer sees it. */
export interface WordEnds {
  readonly link: string;
  readonly attempt: string;
  readonly role: 'offerer' | 'answerer';
  readonly own: string;
  readonly peer: string;
}

/** A word by these keys. `signed` is what the signature is over where that is not what the word says. */
export function laneWord(
  ends: WordEnds,
  part: LanePart,
  keys: Keys,
  signed: Partial<WordEnds & LanePart> = {},
): Message {
  const said = { ...ends, ...part, ...signed };
  const lines = [
    'roomdrop-lane-v1',
    ...[said.link, said.attempt, said.role, said.own, said.peer, said.noise, said.secret, String(said.stream)],
    ...said.candidates.map(({ kind, address, port }) => `${kind} ${address} ${port}`),
  ];
  return {
    type: ends.role === 'offerer' ? 'lane-offer' : 'lane-answer',
    attempt: ends.attempt,
    ...part,
    signature: keys.sign(Buffer.from(lines.join('\n'))).toString('base64url'),
  };
}

/** Of both directions, by who sends. */
export type ProbeKeys = Readonly<Record<'offerer' | 'answerer', Buffer>>;

export function probeKeysOf(attempt: string, offererSecret: string, answererSecret: string): ProbeKeys {
  const secrets = Buffer.concat([Buffer.from(offererSecret, 'base64url'), Buffer.from(answererSecret, 'base64url')]);
  const keyOf = (role: string): Buffer => {
    const info = `roomdrop-lane-v1 probe ${role}`;
    return Buffer.from(hkdfSync('sha256', secrets, Buffer.from(attempt, 'base64url'), info, 32));
  };
  return { offerer: keyOf('offerer'), answerer: keyOf('answerer') };
}
