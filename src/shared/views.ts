import * as v from 'valibot';
import { limits } from './protocol/limits.ts';
import { endings, isEnding } from './protocol/transfer-ending.ts';
import { reasonSchema } from './reasons.ts';

/** What the screen and the JSON lines show: snapshots, published whole at each change. */

export const transferStates = [
  'offered',
  'accepted',
  'running',
  'paused',
  'interrupted',
  'verifying',
  ...endings,
] as const;

export const transferStateSchema = v.picklist(transferStates);
export type TransferState = v.InferOutput<typeof transferStateSchema>;

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** One person of a transfer: the installation's key is the identity, the session is where it is reached now. */
export const personSchema = v.object({
  /** Installation's Ed25519 public key, base64url. */
  key: v.string(),
  /** Session id of the room member that carries it now. */
  session: v.string(),
  name: v.string(),
});
export type Person = v.InferOutput<typeof personSchema>;

export const transferViewSchema = v.object({
  id: v.string(),
  direction: v.picklist(['in', 'out']),
  peer: personSchema,
  state: transferStateSchema,
  /** Name of the only top-level entry, or of the first of several. */
  title: v.string(),
  topLevelEntries: v.number(),
  files: v.number(),
  folders: v.number(),
  /** Bytes the receiver has written. */
  bytes,
  total: bytes,
  filesDone: v.number(),
  /** Bytes a second over the last seconds; 0 when not running. */
  rate: v.number(),
  /** Files a second, while so many small ones go that their number tells more than their bytes; else 0. */
  filesRate: v.number(),
  secondsLeft: v.nullable(v.number()),
  pausedByMe: v.boolean(),
  pausedByPeer: v.boolean(),
  /** Why it waits or how it ended. */
  reason: v.nullable(reasonSchema),
  failedCount: v.number(),
  /** The first files that failed, each with its reason. */
  failed: v.array(v.object({ path: v.string(), reason: reasonSchema })),
  /** Incoming only: where it goes, as text for a person, and what is free there (before acceptance). */
  folder: v.nullable(v.string()),
  /**
   * Incoming only, once something has arrived: absolute path of the file or folder under the name it got, or, of several,
   * of the folder they are in.
   */
  place: v.nullable(v.string()),
  freeBytes: v.nullable(bytes),
});
export type TransferView = v.InferOutput<typeof transferViewSchema>;

/** Nothing more comes of it. */
export function hasEnded({ state }: Pick<TransferView, 'state'>): boolean {
  return isEnding(state);
}

/** Where a link's bytes go: same network, across the internet, or through a TURN relay. */
export const linkPaths = ['local', 'direct', 'relay'] as const;
export type LinkPath = (typeof linkPaths)[number];

/** Why no direct lane carries the bytes to and from somebody. */
export const noLaneReasons = [
  /** The settings here allow none. */
  'off',
  /** What makes one does not run on this computer. */
  'no-addon',
  /** Their hello did not name the capability. */
  'peer-cannot',
  /** Ours did not: the settings allow one since then, and there is one when the link has been made anew. */
  'older-link',
  /** It has been tried. */
  'no-path',
  /** There is one, but what is under way does not go by it: it has been slower, or stood still. */
  'resting',
] as const;
export type NoLaneReason = (typeof noLaneReasons)[number];

/** What carries the bytes between this computer and somebody who can be reached, told at each change. */
export const laneViewSchema = v.object({
  /** Their installation's key. */
  key: v.string(),
  /** `direct`: between the two mains; `channel`: through the pages. */
  kind: v.picklist(['channel', 'direct']),
  /** Of a direct lane, once measured. */
  roundTripMs: v.nullable(v.number()),
  /** Null where a direct lane carries them, or may soon. */
  why: v.nullable(v.picklist(noLaneReasons)),
});
export type LaneView = v.InferOutput<typeof laneViewSchema>;

const entry = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A folder of a transfer: of the path of one of its entries, so many names. */
export const folderRefSchema = v.object({ entry, depth: v.pipe(entry, v.minValue(1)) });
export type FolderRef = v.InferOutput<typeof folderRefSchema>;

/** Something that lies directly in a folder of a transfer; a folder counts all that is below it. */
export const contentsItemSchema = v.object({
  /** Its entry, or the first one in it. */
  entry,
  folder: v.boolean(),
  name: v.string(),
  bytes,
  files: entry,
});
export type ContentsItem = v.InferOutput<typeof contentsItemSchema>;

export const contentsPageSchema = v.object({
  items: v.pipe(v.array(contentsItemSchema), v.maxLength(limits.contentsItems)),
  /** How many more lie in the same folder, behind these. */
  left: entry,
  /** Files and folders of the whole transfer whose names are not here yet: an offer tells only the first. */
  unlisted: entry,
});
export type ContentsPage = v.InferOutput<typeof contentsPageSchema>;

export const linkStates = ['connecting', 'connected', 'reconnecting', 'closed'] as const;

/** Somebody in the room, seen from here. */
export const memberViewSchema = v.object({
  /** Session id: one per join. */
  session: v.string(),
  name: v.string(),
  /** Installation's key, once the hello on a link has proven it. */
  key: v.nullable(v.string()),
  state: v.picklist(linkStates),
  path: v.nullable(v.picklist(linkPaths)),
  roundTripMs: v.nullable(v.number()),
  /** Why it is not connected, once an attempt has failed. */
  reason: v.nullable(reasonSchema),
});
export type MemberView = v.InferOutput<typeof memberViewSchema>;

export const brokerViewSchema = v.object({
  url: v.string(),
  state: v.picklist(['connecting', 'connected', 'waiting']),
  reason: v.nullable(reasonSchema),
});
export type BrokerView = v.InferOutput<typeof brokerViewSchema>;

/** All that the page knows of the network, reported whole. */
export const networkViewSchema = v.object({
  brokers: v.array(brokerViewSchema),
  members: v.array(memberViewSchema),
  /** The room's own trouble: it is full, it is open in another page. */
  trouble: v.nullable(reasonSchema),
});
export type NetworkView = v.InferOutput<typeof networkViewSchema>;
