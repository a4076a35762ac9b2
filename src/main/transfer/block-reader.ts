import { createHash, type Hash } from 'node:crypto';
import { blockCharge, blockHeaderBytes, blockPayload, createBlock } from '../../shared/protocol/block.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { type ReasonCode, reasonOf } from '../../shared/reasons.ts';
import type { OpenFile, Source } from '../files/source.ts';
import type { SourceEntry } from '../files/source-entry.ts';
import type { Position } from './incoming-record.ts';
import { createReadingOrder, type ReadSegment } from './reading-order.ts';
import { segmentCount, segmentEnd, segmentStart } from './segments.ts';

/** Reads a source ahead of the lane and makes blocks of it, for one binding of one transfer. */
export interface BlockReader {
  /** The next thing to send, or null while it is being read. */
  peek(): ReadItem | null;
  take(): ReadItem | null;
  /** Everything up to the end has been taken, and nothing is asked for again. */
  readonly exhausted: boolean;
  /** Segments to be read once more, before going on. One that waits already, or that there is not, is left out. */
  again(segments: readonly (readonly [entry: number, segment: number])[]): void;
  /** Nothing more of this entry is wanted. */
  drop(entry: number): void;
  /** Resolves when its file is closed. */
  stop(): Promise<void>;
}

export interface ReadItem {
  readonly entry: number;
  /** Of the message's payload. */
  readonly offset: number;
  /** Null for a file that is empty: it has only a digest. */
  readonly message: Uint8Array<ArrayBuffer> | null;
  readonly charge: number;
  /** Of the segment that ends with this block. */
  readonly digest: [entry: number, segment: number, sha256: string] | null;
}

export interface BlockReaderOptions {
  source: Source;
  transfer: string;
  binding: number;
  position: Position;
  isFailed(entry: number): boolean;
  payloadBytes(): number;
  /** What lies read and not yet taken, at most; the next blocks are read as soon as it is less. */
  aheadBytes(): number;
  /** Nothing is opened before this: however often a receiver begins anew, one reader at a time has files open. */
  after: Promise<unknown>;
  /** Something can be taken, or everything has been. */
  ready(): void;
  failed(entry: number, reason: ReasonCode): void;
  /** The source itself cannot be read for now; the reader has stopped. */
  away(): void;
}

const groupBlocks = 8;
/** Fits one group also in the smallest blocks. */
const smallFileBytes = groupBlocks * (limits.smallestBlockBytes - blockHeaderBytes);
/** What an item takes beside its bytes; without it any number of empty files would be read ahead. */
const itemBytes = 256;
const rehashBytes = 256 * 1024;

interface ReadBlock {
  message: Uint8Array<ArrayBuffer>;
  offset: number;
}

function heldBytes(item: ReadItem): number {
  return itemBytes + (item.message?.byteLength ?? 0);
}

/** The last block carries the digest; a digest without a block travels alone. */
function itemsOf(entry: number, blocks: readonly ReadBlock[], digest: ReadItem['digest']): ReadItem[] {
  if (blocks.length === 0) return [{ entry, offset: 0, message: null, charge: 0, digest }];
  return blocks.map(({ message, offset }, index) => ({
    entry,
    offset,
    message,
    charge: blockCharge(blockPayload(message).byteLength),
    digest: index === blocks.length - 1 ? digest : null,
  }));
}

/** For the next bytes of a file, as many as are read side by side. */
function emptyBlocks(
  header: { transfer: string; binding: number; entry: number },
  from: number,
  end: number,
  payloadBytes: number,
): ReadBlock[] {
  const group: ReadBlock[] = [];
  for (let offset = from; offset < end && group.length < groupBlocks; offset += payloadBytes) {
    group.push({ message: createBlock({ ...header, offset }, Math.min(payloadBytes, end - offset)), offset });
  }
  return group;
}

/** A segment that is resumed in its middle is hashed from its start. */
async function rehash(file: OpenFile, hash: Hash, start: number, end: number, isStopped: () => boolean): Promise<void> {
  const buffer = new Uint8Array(Math.min(rehashBytes, end - start));
  for (let at = start; at < end && !isStopped(); at += buffer.byteLength) {
    const part = buffer.subarray(0, Math.min(buffer.byteLength, end - at));
    await file.read(part, at);
    hash.update(part);
  }
}

/** A small file by itself, beside others; what is made of it is queued by the caller, in order. */
async function readWhole(
  source: Source,
  entry: SourceEntry,
  groupOf: (entry: SourceEntry, from: number, end: number) => ReadBlock[],
): Promise<ReadItem[]> {
  const file = await source.open(entry);
  try {
    const hash = createHash('sha256');
    const blocks = groupOf(entry, 0, entry.bytes);
    for (const { message, offset } of blocks) {
      await file.read(blockPayload(message), offset);
      hash.update(blockPayload(message));
    }
    await file.assertUnchanged();
    return itemsOf(entry.index, blocks, [entry.index, 0, hash.digest('base64')]);
  } finally {
    await file.close();
  }
}

export function createBlockReader(options: BlockReaderOptions): BlockReader {
  const { entries } = options.source;
  const order = createReadingOrder({ entries, from: options.position, smallFileBytes, isFailed: options.isFailed });
  let queue: ReadItem[] = [];
  let queuedBytes = 0;
  let atEnd = false;
  let stopped = false;
  let wake: (() => void) | null = null;
  let held: { entry: number; file: OpenFile } | null = null;

  function wakeUp(): void {
    wake?.();
    wake = null;
  }

  function sleep(): Promise<void> {
    return new Promise((done) => {
      wake = done;
    });
  }

  function wanted(entry: number): boolean {
    return !stopped && !options.isFailed(entry);
  }

  function push(item: ReadItem): void {
    queue.push(item);
    queuedBytes += heldBytes(item);
  }

  async function release(): Promise<void> {
    const closing = held;
    held = null;
    // It was only read: nothing is lost with a file that cannot be closed.
    await closing?.file.close().catch(() => undefined);
  }

  async function opened(entry: SourceEntry): Promise<OpenFile> {
    if (held?.entry === entry.index) return held.file;
    await release();
    const file = await options.source.open(entry);
    held = { entry: entry.index, file };
    return file;
  }

  async function readSmallFiles(files: readonly SourceEntry[]): Promise<boolean> {
    const results = await Promise.allSettled(files.map((entry) => readWhole(options.source, entry, nextGroup)));
    for (const [index, entry] of files.entries()) {
      const result = results[index];
      const going = await attempt(entry, async () => {
        if (result?.status === 'rejected') throw result.reason;
        await room(entry.index);
        if (wanted(entry.index)) for (const item of result?.value ?? []) push(item);
      });
      if (!going) return false;
    }
    // Once for all of them: their digests then share a message.
    options.ready();
    return true;
  }

  async function room(entry: number): Promise<void> {
    if (queuedBytes >= options.aheadBytes()) options.ready();
    while (queuedBytes >= options.aheadBytes() && wanted(entry)) await sleep();
  }

  async function readSegment({ entry, segment, from, repair }: ReadSegment): Promise<void> {
    const file = await opened(entry);
    const end = segmentEnd(segment, entry.bytes);
    const hash = createHash('sha256');
    await rehash(file, hash, segmentStart(segment), from, () => stopped);
    let at = from;
    do {
      await room(entry.index);
      if (!wanted(entry.index)) return;
      const group = nextGroup(entry, at, end);
      await Promise.all(group.map(({ message, offset }) => file.read(blockPayload(message), offset)));
      for (const { message } of group) hash.update(blockPayload(message));
      at = group.reduce((next, { message }) => next + blockPayload(message).byteLength, at);
      const last = at >= end;
      if (last && (repair || end >= entry.bytes)) await file.assertUnchanged();
      if (!wanted(entry.index)) return;
      const digest: ReadItem['digest'] = last ? [entry.index, segment, hash.digest('base64')] : null;
      for (const item of itemsOf(entry.index, group, digest)) push(item);
      options.ready();
    } while (at < end);
  }

  function nextGroup(entry: SourceEntry, from: number, end: number): ReadBlock[] {
    const { transfer, binding } = options;
    const header = { transfer, binding, entry: entry.index };
    return emptyBlocks(header, from, end, options.payloadBytes());
  }

  /** False when the source is away. */
  async function attempt(entry: SourceEntry, read: () => Promise<void>): Promise<boolean> {
    try {
      await read();
      return true;
    } catch (error) {
      await release();
      if (stopped) return false;
      const { code } = reasonOf(error);
      if (code === 'source-away') return false;
      options.failed(entry.index, code);
      return true;
    }
  }

  async function run(): Promise<void> {
    await options.after;
    while (!stopped) {
      const [first, ...others] = order.next();
      if (first) {
        const small = order.isWholeSmallFile(first);
        const going = small
          ? await readSmallFiles([first, ...others].map(({ entry }) => entry))
          : await attempt(first.entry, () => readSegment(first));
        if (!going) return away();
        continue;
      }
      await release();
      if (order.repairing || stopped) continue;
      atEnd = true;
      options.ready();
      // It may have been stopped, or asked for more, within that call.
      if (!order.repairing && !stopped) await sleep();
    }
  }

  function away(): void {
    if (!stopped) options.away();
  }

  const ran = run().finally(release);

  return {
    peek: () => queue[0] ?? null,
    take() {
      const item = queue.shift() ?? null;
      if (item) queuedBytes -= heldBytes(item);
      if (queuedBytes < options.aheadBytes()) wakeUp();
      return item;
    },
    get exhausted() {
      return atEnd && queue.length === 0;
    },
    again(segments) {
      for (const [index, segment] of segments) {
        const entry = entries[index];
        if (entry?.kind !== 'file' || segment >= segmentCount(entry.bytes) || !wanted(index)) continue;
        atEnd = false;
        order.again(entry, segment);
      }
      wakeUp();
    },
    drop(entry) {
      queue = queue.filter((item) => item.entry !== entry);
      queuedBytes = queue.reduce((sum, item) => sum + heldBytes(item), 0);
      wakeUp();
    },
    stop() {
      stopped = true;
      queue = [];
      queuedBytes = 0;
      wakeUp();
      return ran;
    },
  };
}
