import * as v from 'valibot';
import { parseJson } from '../parse-json.ts';
import { type ReasonCode, reasonCodes } from '../reasons.ts';
import { limits } from './limits.ts';
import { endings } from './transfer-ending.ts';

/**
 * The control messages of a transfer, main to main: UTF-8 JSON behind a first byte 0. They keep their order among
 * themselves and overtake blocks, so nothing here means "before" or "after" a block.
 */

const transfer = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const unsigned32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1));
/** A code this version does not know still ends or holds the transfer, only less well explained. */
const reason = v.pipe(v.string(), v.fallback(v.picklist(reasonCodes), 'internal-error' satisfies ReasonCode));
const hold = v.nullable(reason);

/** Messages that carry lists hold at most this many items; more go into further messages. */
export const listItems = 500;

/** Failed files named in an `ended`. */
export const namedFailures = 50;

const segments = v.pipe(v.array(v.tuple([unsigned32, unsigned32])), v.maxLength(listItems));
const failures = v.pipe(v.array(v.tuple([unsigned32, reason])), v.maxLength(listItems));

/** `f` file, `x` executable file, `d` folder; relative path with `/`; bytes (0 for a folder); modified, whole ms. */
export const manifestEntrySchema = v.tuple([
  v.picklist(['f', 'x', 'd']),
  v.pipe(v.string(), v.minLength(1), v.maxLength(limits.pathBytes)),
  count,
  v.pipe(v.number(), v.safeInteger(), v.minValue(-8.64e15), v.maxValue(8.64e15)),
]);
export type ManifestEntry = v.InferOutput<typeof manifestEntrySchema>;

export const controlSchema = v.variant('type', [
  /** Sender, for each unfinished transfer, whenever a lane comes up. */
  v.object({
    type: v.literal('offer'),
    transfer,
    topLevelEntries: count,
    files: count,
    folders: count,
    bytes: count,
    pages: count,
    hold,
    /** Page 0 of a short manifest, which then need not be asked for. */
    first: v.optional(v.array(manifestEntrySchema)),
  }),
  /** Receiver: asks for one page. Page 0 says that it knows nothing of the transfer yet. */
  v.object({ type: v.literal('want-manifest'), transfer, page: count }),
  v.object({ type: v.literal('manifest'), transfer, page: count, entries: v.array(manifestEntrySchema) }),
  /** Receiver: send from here on, in blocks with this binding. `written` bytes and `files` are there already. */
  v.object({
    type: v.literal('accept'),
    transfer,
    binding: unsigned32,
    entry: unsigned32,
    offset: count,
    written: count,
    files: count,
    hold,
  }),
  /** Sender: entry, segment, SHA-256 of the segment in base64. */
  v.object({
    type: v.literal('digests'),
    transfer,
    list: v.pipe(
      v.array(v.tuple([unsigned32, unsigned32, v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/))])),
      v.maxLength(listItems),
    ),
  }),
  /** Receiver: these segments are to be sent once more, with their digests. */
  v.object({ type: v.literal('again'), transfer, list: segments }),
  /** Either: these entries are given up. */
  v.object({ type: v.literal('skip'), transfer, list: failures }),
  /** Receiver: `charge` of the blocks of this binding it has done with, bytes on its disk, files with their final name. */
  v.object({
    type: v.literal('progress'),
    transfer,
    binding: unsigned32,
    charge: count,
    written: count,
    files: count,
  }),
  /** Either: stop for now; and go on. */
  v.object({ type: v.literal('hold'), transfer, reason }),
  v.object({ type: v.literal('resume'), transfer }),
  /** Receiver, for each unfinished transfer, whenever a lane comes up: answered only when it is over or unknown. */
  v.object({ type: v.literal('query'), transfer }),
  /** Sender: asks to end it; `ended` confirms. */
  v.object({ type: v.literal('cancel'), transfer, reason }),
  /** Receiver: how it ended, which is final. */
  v.object({
    type: v.literal('ended'),
    transfer,
    state: v.picklist(endings),
    reason: v.nullable(reason),
    files: count,
    failed: count,
    failures: v.pipe(v.array(v.tuple([unsigned32, reason])), v.maxLength(namedFailures)),
  }),
  /** Either: this id is unknown here. */
  v.object({ type: v.literal('gone'), transfer }),
]);

export type Control = v.InferOutput<typeof controlSchema>;
export type ControlOf<T extends Control['type']> = Extract<Control, { type: T }>;

/** What is refused with a word instead of silence: its sender would wait for an answer as long as the lane lives. */
const malformedOfferSchema = v.object({ type: v.picklist(['offer', 'manifest']), transfer });
export type MalformedOffer = v.InferOutput<typeof malformedOfferSchema>;

/** Reads the text of a control message; null when it is none. */
export function parseControl(text: string): Control | null {
  return parse(controlSchema, text);
}

/** What is to be read of an `offer` or `manifest` that breaks its schema; null when it is neither. */
export function parseMalformedOffer(text: string): MalformedOffer | null {
  return parse(malformedOfferSchema, text);
}

function parse<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> | null {
  const result = v.safeParse(schema, parseJson(text));
  return result.success ? result.output : null;
}
