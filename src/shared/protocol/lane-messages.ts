import * as v from 'valibot';
import { parseJson } from '../parse-json.ts';
import { base64urlOf } from './installation-key.ts';
import { ipAddressSchema } from './ip-address.ts';
import { limits } from './limits.ts';

/**
 * What two mains say to each other of the direct lane: control messages (UTF-8 JSON behind a first byte 0) that belong to
 * no transfer, on the data channel's lane. Who sends them when stands in docs/PROTOCOL.md, "The direct lane".
 */

/** In the hello of somebody who makes direct lanes. */
export const directCapability = 'direct';

/** Ports below are those of the systems' own services. */
const port = v.pipe(v.number(), v.integer(), v.minValue(limits.lanePortLeast), v.maxValue(65_535));

/** `host`: an address of an interface; `mapped`: what a STUN server saw. */
export const laneCandidateSchema = v.object({ kind: v.picklist(['host', 'mapped']), address: ipAddressSchema, port });
export type LaneCandidate = v.InferOutput<typeof laneCandidateSchema>;

const attempt = base64urlOf(16);

/** What a side brings to an attempt. */
const part = {
  /** Its public key for this attempt, for Noise: Ed25519. */
  noise: base64urlOf(32),
  /** Half of what the keys of the checks are made from. */
  secret: base64urlOf(32),
  /** The id of its end of the stream: what the other side sends to. */
  stream: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 32 - 1)),
  candidates: v.pipe(v.array(laneCandidateSchema), v.maxLength(limits.laneCandidates)),
  /** Its installation's, over `laneTranscriptBytes` (`lane-offer.ts`). */
  signature: base64urlOf(64),
};

export const laneEnds = ['declined', 'no-path', 'replaced', 'lost'] as const;
export type LaneEnd = (typeof laneEnds)[number];

export const laneWordSchema = v.variant('type', [
  /** The link's initiator: let us try. */
  v.object({ type: v.literal('lane-offer'), attempt, ...part }),
  /** The other side, with the attempt of the offer. */
  v.object({ type: v.literal('lane-answer'), attempt, ...part }),
  /** Either: nothing comes of this attempt, or no more. */
  v.object({ type: v.literal('lane-over'), attempt, why: v.picklist(laneEnds) }),
]);

export type LaneWord = v.InferOutput<typeof laneWordSchema>;
export type LaneWordOf<T extends LaneWord['type']> = Extract<LaneWord, { type: T }>;
export type LaneOffer = LaneWordOf<'lane-offer'>;
export type LaneAnswer = LaneWordOf<'lane-answer'>;

/** Reads the text of a control message; null when it is no word of lanes. */
export function parseLaneWord(text: string): LaneWord | null {
  const result = v.safeParse(laneWordSchema, parseJson(text));
  return result.success ? result.output : null;
}
