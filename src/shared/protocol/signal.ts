import * as v from 'valibot';
import { parseJson } from '../parse-json.ts';
import { limits } from './limits.ts';
import { peerNameSchema } from './peer-name.ts';

/**
 * What room members say to each other over brokers: JSON inside a sealed, signed envelope (`connect/sealing.ts`).
 * The sender is the envelope's session. Without `to` a message is for everybody.
 */
export const signalVersion = 1;

/** 16 random or hashed bytes, base64url: session ids, message ids, link ids, nonces. */
export const idSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/));

const header = { v: v.literal(signalVersion), id: idSchema };
const directed = { ...header, to: idSchema };

/**
 * One candidate as `RTCPeerConnection.addIceCandidate()` takes it. An empty or missing `candidate` is the end of
 * candidates, as is `null` in its place; any other needs `sdpMid` or `sdpMLineIndex`, or the platform throws a TypeError.
 */
export const candidateSchema = v.pipe(
  v.object({
    candidate: v.optional(v.pipe(v.string(), v.maxLength(limits.candidateCharacters)), ''),
    sdpMid: v.nullish(v.pipe(v.string(), v.maxLength(32)), null),
    sdpMLineIndex: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff)), null),
    usernameFragment: v.nullish(v.pipe(v.string(), v.maxLength(256)), null),
  }),
  v.check((sent) => sent.candidate === '' || sent.sdpMid !== null || sent.sdpMLineIndex !== null),
);
export type Candidate = v.InferOutput<typeof candidateSchema>;

export const sdpSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.sdpCharacters));

export const signalSchema = v.variant('type', [
  /** To all: I am here; whoever is here too, show that you are by echoing the nonce. */
  v.object({ ...header, type: v.literal('announce'), nonce: idSchema, name: peerNameSchema }),
  /** A member to a newcomer: echoes its nonce, and asks the same of it. */
  v.object({ ...directed, type: v.literal('challenge'), echo: idSchema, nonce: idSchema, name: peerNameSchema }),
  /** The newcomer back: it is live too, the two may connect. */
  v.object({ ...directed, type: v.literal('response'), echo: idSchema, name: peerNameSchema }),
  /** A member to a newcomer: you cannot come in. `echo` is its nonce, null when that could not be read. */
  v.object({
    ...directed,
    type: v.literal('refuse'),
    echo: v.nullable(idSchema),
    reason: v.picklist(['room-full', 'version-unknown']),
  }),
  v.object({ ...directed, type: v.literal('offer'), link: idSchema, sdp: sdpSchema }),
  v.object({ ...directed, type: v.literal('answer'), link: idSchema, sdp: sdpSchema }),
  v.object({
    ...directed,
    type: v.literal('candidates'),
    link: idSchema,
    candidates: v.pipe(v.array(v.nullable(candidateSchema)), v.maxLength(limits.signalCandidates)),
    /** No more candidates will follow on this link. */
    end: v.optional(v.boolean(), false),
  }),
  /** The side that does not offer asks for another offer; `last` is the newest link id it knows of. */
  v.object({ ...directed, type: v.literal('retry'), last: v.nullable(idSchema) }),
  /** To all: I leave, now. */
  v.object({ ...header, type: v.literal('bye') }),
  /**
   * To all, the will: my connection to the broker `at` this address is gone. It says which, or a broker could publish the
   * will it was given at the others too.
   */
  v.object({ ...header, type: v.literal('gone'), at: v.pipe(v.string(), v.maxLength(limits.urlCharacters)) }),
]);
export type Signal = v.InferOutput<typeof signalSchema>;
export type SignalType = Signal['type'];

type WithoutHeader<S> = S extends Signal ? Omit<S, 'v' | 'id'> : never;
/** A message before it gets its version and id. */
export type SignalBody = WithoutHeader<Signal>;

/** What every version keeps, so that versions can refuse each other. */
const anyVersionSchema = v.object({ v: v.number(), id: idSchema, to: v.optional(idSchema) });

export type DecodedSignal =
  /** `droppedCandidates`: so many of its candidates were none, and are left out. */
  | { readonly kind: 'signal'; readonly signal: Signal; readonly droppedCandidates: number }
  | { readonly kind: 'version-unknown'; readonly to: string | null }
  | { readonly kind: 'malformed' };

export function decodeSignal(json: string): DecodedSignal {
  const parsed = parseJson(json);
  const any = v.safeParse(anyVersionSchema, parsed);
  if (!any.success) return { kind: 'malformed' };
  if (any.output.v !== signalVersion) return { kind: 'version-unknown', to: any.output.to ?? null };
  const { message, dropped } = withoutMalformedCandidates(parsed);
  const known = v.safeParse(signalSchema, message);
  return known.success ? { kind: 'signal', signal: known.output, droppedCandidates: dropped } : { kind: 'malformed' };
}

const candidateOrEndSchema = v.nullable(candidateSchema);

/** Candidates of one message. Those that are none are left out: they must not cost the others, nor the end with them. */
export const soundCandidatesSchema = v.pipe(
  v.array(v.unknown()),
  v.maxLength(limits.signalCandidates),
  v.transform((all) => all.filter((each) => v.is(candidateOrEndSchema, each))),
  v.array(candidateOrEndSchema),
);

const anyCandidatesSchema = v.looseObject({ type: v.literal('candidates'), candidates: v.array(v.unknown()) });

/** The unit of failure is one candidate. */
function withoutMalformedCandidates(message: unknown): { message: unknown; dropped: number } {
  if (!v.is(anyCandidatesSchema, message)) return { message, dropped: 0 };
  const candidates = message.candidates.filter((each) => v.is(candidateOrEndSchema, each));
  return { message: { ...message, candidates }, dropped: message.candidates.length - candidates.length };
}

/** The bytes a session signs are this, the topic, a zero byte, and the message's JSON. */
export const signalDomain = 'roomdrop-signal-v1\0';
