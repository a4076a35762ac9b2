import { dirname } from 'node:path';
import type { Reason, ReasonCode } from '../../shared/reasons.ts';
import type { Person, TransferView } from '../../shared/views.ts';
import type { SourceEntry } from '../files/source-entry.ts';
import { estimate } from './estimate.ts';
import { firstSegment, type Shape } from './manifest.ts';
import { createRate, type Rate } from './rate.ts';
import { isFlowing, reasonFor, type Status, stateOf } from './state.ts';

/** How far it has come, and how fast. */
export interface Progress {
  readonly written: number;
  readonly files: number;
  /** Of bytes. */
  readonly rate: Pick<Rate, 'perSecond'>;
  /** Of files. */
  readonly filesRate: Pick<Rate, 'perSecond'>;
  set(written: number, files: number): void;
  /** Forgets how fast it was: after a pause, an interruption, or when bytes were taken back. */
  resetRates(): void;
}

export function createProgress(now: () => number): Progress {
  let written = 0;
  let files = 0;
  const rate = createRate(now);
  const filesRate = createRate(now);
  return {
    get written() {
      return written;
    },
    get files() {
      return files;
    },
    rate,
    filesRate,
    set(newWritten, newFiles) {
      written = newWritten;
      files = newFiles;
      rate.add(written);
      filesRate.add(files);
    },
    resetRates() {
      rate.reset();
      filesRate.reset();
    },
  };
}

/** Failed files shown to a person. */
const shownItems = 50;

export interface ViewParts {
  id: string;
  direction: TransferView['direction'];
  peer: Person;
  status: Status;
  shape: Shape;
  entries: readonly SourceEntry[];
  /** The name of an entry as it may be shown. */
  shownPath(entry: SourceEntry): string;
  progress: Progress;
  failed: readonly (readonly [entry: number, reason: ReasonCode])[];
  folder: string | null;
  /** Absolute path of the first thing that arrived. */
  arrived: string | null;
  freeBytes: number | null;
}

export function buildView(parts: ViewParts): TransferView {
  const { status, shape, entries, progress } = parts;
  const flowing = isFlowing(status);
  const first = entries[0];
  return {
    id: parts.id,
    direction: parts.direction,
    peer: parts.peer,
    state: stateOf(status),
    title: first ? firstSegment(parts.shownPath(first)) : '',
    topLevelEntries: shape.topLevelEntries,
    files: shape.files,
    folders: shape.folders,
    bytes: progress.written,
    total: shape.bytes,
    filesDone: progress.files,
    ...estimate({
      rate: flowing ? progress.rate.perSecond() : 0,
      filesRate: flowing ? progress.filesRate.perSecond() : 0,
      leftBytes: shape.bytes - progress.written,
      leftFiles: shape.files - progress.files,
    }),
    pausedByMe: status.heldByMe !== null,
    pausedByPeer: status.heldByPeer !== null,
    reason: reasonFor(status),
    failedCount: parts.failed.length,
    failed: parts.failed.slice(0, shownItems).map(([entry, code]) => failure(entries[entry], code, parts.shownPath)),
    folder: parts.folder,
    place: parts.arrived !== null && shape.topLevelEntries > 1 ? dirname(parts.arrived) : parts.arrived,
    freeBytes: parts.freeBytes,
  };
}

function failure(
  entry: SourceEntry | undefined,
  code: ReasonCode,
  shownPath: ViewParts['shownPath'],
): { path: string; reason: Reason } {
  const path = entry ? shownPath(entry) : '';
  return { path, reason: { code, detail: { path } } };
}
