import { type Block, decodeBlock, messageClass } from '../../shared/protocol/block.ts';
import { type LaneWord, parseLaneWord } from '../../shared/protocol/lane-messages.ts';
import { limits } from '../../shared/protocol/limits.ts';
import {
  type Control,
  type MalformedOffer,
  parseControl,
  parseMalformedOffer,
} from '../../shared/protocol/transfer-messages.ts';

/** Messages as bytes: the one place where what comes from a lane becomes typed. */

export type DecodedMessage =
  | { kind: 'control'; control: Control }
  /** Belongs to no transfer. */
  | { kind: 'lane-word'; word: LaneWord }
  | { kind: 'malformed-offer'; offer: MalformedOffer }
  | { kind: 'block'; block: Block }
  | { kind: 'refused' };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const refused: DecodedMessage = { kind: 'refused' };

export function encodeControl(control: Control | LaneWord): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(control);
  const message = new Uint8Array(1 + Buffer.byteLength(text));
  message[0] = messageClass.control;
  encoder.encodeInto(text, message.subarray(1));
  return message;
}

/**
 * Checks size, class and schema; what fails is `refused`, or `malformed-offer` where the peer is owed an answer.
 * @param blockBytes the largest block on this lane.
 */
export function decodeMessage(message: Uint8Array, blockBytes: number): DecodedMessage {
  if (message[0] === messageClass.block) {
    const block = message.byteLength <= blockBytes ? decodeBlock(message) : null;
    return block ? { kind: 'block', block } : refused;
  }
  if (message[0] !== messageClass.control || message.byteLength > limits.controlBytes) return refused;
  let text: string;
  try {
    text = decoder.decode(message.subarray(1));
  } catch {
    return refused;
  }
  const control = parseControl(text);
  if (control) return { kind: 'control', control };
  const word = parseLaneWord(text);
  if (word) return { kind: 'lane-word', word };
  const offer = parseMalformedOffer(text);
  return offer ? { kind: 'malformed-offer', offer } : refused;
}
