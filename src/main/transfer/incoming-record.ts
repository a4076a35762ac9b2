import type { ReasonCode } from '../../shared/reasons.ts';
import type { Person } from '../../shared/views.ts';
import type { SourceEntry } from '../files/source-entry.ts';
import type { Shape } from './manifest.ts';
import { segmentCount, segmentStart } from './segments.ts';
import { initialStatus, type Status } from './state.ts';

/**
 * All that must be known of an incoming transfer to go on with it, also in another process: plain data, changed in place
 * while the transfer runs.
 */
export interface IncomingRecord {
  /** Transfer id; with the peer's key it names the transfer. */
  readonly transfer: string;
  peer: Person;
  readonly shape: Shape;
  /** As far as its pages have come. */
  readonly manifest: readonly SourceEntry[];
  status: Status;
  /** Absolute path of the chosen folder; null before acceptance. */
  folder: string | null;
  /** Stays free on the disk. */
  floorBytes: number;
  roots: Root[];
  /** There is a name and a folder for everything: the manifest is whole, and its folders were made. */
  placed: boolean;
  /** Absolute path of the first thing that arrived. */
  arrived: string | null;
  /** Where the first byte not yet handed to the system belongs. */
  position: Position;
  /** Bytes handed to the system and not taken back. */
  written: number;
  /** Each entry's state; folders count as finished. */
  readonly states: Uint8Array;
  finished: number;
  failed: [entry: number, reason: ReasonCode][];
  /** Files under way, by entry. */
  readonly open: Map<number, OpenRecord>;
}

/** One of the things that were picked: the first segment of a path. */
export interface Root {
  readonly given: string;
  readonly folder: boolean;
  /** The name taken in the chosen folder, under which it was planned. */
  readonly taken: string;
  /** The name it got in the end: a file finds another if somebody else has taken its own meanwhile. */
  name: string;
}

export interface Position {
  entry: number;
  /** Bytes. */
  offset: number;
}

export interface OpenRecord {
  /** Name of the part file, beside the final name, once it is made. */
  part: string | null;
  /** Segments that were written and verified. */
  readonly verified: Set<number>;
  /** Those of them that no flush has confirmed: a loss of power may take them back. */
  readonly unflushed: Set<number>;
  written: number;
}

export const entryState = { waiting: 0, finished: 1, failed: 2 } as const;

export function createRecord(given: Pick<IncomingRecord, 'transfer' | 'peer' | 'shape' | 'manifest'>): IncomingRecord {
  return {
    ...given,
    status: initialStatus('receiver'),
    folder: null,
    floorBytes: 0,
    roots: [],
    placed: false,
    arrived: null,
    position: { entry: 0, offset: 0 },
    written: 0,
    states: new Uint8Array(given.shape.files + given.shape.folders),
    finished: 0,
    failed: [],
    open: new Map(),
  };
}

export function createOpenRecord(): OpenRecord {
  return { part: null, verified: new Set(), unflushed: new Set(), written: 0 };
}

/** Of a file of which something is written or known. */
export function openedIn(record: IncomingRecord, entry: number): OpenRecord {
  const file = record.open.get(entry) ?? createOpenRecord();
  record.open.set(entry, file);
  return file;
}

/** So many more bytes of a file count as written; fewer, where they are taken back. */
export function addWritten(record: IncomingRecord, entry: number, bytes: number): void {
  openedIn(record, entry).written += bytes;
  record.written += bytes;
}

/** Moves a position to where the next byte of any file still wanted belongs; empty files on the way are passed. */
export function settlePosition(record: IncomingRecord, position: Position, passed?: (entry: number) => void): void {
  for (;;) {
    const entry = record.manifest[position.entry];
    if (!entry) return;
    const over = record.states[position.entry] !== entryState.waiting;
    if (!over && position.offset < entry.bytes) return;
    const empty = !over && entry.bytes === 0;
    position.entry++;
    position.offset = 0;
    if (empty) passed?.(entry.index);
  }
}

/** The segment is right and survives a loss of power. */
export function isDurable({ verified, unflushed }: OpenRecord, segment: number): boolean {
  return verified.has(segment) && !unflushed.has(segment);
}

/**
 * Where the first byte belongs that a loss of power may take back. `position` counts what the system was handed; this one
 * moves only with a flush: a file is flushed before it is finished, a long one also in between.
 */
export function durablePosition(record: IncomingRecord): Position {
  const { position, states, manifest, open } = record;
  for (let entry = 0; entry <= position.entry; entry++) {
    if (states[entry] !== entryState.waiting) continue;
    const file = open.get(entry);
    const segments = segmentCount(manifest[entry]?.bytes ?? 0);
    for (let segment = 0; segment < segments; segment++) {
      if (!file || !isDurable(file, segment)) return { entry, offset: segmentStart(segment) };
    }
  }
  return { ...position };
}
