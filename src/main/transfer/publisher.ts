import { basename, dirname, join } from 'node:path';
import { limits } from '../../shared/protocol/limits.ts';
import { type Disk, refusesName } from '../files/disk.ts';
import { errorCode } from '../files/error-code.ts';
import { numberedName } from '../files/safe-name.ts';
import type { SourceEntry } from '../files/source-entry.ts';
import type { PartHandles } from './part-handles.ts';

/** Gives verified files their names, many together. */
export interface Publisher {
  add(entry: number): void;
  /** Those that wait go on waiting; what is just being done is brought to its end. */
  stop(): void;
  start(): void;
  /** Resolves when nothing is being finished; null when nothing is. */
  readonly busy: Promise<void> | null;
}

export interface PublisherOptions {
  disk: Disk;
  handles: Pick<PartHandles, 'flush' | 'use' | 'pathOf' | 'close'>;
  entries: readonly SourceEntry[];
  /** Absolute final path of an entry. */
  finalPathOf(entry: number): string;
  /** Not given up meanwhile, and the transfer has not ended. */
  isWanted(entry: number): boolean;
  finished(entry: number, path: string): void;
  nameRefused(entry: number): void;
  trouble(error: unknown): void;
}

/** Files finished together: their flushes run side by side. */
const filesAtOnce = 64;

export function createPublisher(options: PublisherOptions): Publisher {
  const { disk, handles, entries, finalPathOf, isWanted } = options;
  const waiting: number[] = [];
  let busy: Promise<void> | null = null;
  let stopped = false;

  /** While one batch is flushed the next gathers: many small files share the disk's time, and none waits for a timer. */
  async function work(): Promise<void> {
    while (waiting.length > 0 && !stopped) {
      const batch = waiting.splice(0, filesAtOnce);
      const results = await Promise.allSettled(batch.map(finish));
      results.forEach((result, index) => {
        const entry = batch[index];
        if (result.status === 'fulfilled' || entry === undefined) return;
        if (refusesName(result.reason)) options.nameRefused(entry);
        else {
          waiting.push(entry);
          options.trouble(result.reason);
        }
      });
    }
  }

  function startWork(): void {
    if (stopped || waiting.length === 0) return;
    busy ??= work().finally(() => {
      busy = null;
      startWork();
    });
  }

  async function finish(entry: number): Promise<void> {
    const given = entries[entry];
    if (!given || !isWanted(entry)) return;
    await handles.flush(entry);
    if (!isWanted(entry)) return;
    await handles.use(entry, async (handle) => {
      const part = handles.pathOf(entry);
      if (!part) return;
      // The mark first: setting it changes the time.
      await disk.markDownloaded(part);
      // Only a time and a mode: a disk that does not keep them (FAT, a share of somebody else's) keeps the file.
      await handle.dress(given.modifiedMs, given.executable).catch(() => undefined);
      await handles.close(entry);
      if (isWanted(entry)) options.finished(entry, await publish(part, finalPathOf(entry)));
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

  return {
    get busy() {
      return busy;
    },
    add(entry) {
      waiting.push(entry);
      startWork();
    },
    stop() {
      stopped = true;
    },
    start() {
      stopped = false;
      startWork();
    },
  };
}
