import * as v from 'valibot';
import { parseJson } from '../parse-json.ts';
import { parseRoomCode } from '../room-code.ts';
import { lockStateSchema } from '../room-guard.ts';
import { linkPaths } from '../views.ts';
import { base64urlOf, installationKeySchema } from './installation-key.ts';
import { peerNameSchema } from './peer-name.ts';
import { idSchema, sdpSchema, soundCandidatesSchema } from './signal.ts';

/** What two pages say on the data channel, as strings; binary messages are main's and opaque here. */
export const linkVersion = 1;

/** Why a side has no link with the other: it will not, or there can be none. */
export const linkRefusals = ['version-unknown', 'own-key', 'hello-invalid', 'room-locked', 'removed'] as const;
export type LinkRefusal = (typeof linkRefusals)[number];

/** In the hello of somebody who refuses some: the other side is answered by `lock` or `refuse`, and waits for that. */
export const gateCapability = 'gate';

/** In the hello of a side whose links may have strands: further channels that are signaled inside the link. */
export const strandsCapability = 'strands';

/** What a hello says that its sender can do; unknown ones are ignored. */
export const capabilitiesSchema = v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(32));

const versions = v.pipe(v.array(v.pipe(v.number(), v.safeInteger())), v.minLength(1), v.maxLength(16));

/** As `makeRoomCode` spells it: the longest word has eight letters. */
const canonicalCode = v.pipe(
  v.string(),
  v.maxLength(44),
  v.check((text) => {
    const read = parseRoomCode(text);
    return 'code' in read && read.code === text;
  }),
);

export const linkMessageSchema = v.variant('type', [
  /** First from both: who I am, and the proof that it is about this very link. */
  v.object({
    type: v.literal('hello'),
    versions,
    name: peerNameSchema,
    capabilities: capabilitiesSchema,
    key: installationKeySchema,
    /** Its signature over `linkTranscriptBytes` (`hello-proof.ts`), as the sender sees the link. */
    signature: base64urlOf(64),
  }),
  /** Instead of going on: why this link is refused. The channel closes after it. */
  v.object({ type: v.literal('refuse'), reason: v.picklist(linkRefusals) }),
  /** I am alive. */
  v.object({ type: v.literal('beat') }),
  /** I am called so from now on. */
  v.object({ type: v.literal('rename'), name: peerNameSchema }),
  /** Where the bytes go, as far as my side can tell. */
  v.object({ type: v.literal('path'), path: v.picklist(linkPaths) }),
  /** Whether the room is locked, as far as I know. */
  v.object({ type: v.literal('lock'), ...lockStateSchema.entries }),
  /** I move on to a room with this code, and would have you come along. */
  v.object({ type: v.literal('renew'), code: canonicalCode }),
  /** Another channel beside this one, by this description of mine: a strand, with an id of its own. */
  v.object({ type: v.literal('strand-offer'), strand: idSchema, sdp: sdpSchema }),
  v.object({ type: v.literal('strand-answer'), strand: idSchema, sdp: sdpSchema }),
  v.object({
    type: v.literal('strand-candidates'),
    strand: idSchema,
    candidates: soundCandidatesSchema,
    /** No more candidates will follow for this strand. */
    end: v.boolean(),
  }),
  /** The strand is not to be, or is no more. */
  v.object({ type: v.literal('strand-over'), strand: idSchema }),
  /** I leave the room. The same goes over the brokers, where there are any. */
  v.object({ type: v.literal('bye') }),
]);
export type LinkMessage = v.InferOutput<typeof linkMessageSchema>;
/** By type. */
export type LinkMessages = { [M in LinkMessage as M['type']]: M };
export type Hello = LinkMessages['hello'];

/** What a hello keeps in every version, so that versions can refuse each other. */
const anyHelloSchema = v.object({ type: v.literal('hello'), versions });

export type DecodedLinkMessage =
  | { readonly kind: 'message'; readonly message: LinkMessage }
  | { readonly kind: 'version-unknown' }
  /** A well-formed message of a type that this version does not know. */
  | { readonly kind: 'unknown-type' }
  | { readonly kind: 'malformed' };

const knownTypes: ReadonlySet<string> = new Set(linkMessageSchema.options.map((option) => option.entries.type.literal));

export function decodeLinkMessage(json: string): DecodedLinkMessage {
  const parsed = parseJson(json);
  const hello = v.safeParse(anyHelloSchema, parsed);
  if (hello.success && !hello.output.versions.includes(linkVersion)) return { kind: 'version-unknown' };
  const known = v.safeParse(linkMessageSchema, parsed);
  if (known.success) return { kind: 'message', message: known.output };
  const typed = v.safeParse(v.object({ type: v.string() }), parsed);
  if (typed.success && !knownTypes.has(typed.output.type)) return { kind: 'unknown-type' };
  return { kind: 'malformed' };
}

export function encodeLinkMessage(message: LinkMessage): string {
  return JSON.stringify(message);
}
