import { sign } from 'node:crypto';
import {
  type LaneEnds,
  type LanePart,
  laneTranscriptBytes,
  makeLaneWord,
} from '../../src/main/lane/direct/lane-offer.ts';
import { toBase64url } from '../../src/shared/base64url.ts';
import type { LaneAnswer, LaneOffer } from '../../src/shared/protocol/lane-messages.ts';
import { makeKeyPair } from './ed25519.ts';

/** An attempt at a lane between two made-up installations: both signed words, and the link as each side sees it. */
export interface OfferedLane {
  readonly offer: LaneOffer;
  readonly answer: LaneAnswer;
  readonly ends: { readonly offerer: LaneEnds; readonly answerer: LaneEnds };
}

export function offerLane(parts: { offerer?: Partial<LanePart>; answerer?: Partial<LanePart> } = {}): OfferedLane {
  const [offerer, answerer] = [makeKeyPair(), makeKeyPair()];
  const linkId = toBase64url(new Uint8Array(16).fill(7));
  const attempt = toBase64url(new Uint8Array(16).fill(8));
  const ends = {
    offerer: { linkId, ownKey: offerer.key, peerKey: answerer.key },
    answerer: { linkId, ownKey: answerer.key, peerKey: offerer.key },
  };
  const part = (filled: number, given: Partial<LanePart> = {}): LanePart => ({
    noise: makeKeyPair().key,
    secret: toBase64url(new Uint8Array(32).fill(filled)),
    stream: filled,
    candidates: [{ kind: 'host', address: '192.0.2.1', port: 40_000 + filled }],
    ...given,
  });
  return {
    ends,
    offer: makeLaneWord('lane-offer', attempt, ends.offerer, part(1, parts.offerer), (transcript) =>
      sign(null, laneTranscriptBytes(transcript), offerer.privateKey).toString('base64url'),
    ),
    answer: makeLaneWord('lane-answer', attempt, ends.answerer, part(2, parts.answerer), (transcript) =>
      sign(null, laneTranscriptBytes(transcript), answerer.privateKey).toString('base64url'),
    ),
  };
}
