import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { fromBase64url } from '../base64url.ts';
import { ReasonError } from '../reasons.ts';
import { isSoundKey } from './ed25519-key.ts';
import type { Hello } from './link-messages.ts';

/**
 * What a hello proves: that the installation with this key is at the far end of this very channel. It rests on the
 * channel's binding, and knows nothing else of what the channel is.
 */

/**
 * The kinds of channel binding: what each end is known by to the encryption of the channel, and the domains that are signed
 * over it, of a link and of a strand. Each has a domain of its own, so that no signature made for one holds for another.
 *
 * - `dtls`: the fingerprints of the two certificates, as the descriptions name them
 */
const bindingDomains = { dtls: { link: 'roomdrop-link-v1', strand: 'roomdrop-strand-v1' } } as const;

/** Of an attempt to connect: whose session id is the greater one offers. */
export const roles = ['offerer', 'answerer'] as const;
export type Role = (typeof roles)[number];

const field = v.pipe(v.string(), v.minLength(1), v.maxLength(128));

const channelBindingSchema = v.object({
  kind: v.picklist(['dtls'] satisfies (keyof typeof bindingDomains)[]),
  own: field,
  peer: field,
});
export type ChannelBinding = v.InferOutput<typeof channelBindingSchema>;

/** What an installation signs for one link or strand, as the signer sees it. */
export const linkTranscriptSchema = v.object({
  topic: field,
  linkId: field,
  /** The link inside which this channel was signaled; only where it is a strand of it. */
  introducedBy: v.optional(field),
  role: v.picklist(roles),
  ownSession: field,
  peerSession: field,
  binding: channelBindingSchema,
});
export type LinkTranscript = v.InferOutput<typeof linkTranscriptSchema>;

/** The same link as its other end sees it. */
export function fromTheOtherEnd({ role, ownSession, peerSession, binding, ...shared }: LinkTranscript): LinkTranscript {
  return {
    ...shared,
    role: role === 'offerer' ? 'answerer' : 'offerer',
    ownSession: peerSession,
    peerSession: ownSession,
    binding: { kind: binding.kind, own: binding.peer, peer: binding.own },
  };
}

/**
 * The domain and the fields of the transcript as lines of UTF-8, joined by line feeds. A strand's names the link first.
 *
 * @throws ReasonError `request-invalid` when a field holds a line feed, which would make the lines ambiguous
 */
export function linkTranscriptBytes(transcript: LinkTranscript): Uint8Array<ArrayBuffer> {
  const { binding, introducedBy } = transcript;
  const domains = bindingDomains[binding.kind];
  const lines = [
    ...(introducedBy === undefined ? [domains.link] : [domains.strand, introducedBy]),
    transcript.topic,
    transcript.linkId,
    transcript.role,
    transcript.ownSession,
    transcript.peerSession,
    binding.own,
    binding.peer,
  ];
  if (lines.some((line) => line.includes('\n'))) throw new ReasonError('request-invalid', { message: 'line feed' });
  return utf8ToBytes(lines.join('\n'));
}

/** Ed25519 with a raw public key, by whatever the process has for it. */
export type VerifySignature = (
  key: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
) => Promise<boolean>;

/**
 * Whether a hello's key has signed what its sender sees of the link. Nothing that a peer sends makes it reject.
 *
 * @param own the link as the receiver sees it
 */
export async function helloProves(hello: Hello, own: LinkTranscript, verify: VerifySignature): Promise<boolean> {
  try {
    const key = fromBase64url(hello.key);
    if (!isSoundKey(key)) return false;
    return await verify(key, fromBase64url(hello.signature), linkTranscriptBytes(fromTheOtherEnd(own)));
  } catch {
    return false;
  }
}
