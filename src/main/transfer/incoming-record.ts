import type { ReasonCode } from '../../shared/reasons.ts';

/**
 * All that must be known of an incoming transfer, besides its manifest, to go on with it: plain data, changed in place
 * while the transfer runs, so that a journal can write it down as it is.
 */
export interface IncomingRecord {
  /** Transfer id; with the peer's key it names the transfer. */
  readonly transfer: string;
  readonly peerKey: string;
  /** Absolute path of the chosen folder; null before acceptance. */
  folder: string | null;
  /** First segments as given, and the names they got in the folder. */
  roots: [given: string, name: string][];
  /** Where the first byte not yet written belongs. */
  position: Position;
  /** Bytes written and not taken back. */
  written: number;
  /** Each entry's state; folders count as finished. */
  readonly entries: Uint8Array;
  finished: number;
  failed: [entry: number, reason: ReasonCode][];
  /** Files under way, by entry. */
  readonly open: Map<number, OpenRecord>;
}

export interface Position {
  entry: number;
  /** Bytes. */
  offset: number;
}

export interface OpenRecord {
  /** Absolute path of the part file, once it is made. */
  part: string | null;
  /** Segments that were written and verified. */
  readonly verified: Set<number>;
  written: number;
}

export const entryState = { waiting: 0, finished: 1, failed: 2 } as const;

export function createRecord(transfer: string, peerKey: string, entries: number): IncomingRecord {
  return {
    transfer,
    peerKey,
    folder: null,
    roots: [],
    position: { entry: 0, offset: 0 },
    written: 0,
    entries: new Uint8Array(entries),
    finished: 0,
    failed: [],
    open: new Map(),
  };
}
