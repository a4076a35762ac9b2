import * as v from 'valibot';
import { type PortMessage, portWordSchema } from './bridge.ts';
import { reasonSchema } from './reasons.ts';

/**
 * How the bridge's calls, events and ports pass through Electron's preload: the names both processes use and the one
 * object the page finds. The browser host has no such thing.
 */
export const channels = {
  /** Page to main, answered: a call's name and input. */
  call: 'roomdrop:call',
  /** Main to page: an event's name and data. */
  event: 'roomdrop:event',
  /** Page to main, with one end of a `MessageChannel`: a port's purpose. */
  port: 'roomdrop:port',
  /** Preload to main, answered: the paths of dropped files. */
  paths: 'roomdrop:paths',
} as const;

export type Channels = typeof channels;

/** What `contextBridge` gives the page as `window.roomdropBridge`. `PageFile` is the page's `File`. */
export interface PreloadApi<PageFile> {
  /** Resolves with an `Answer`; unchecked until the page parses it. */
  call(name: string, input: unknown): Promise<unknown>;
  onEvent(listener: (name: string, data: unknown) => void): () => void;
  /** Resolves with an `Answer` whose value is a source's summary. The paths go to main only. */
  sourceFromFiles(files: readonly PageFile[]): Promise<unknown>;
}

/** What the page posts to its own window beside the port, which cannot cross `contextBridge`. */
export interface PortHandOver {
  readonly roomdrop: 'port';
  readonly purpose: unknown;
}

/** A call's result as a value: an error thrown through Electron's IPC would arrive as a mere string. */
export const answerSchema = v.union([v.object({ reason: reasonSchema }), v.object({ value: v.unknown() })]);
export type Answer = v.InferOutput<typeof answerSchema>;

/** What a `MessagePort` delivered, or null when it is no message of ours. */
export function parsePortMessage(data: unknown): PortMessage | null {
  if (isBytes(data)) return data;
  const word = v.safeParse(portWordSchema, data);
  return word.success ? word.output : null;
}

function isBytes(data: unknown): data is Uint8Array<ArrayBuffer> {
  return data instanceof Uint8Array && data.buffer instanceof ArrayBuffer;
}
