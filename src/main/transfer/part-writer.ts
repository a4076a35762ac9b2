import { limits } from '../../shared/protocol/limits.ts';
import type { ReasonCode } from '../../shared/reasons.ts';
import { type Disk, diskReason, refusesName } from '../files/disk.ts';
import { createFlushSteps } from './flush-steps.ts';
import { entryState, type IncomingRecord } from './incoming-record.ts';
import { createPartHandles } from './part-handles.ts';
import { createPublisher } from './publisher.ts';
import type { Run } from './runs.ts';
import { segmentCount } from './segments.ts';
import { type Batch, createWriteQueue } from './write-queue.ts';

/** Puts one transfer's bytes on the disk, into parts and these under their final names, until the disk refuses. */
export interface PartWriter {
  /** See `WriteQueue`. */
  readonly queuedCharge: number;
  write(run: Run, payload: Uint8Array, charge: number): void;
  /** Every segment is verified: gives the file its name, together with others that wait for it. */
  finish(entry: number): void;
  /** Much of this file is verified: flushes it while the rest is written. */
  flush(entry: number): void;
  /** Given up, or about to be: its part goes. */
  discard(entry: number): Promise<void>;
  /** Resolves when nothing is queued or being written. */
  idle(): Promise<void>;
  /**
   * Begins again after trouble: looks for every part (`lost` for those that are gone or cannot be trusted) and tries what could not be
   * finished. Rejects with the disk's error.
   */
  recover(): Promise<void>;
  /** Closes everything and removes the parts; nothing is written after it. */
  dispose(): Promise<void>;
}

export interface PartWriterOptions {
  disk: Disk;
  record: IncomingRecord;
  /** Absolute final path of an entry. */
  pathOf(entry: number): string;
  /** Called while the system writes; the returned function takes it back when it fails. */
  hash(run: Run, payloads: readonly Uint8Array[]): () => void;
  events: {
    /** These are on the disk. */
    wrote(run: Run, payloads: readonly Uint8Array[]): void;
    /** Blocks of this charge are dealt with. */
    consumed(charge: number): void;
    finished(entry: number, path: string): void;
    failed(entry: number, reason: ReasonCode): void;
    /** The part of this file is gone, or holds for certain only what was flushed. */
    lost(entry: number): void;
    /** The disk refused; nothing more is written until `recover`. */
    trouble(reason: ReasonCode): void;
  };
}

export function createPartWriter(options: PartWriterOptions): PartWriter {
  const { disk, record, events } = options;
  const entries = record.manifest;
  let recovering: Promise<unknown> = Promise.resolve();
  let stopped = false;
  let disposed = false;

  const handles = createPartHandles({ disk, record, finalPathOf: options.pathOf });
  const queue = createWriteQueue({
    isSmall: (entry) => (entries[entry]?.bytes ?? 0) <= limits.linkMessageBytes,
    write,
    dealtWith,
  });
  const publisher = createPublisher({
    disk,
    handles,
    entries,
    finalPathOf: options.pathOf,
    isWanted: (entry) => isWanted(entry) && isVerified(record, entry) && !disposed,
    finished: events.finished,
    nameRefused: (entry) => events.failed(entry, 'file-name-refused'),
    trouble,
  });

  const steps = createFlushSteps({ handles, trouble });

  function trouble(error: unknown): void {
    if (stopped) return;
    stop();
    events.trouble(diskReason(error));
  }

  function stop(): void {
    stopped = true;
    queue.stop();
    publisher.stop();
  }

  function isWanted(entry: number): boolean {
    return record.states[entry] === entryState.waiting;
  }

  async function write({ run, payloads }: Batch): Promise<void> {
    if (!isWanted(run.entry)) return;
    await handles.use(run.entry, async (handle) => {
      const writing = handle.write(payloads, run.written);
      const undo = options.hash(run, payloads);
      await writing.catch((error: unknown) => {
        undo();
        throw error;
      });
    });
  }

  function dealtWith({ run, payloads, charge }: Batch, result: PromiseSettledResult<void>): boolean {
    if (disposed) return false;
    if (result.status === 'fulfilled') events.wrote(run, payloads);
    else if (refusesName(result.reason)) events.failed(run.entry, 'file-name-refused');
    else {
      trouble(result.reason);
      return false;
    }
    events.consumed(charge);
    return true;
  }

  async function settled(): Promise<void> {
    while (queue.busy || publisher.busy || steps.busy) await Promise.all([queue.busy, publisher.busy, steps.busy]);
  }

  async function recover(): Promise<void> {
    await settled();
    await handles.putAside();
    for (const entry of record.open.keys()) {
      if (disposed) return;
      if (!(await handles.isWhole(entry))) events.lost(entry);
    }
    if (disposed) return;
    stopped = false;
    queue.start();
    publisher.start();
  }

  return {
    get queuedCharge() {
      return queue.charge;
    },
    write: queue.push,
    finish(entry) {
      if (!disposed) publisher.add(entry);
    },
    flush(entry) {
      if (!stopped) steps.flush(entry);
    },
    discard: handles.discard,
    async idle() {
      while (queue.busy) await queue.busy;
    },
    recover() {
      const own = recover();
      recovering = own.catch(() => {
        // Its caller hears it.
      });
      return own;
    },
    async dispose() {
      disposed = true;
      stop();
      await Promise.all([settled(), recovering]);
      await handles.dispose();
    },
  };
}

/** Each of its segments has its sender's digest: nothing else ever gets its name, whoever asked for it. */
function isVerified(record: IncomingRecord, entry: number): boolean {
  const segments = segmentCount(record.manifest[entry]?.bytes ?? 0);
  return record.open.get(entry)?.verified.size === segments;
}
