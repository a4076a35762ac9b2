import * as v from 'valibot';
import { linkTranscriptSchema, roles } from './protocol/hello-proof.ts';
import { installationKeySchema } from './protocol/installation-key.ts';
import { ipAddressSchema } from './protocol/ip-address.ts';
import { limits } from './protocol/limits.ts';
import { capabilitiesSchema } from './protocol/link-messages.ts';
import { peerNameSchema } from './protocol/peer-name.ts';
import { reasonSchema } from './reasons.ts';
import { roomGuardSchema } from './room-guard.ts';
import { contentsPageSchema, folderRefSchema, laneViewSchema, networkViewSchema, transferViewSchema } from './views.ts';

/**
 * The contract between the page and main: calls (page to main, answered), events (main to page) and ports (bytes).
 * Both ends check what crosses against the schemas here.
 */

const nothing = v.object({});
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
/** As peers read it: one of nothing but invisible characters would make every message of ours malformed. */
const name = peerNameSchema;

export const iceServerSchema = v.object({
  urls: v.string(),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});
export type IceServer = v.InferOutput<typeof iceServerSchema>;

/** How this computer may be reached, for links made from then on; PROTOCOL.md says what each keeps from the other side. */
export const linkSettings = {
  /** A direct lane is made where it can be. */
  direct: v.boolean(),
  /** Links go through a TURN server or not at all. */
  relayOnly: v.boolean(),
  /** The addresses of this computer in its own networks are not told. */
  hideLocalAddresses: v.boolean(),
};

export const settingsViewSchema = v.object({
  name,
  /** The downloads folder, as text for a person. */
  downloads: v.string(),
  brokers: v.array(v.string()),
  iceServers: v.array(iceServerSchema),
  accept: v.picklist(['ask', 'all']),
  ...linkSettings,
});
export type SettingsView = v.InferOutput<typeof settingsViewSchema>;

export const roomViewSchema = v.object({
  code: v.string(),
  /** The MQTT topic; see docs/PROTOCOL.md. */
  topic: v.string(),
  /** AES-256-GCM key that seals the room's signals, base64url. */
  sealingKey: v.string(),
});
export type RoomView = v.InferOutput<typeof roomViewSchema>;

export const sourceSummarySchema = v.object({
  id,
  /** Name of the only top-level entry, or of the first of several. */
  title: v.string(),
  topLevelEntries: v.number(),
  files: v.number(),
  folders: v.number(),
  bytes: v.number(),
  /** The page holds the files of an earlier source again: its transfers go on, there is nothing new to offer. */
  again: v.boolean(),
});
export type SourceSummary = v.InferOutput<typeof sourceSummarySchema>;

/** An entry that the page holds as a `File` (browser host). Folders end up here too, also empty ones. */
export const pageEntrySchema = v.object({
  path: v.pipe(v.string(), v.minLength(1), v.maxLength(limits.pathBytes)),
  folder: v.boolean(),
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  modifiedMs: v.number(),
});
export type PageEntry = v.InferOutput<typeof pageEntrySchema>;

/** Somebody whose six words have been compared, by the name they had then. */
export const knownPersonSchema = v.object({ key: installationKeySchema, name });
export type KnownPerson = v.InferOutput<typeof knownPersonSchema>;

export const appStateSchema = v.object({
  version: v.string(),
  /** This installation's own public key, base64url, as its hellos carry it. */
  key: v.string(),
  host: v.object({
    kind: v.picklist(['electron', 'browser']),
    /** Main can open its own file dialogs; without it the page uses `<input type="file">`. */
    dialogs: v.boolean(),
    /** Main can show a received file in the system's file manager. */
    showInFolder: v.boolean(),
  }),
  settings: settingsViewSchema,
  /** What the page's hellos name besides what the page itself can. */
  capabilities: capabilitiesSchema,
  room: v.nullable(roomViewSchema),
  /** As the last page reported it in this room. */
  guard: roomGuardSchema,
  /** What is offered to everyone who is or comes into the room, oldest first. */
  standing: v.array(sourceSummarySchema),
  transfers: v.array(transferViewSchema),
  lanes: v.array(laneViewSchema),
  known: v.array(knownPersonSchema),
});
export type AppState = v.InferOutput<typeof appStateSchema>;

export const calls = {
  /**
   * The page's first call: it becomes the one page of the app and gets the whole state. Fails with
   * `room-open-elsewhere` while another page is alive, unless it takes over from it.
   */
  attach: { input: v.object({ takeOver: v.boolean() }), output: appStateSchema },
  roomCreate: { input: nothing, output: roomViewSchema },
  /** Fails with `code-length`, `code-word` or `code-checksum`. */
  roomJoin: { input: v.object({ code: v.pipe(v.string(), v.maxLength(256)) }), output: roomViewSchema },
  roomLeave: { input: nothing, output: nothing },
  /** A new code, of a room that nobody is in yet. */
  codeCreate: { input: nothing, output: v.object({ code: v.string() }) },
  /** Leaves for the same people's room under another code: what is offered to everyone goes along. Fails as `roomJoin`. */
  roomMove: { input: v.object({ code: v.pipe(v.string(), v.maxLength(256)) }), output: roomViewSchema },
  /** Whom the room with this topic lets in, at each change, for the next page. */
  guardReport: { input: v.object({ topic: v.string(), guard: roomGuardSchema }), output: nothing },
  /** The page's whole view of the network, at each change. */
  networkReport: { input: networkViewSchema, output: nothing },
  /** Out of the room, and everybody in it told. Answers `ending`. */
  ended: { input: nothing, output: nothing },
  /** Signs with the installation's key; see docs/PROTOCOL.md, "hello". */
  linkSign: { input: linkTranscriptSchema, output: v.object({ key: v.string(), signature: v.string() }) },
  /** Opens a dialog in main; null when the person cancels it. */
  filesPick: { input: v.object({ kind: v.picklist(['files', 'folder']) }), output: v.nullable(sourceSummarySchema) },
  /** Announces files that the page holds; the page then opens a source port for the id. */
  filesFromPage: { input: v.object({ entries: v.array(pageEntrySchema) }), output: sourceSummarySchema },
  /** Offers a source: one transfer per person. Empty `sessions`: to everyone here and everyone who comes. */
  offer: { input: v.object({ source: id, sessions: v.array(id) }), output: v.object({ transfers: v.array(id) }) },
  /** Takes back what is offered to everyone; transfers under way go on. */
  withdraw: { input: v.object({ source: id }), output: nothing },
  transferAnswer: { input: v.object({ id, accept: v.boolean() }), output: nothing },
  /** One page of what lies in one folder of a transfer that has not ended; see `ContentsPage`. */
  transferContents: {
    input: v.object({ id, folder: v.nullable(folderRefSchema), after: v.nullable(folderRefSchema.entries.entry) }),
    output: contentsPageSchema,
  },
  transferPause: { input: v.object({ id }), output: nothing },
  transferResume: { input: v.object({ id }), output: nothing },
  transferCancel: { input: v.object({ id }), output: nothing },
  /** Shows what arrived in the system's file manager. */
  transferShow: { input: v.object({ id }), output: nothing },
  /** The six words of a key; it takes a second or so, and longer while others are asked for. */
  personWords: {
    input: v.object({ key: installationKeySchema }),
    output: v.object({ words: v.array(v.string()) }),
  },
  /** The person has compared their words: they are known from now on. Fails with `too-many-known`. */
  personKnow: { input: knownPersonSchema, output: nothing },
  personForget: { input: v.object({ key: installationKeySchema }), output: nothing },
  /** Takes an ended transfer off the list. */
  transferForget: { input: v.object({ id }), output: nothing },
  settingsUpdate: {
    input: v.partial(
      v.object({
        name,
        accept: v.picklist(['ask', 'all']),
        brokers: v.array(v.string()),
        iceServers: v.array(iceServerSchema),
        /** Browser host only, where no dialog can be had: an absolute path typed by the person. */
        downloads: v.string(),
        ...linkSettings,
      }),
    ),
    output: settingsViewSchema,
  },
  /** Opens a folder dialog; the settings as they are afterwards. */
  downloadsPick: { input: nothing, output: settingsViewSchema },
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallInput<N extends CallName> = v.InferInput<Calls[N]['input']>;
export type CallOutput<N extends CallName> = v.InferOutput<Calls[N]['output']>;

export const events = {
  room: v.object({ room: v.nullable(roomViewSchema), guard: roomGuardSchema }),
  settings: v.object({ settings: settingsViewSchema, capabilities: capabilitiesSchema }),
  /** All that is offered to everyone now. */
  standing: v.object({ sources: v.array(sourceSummarySchema) }),
  /** One transfer's new snapshot, at most ten a second each. */
  transfer: v.object({ transfer: transferViewSchema }),
  transferGone: v.object({ id }),
  /** To everybody who can be reached, all of them. */
  lanes: v.object({ lanes: v.array(laneViewSchema) }),
  known: v.object({ people: v.array(knownPersonSchema) }),
  /** Something a person should read once. */
  notice: v.object({ reason: reasonSchema }),
  /** Another page took over; this one must let go. */
  detached: nothing,
  /** The app ends: the page leaves the room, and says `ended` when it is out. */
  ending: nothing,
} as const;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventData<N extends EventName> = v.InferOutput<Events[N]>;

/** What a port is for, said once when the page opens it. */
export const portPurposeSchema = v.variant('kind', [
  v.object({
    kind: v.literal('link'),
    linkId: id,
    session: id,
    /** The peer's installation key as its verified hello gave it, base64url. */
    key: id,
    name: v.string(),
    /** This side's, of the attempt that made the link. */
    role: v.picklist(roles),
    /** As the peer's hello named them. */
    capabilities: capabilitiesSchema,
    /** The largest message the link takes. */
    maxMessageBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(limits.laneMessageBytes)),
  }),
  v.object({ kind: v.literal('source'), source: id }),
]);
export type PortPurpose = v.InferOutput<typeof portPurposeSchema>;

/**
 * Bytes between page and main, one per link or page source. The page makes it.
 *
 * - A `Uint8Array` is one opaque message and owns a buffer of exactly its size: a `MessagePort` clones a view's whole
 *   buffer. The sender must not touch it again.
 * - All else is a word of the page about the link behind a link port.
 */
export type PortMessage = Uint8Array<ArrayBuffer> | PortWord;

export const portWordSchema = v.union([
  /**
   * Credit: message bytes handed to the data channel since the port opened, cumulative. A port has no `bufferedAmount`,
   * so handed minus drained is what is on the way.
   */
  v.object({ drained: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
  /** The peer's addresses that have answered ICE on the link, without a relay at either end: all of them, at each change. */
  v.object({
    answered: v.pipe(v.array(ipAddressSchema), v.maxLength(limits.answeredAddresses)),
  }),
]);
export type PortWord = v.InferOutput<typeof portWordSchema>;

/** A word as a text frame, where a socket carries the port. */
export const portWordTextSchema = v.pipe(v.string(), v.parseJson(), portWordSchema);

export interface Port {
  post(message: PortMessage): void;
  /** Called once, before the first message can come. */
  listen(handlers: { message(message: PortMessage): void; close(): void }): void;
  close(): void;
}

/** The page's end of the bridge. Calls reject with a `ReasonError`. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  on<N extends EventName>(name: N, listener: (data: EventData<N>) => void): () => void;
  openPort(purpose: PortPurpose): Port;
  /** The connection to main went away (browser host) or came back; the page attaches again when it does. */
  onConnection(listener: (connected: boolean) => void): () => void;
}
