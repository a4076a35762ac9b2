import { basename, dirname, join } from 'node:path';
import { limits } from '../../shared/protocol/limits.ts';
import type { ReasonCode } from '../../shared/reasons.ts';
import { type Disk, diskReason, errorCode, type PartHandle, refusesName } from '../files/disk.ts';
import { numberedName, shorten } from '../files/safe-name.ts';
import type { SourceEntry } from '../files/source.ts';
import { entryState, type IncomingRecord } from './incoming-record.ts';
import type { Intake, Run } from './intake.ts';

/** Puts one transfer's bytes on the disk: into parts beside the final names, and the parts under their final names. */
export interface PartWriter {
  /** Of blocks taken in and not yet written; counted as in the window, so that it bounds their number too. */
  readonly queuedCharge: number;
  write(run: Run, payload: Uint8Array, charge: number): void;
  /** Every segment is verified: gives the file its name, together with others that wait for it. */
  finish(entry: number): void;
  /** Given up, or about to be: its part goes. */
  discard(entry: number): Promise<void>;
  /** Resolves when nothing is queued or being written. */
  idle(): Promise<void>;
  /**
   * Begins again after trouble: looks for every part (`lost` for those that are gone) and tries what could not be
   * finished. Rejects with the disk's error.
   */
  recover(): Promise<void>;
  /** Closes everything and removes the parts; nothing is written after it. */
  dispose(): Promise<void>;
}

export interface PartWriterEvents {
  /** Blocks of this charge are dealt with. */
  consumed(charge: number): void;
  finished(entry: number, path: string): void;
  failed(entry: number, reason: ReasonCode): void;
  /** The part of this file is no longer there. */
  lost(entry: number): void;
  /** The disk refused; nothing more is written until `recover`. */
  trouble(reason: ReasonCode): void;
}

export interface PartWriterOptions {
  disk: Disk;
  record: IncomingRecord;
  entries: readonly SourceEntry[];
  intake: Pick<Intake, 'hash' | 'wrote'>;
  /** Absolute final path of an entry. */
  pathOf(entry: number): string;
  events: PartWriterEvents;
}

/** A disk that is gone cannot be tidied, and whoever tidies has nothing else to try. */
function unreachable(): void {}

const partSuffix = '.roomdrop-part';
/** Adjacent blocks go to the disk together, up to this many. */
const batchBlocks = 16;
/** Small files written side by side. */
const filesAtOnce = 8;
/** Files finished together: their flushes run side by side. */
const finishBatch = 64;
/** Parts kept open; others are opened again when they are needed. */
const openParts = 128;

interface Job {
  run: Run;
  payload: Uint8Array;
  charge: number;
}

interface Batch {
  run: Run;
  payloads: Uint8Array[];
  charge: number;
}

function chargeOf(parts: readonly { charge: number }[]): number {
  return parts.reduce((sum, { charge }) => sum + charge, 0);
}

export function createPartWriter(options: PartWriterOptions): PartWriter {
  const { disk, record, entries, intake, events } = options;
  const handles = new Map<number, PartHandle>();
  const inUse = new Set<number>();
  /** Files whose part could not be closed: what the system took may never have reached the disk. */
  const doubtful = new Map<number, unknown>();
  /** Parts of files given up that could not be removed yet. */
  const leftOver = new Set<string>();
  let queue: Job[] = [];
  let queuedCharge = 0;
  let waiting: number[] = [];
  let working: Promise<void> | null = null;
  let finishing: Promise<void> | null = null;
  let recovering: Promise<void> = Promise.resolve();
  let stopped = false;
  let disposed = false;

  function trouble(error: unknown): void {
    if (stopped) return;
    stopped = true;
    // What is just being written still counts: whoever writes it takes its own charge off.
    queuedCharge -= chargeOf(queue);
    queue = [];
    events.trouble(diskReason(error));
  }

  function isWanted(entry: number): boolean {
    return record.entries[entry] === entryState.waiting;
  }

  async function handleOf(entry: number): Promise<PartHandle> {
    const known = handles.get(entry);
    if (known) {
      handles.delete(entry);
      handles.set(entry, known);
      return known;
    }
    const file = record.open.get(entry);
    const handle = file?.part ? await disk.reopenPart(file.part) : await createPart(entry);
    handles.set(entry, handle);
    await closeOldest();
    return handle;
  }

  async function createPart(entry: number): Promise<PartHandle> {
    const final = options.pathOf(entry);
    const folder = dirname(final);
    const name = shorten(basename(final), limits.diskNameBytes - partSuffix.length);
    for (let number = 1; ; number++) {
      const free = number === 1 ? name : numberedName(name, number, limits.diskNameBytes - partSuffix.length);
      const path = join(folder, free + partSuffix);
      try {
        const handle = await disk.createPart(path);
        const file = record.open.get(entry);
        if (file) file.part = path;
        else record.open.set(entry, { part: path, verified: new Set(), written: 0 });
        return handle;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
    }
  }

  async function closeOldest(): Promise<void> {
    if (handles.size <= openParts) return;
    for (const entry of handles.keys()) {
      if (inUse.has(entry)) continue;
      return putAside(entry);
    }
  }

  /** Closes a part that is to be gone on with. That it could not be is found when its file is needed again. */
  async function putAside(entry: number): Promise<void> {
    await closeHandle(entry).catch((error: unknown) => doubtful.set(entry, error));
  }

  async function closeHandle(entry: number): Promise<void> {
    const handle = handles.get(entry);
    handles.delete(entry);
    await handle?.close();
  }

  async function use<T>(entry: number, work: (handle: PartHandle) => Promise<T>): Promise<T> {
    inUse.add(entry);
    try {
      if (doubtful.has(entry)) throw doubtful.get(entry);
      return await work(await handleOf(entry));
    } finally {
      inUse.delete(entry);
    }
  }

  /** The next blocks of one run, which go to the disk together. */
  function takeBatch(): Batch | null {
    const run = queue[0]?.run;
    if (!run) return null;
    let count = 1;
    while (count < batchBlocks && queue[count]?.run === run) count++;
    const jobs = queue.splice(0, count);
    return { run, payloads: jobs.map((job) => job.payload), charge: chargeOf(jobs) };
  }

  /** The next batch, or several of files so small that opening them is most of the work. */
  function takeBatches(): Batch[] {
    const batches: Batch[] = [];
    for (let batch = takeBatch(); batch; batch = takeBatch()) {
      batches.push(batch);
      const next = queue[0]?.run;
      const small = isSmall(batch.run.entry) && next && isSmall(next.entry);
      const apart = next && batches.every((each) => each.run.entry !== next.entry);
      if (!small || !apart || batches.length === filesAtOnce) break;
    }
    return batches;
  }

  function isSmall(entry: number): boolean {
    return (entries[entry]?.bytes ?? 0) <= limits.linkMessageBytes;
  }

  async function writeBatch({ run, payloads }: Batch): Promise<void> {
    if (!isWanted(run.entry)) return;
    await use(run.entry, async (handle) => {
      const writing = handle.write(payloads, run.written);
      // Hashed while the system writes; a failed write takes it back.
      const undo = intake.hash(run, payloads);
      await writing.catch((error: unknown) => {
        undo();
        throw error;
      });
    });
  }

  async function work(): Promise<void> {
    for (let batches = takeBatches(); batches.length > 0 && !stopped; batches = takeBatches()) {
      const results = await Promise.allSettled(batches.map(writeBatch));
      const dealtWith = dealWith(batches, results);
      queuedCharge -= chargeOf(batches.slice(dealtWith));
    }
  }

  /** In order: what stands behind a write that failed has to come again. Gives the number of batches dealt with. */
  function dealWith(batches: readonly Batch[], results: readonly PromiseSettledResult<void>[]): number {
    for (const [index, batch] of batches.entries()) {
      if (disposed) return index;
      const result = results[index];
      if (result?.status === 'rejected') {
        if (!refusesName(result.reason)) {
          trouble(result.reason);
          return index;
        }
        events.failed(batch.run.entry, 'file-name-refused');
      } else intake.wrote(batch.run, batch.payloads);
      queuedCharge -= batch.charge;
      events.consumed(batch.charge);
    }
    return batches.length;
  }

  function startWork(): void {
    working ??= work().finally(() => {
      working = null;
      if (queue.length > 0 && !stopped) startWork();
    });
  }

  /** While one batch is flushed the next gathers: many small files share the disk's time, and none waits for a timer. */
  async function finishAll(): Promise<void> {
    while (waiting.length > 0 && !stopped) {
      const batch = waiting.splice(0, finishBatch);
      const results = await Promise.allSettled(batch.map(finishOne));
      results.forEach((result, index) => {
        const entry = batch[index];
        if (result.status === 'fulfilled' || entry === undefined) return;
        if (refusesName(result.reason)) events.failed(entry, 'file-name-refused');
        else {
          waiting.push(entry);
          trouble(result.reason);
        }
      });
    }
  }

  async function finishOne(entry: number): Promise<void> {
    const given = entries[entry];
    if (!given || !isWanted(entry)) return;
    await use(entry, async (handle) => {
      await handle.flush();
      const part = record.open.get(entry)?.part;
      if (!part) return;
      // The mark first: setting it changes the time.
      await disk.markDownloaded(part);
      // Only a time and a mode: a disk that does not keep them (FAT, a share of somebody else's) keeps the file.
      await handle.dress(given.modifiedMs, given.executable).catch(() => undefined);
      await closeHandle(entry);
      if (disposed) return;
      const path = await publish(part, options.pathOf(entry));
      events.finished(entry, path);
    });
  }

  async function publish(part: string, wanted: string): Promise<string> {
    for (let number = 1; ; number++) {
      const name = number === 1 ? basename(wanted) : numberedName(basename(wanted), number, limits.diskNameBytes);
      const path = join(dirname(wanted), name);
      try {
        await disk.publish(part, path);
        return path;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
    }
  }

  function startFinishing(): void {
    if (stopped || waiting.length === 0) return;
    finishing ??= finishAll().finally(() => {
      finishing = null;
      startFinishing();
    });
  }

  async function settled(): Promise<void> {
    while (working || finishing) await Promise.all([working, finishing]);
  }

  async function recover(): Promise<void> {
    await settled();
    for (const entry of [...handles.keys()]) await putAside(entry);
    for (const [entry, file] of record.open) {
      if (disposed) return;
      if (!file.part) continue;
      if (doubtful.has(entry)) await disk.removePart(file.part);
      else if (await isThere(entry)) continue;
      doubtful.delete(entry);
      file.part = null;
      waiting = waiting.filter((each) => each !== entry);
      events.lost(entry);
    }
    if (disposed) return;
    stopped = false;
    startFinishing();
  }

  async function isThere(entry: number): Promise<boolean> {
    try {
      await handleOf(entry);
      return true;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      return false;
    }
  }

  async function remove(part: string): Promise<void> {
    leftOver.add(part);
    await disk.removePart(part);
    leftOver.delete(part);
  }

  return {
    get queuedCharge() {
      return queuedCharge;
    },
    write(run, payload, charge) {
      if (stopped) return;
      queue.push({ run, payload, charge });
      queuedCharge += charge;
      startWork();
    },
    finish(entry) {
      if (disposed) return;
      waiting.push(entry);
      startFinishing();
    },
    async discard(entry) {
      const before = record.open.get(entry)?.part;
      while (inUse.has(entry)) await Promise.all([working, finishing]);
      // Nobody wants its bytes, so it is no matter whether all of them are there.
      await closeHandle(entry).catch(unreachable);
      doubtful.delete(entry);
      // A part that was just being made has put itself on the record meanwhile.
      const part = before ?? record.open.get(entry)?.part;
      record.open.delete(entry);
      if (part) await remove(part);
    },
    async idle() {
      while (working) await working;
    },
    recover() {
      const own = recover();
      recovering = own.catch(unreachable);
      return own;
    },
    async dispose() {
      stopped = true;
      disposed = true;
      queue = [];
      waiting = [];
      await Promise.all([settled(), recovering]);
      for (const entry of [...handles.keys()]) await closeHandle(entry).catch(unreachable);
      const parts = [...record.open.values()].flatMap(({ part }) => part ?? []);
      for (const part of [...leftOver, ...parts]) await disk.removePart(part).catch(unreachable);
    },
  };
}
