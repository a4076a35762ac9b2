import type { Run } from './runs.ts';

/** Blocks on their way to the disk, in their order, of which adjacent ones are written together. */
export interface WriteQueue {
  /** Of blocks taken in and not yet dealt with; counted as in the window, so that it bounds their number too. */
  readonly charge: number;
  push(run: Run, payload: Uint8Array, charge: number): void;
  /** Drops what waits, and what comes until `start`. What is just being written is dealt with. */
  stop(): void;
  start(): void;
  /** Resolves when nothing is being written; null when nothing is. */
  readonly busy: Promise<void> | null;
}

/** The next blocks of one run. */
export interface Batch {
  readonly run: Run;
  readonly payloads: readonly Uint8Array[];
  readonly charge: number;
}

/** Adjacent blocks go to the disk together, up to so much: a part of the usual window, for the sender to hear of them in time. */
const batchBytes = 1024 * 1024;
/** Blocks in one call, at most; systems take 1,024. */
const batchBlocks = 256;
/** Small files written side by side. */
const filesAtOnce = 8;

export function createWriteQueue(options: {
  /** Opening it is most of the work of writing this file. */
  isSmall(entry: number): boolean;
  write(batch: Batch): Promise<void>;
  /** Told in order. False when it failed and what stands behind it has to come again. */
  dealtWith(batch: Batch, result: PromiseSettledResult<void>): boolean;
}): WriteQueue {
  const { isSmall } = options;
  let queue: { run: Run; payload: Uint8Array; charge: number }[] = [];
  let charge = 0;
  let busy: Promise<void> | null = null;
  let stopped = false;

  function takeBatch(): Batch | null {
    const run = queue[0]?.run;
    if (!run) return null;
    let count = 0;
    let bytes = 0;
    do bytes += queue[count++]?.payload.byteLength ?? 0;
    while (count < batchBlocks && bytes < batchBytes && queue[count]?.run === run);
    const jobs = queue.splice(0, count);
    return { run, payloads: jobs.map((job) => job.payload), charge: chargeOf(jobs) };
  }

  /** The next batch, or several of small files. */
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

  async function work(): Promise<void> {
    for (let batches = takeBatches(); batches.length > 0; batches = takeBatches()) {
      const results = await Promise.allSettled(batches.map(options.write));
      dealWith(batches, results);
    }
  }

  function dealWith(batches: readonly Batch[], results: readonly PromiseSettledResult<void>[]): void {
    let going = true;
    for (const [index, batch] of batches.entries()) {
      const result = results[index];
      charge -= batch.charge;
      if (going && result) going = options.dealtWith(batch, result);
    }
  }

  function startWork(): void {
    busy ??= work().finally(() => {
      busy = null;
      if (queue.length > 0) startWork();
    });
  }

  return {
    get charge() {
      return charge;
    },
    get busy() {
      return busy;
    },
    push(run, payload, ownCharge) {
      if (stopped) return;
      queue.push({ run, payload, charge: ownCharge });
      charge += ownCharge;
      startWork();
    },
    stop() {
      stopped = true;
      // What is just being written still counts: it takes its own charge off.
      charge -= chargeOf(queue);
      queue = [];
    },
    start() {
      stopped = false;
    },
  };
}

function chargeOf(parts: readonly { charge: number }[]): number {
  return parts.reduce((sum, { charge }) => sum + charge, 0);
}
