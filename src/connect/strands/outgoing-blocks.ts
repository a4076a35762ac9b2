import { blockCharge, blockHeaderBytes } from '../../shared/protocol/block.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { createFifo } from '../fifo.ts';

/** A channel by which blocks go: the link's first, or a strand by its id. */
export type Way = string;

export const firstWay: Way = '';

/** The next block for a channel. */
export interface TakenBlock {
  readonly block: Uint8Array<ArrayBuffer>;
  /** To be said right before it; null when it follows the one before it on this channel. */
  readonly number: number | null;
  /** Another channel took it before, and has not delivered it. */
  readonly again: boolean;
}

/**
 * Blocks on their way out, each with a number. From the first strand on they are kept until the far side has handed them
 * on, `limits.strandWindowBytes` at most, so that what a channel has not delivered can go by another way. Before, the latest
 * are kept, since the far side says nothing of them: those that the first channel may have under way when a strand comes up.
 */
export interface OutgoingBlocks {
  /** Some wait, or are to go again. */
  readonly waiting: boolean;
  /** Some are to go again. */
  readonly again: boolean;
  push(block: Uint8Array<ArrayBuffer>): void;
  /** The next one for this channel; null when none may go now. Whoever takes it sends it there. */
  take(way: Way): TakenBlock | null;
  /** There is a strand. */
  keep(): void;
  /** The far side has handed on so many. False when that cannot be: more than went out, or fewer than it said before. */
  taken(count: number): boolean;
  /** How many the far side has handed on, as far as it has said. */
  readonly takenCount: number;
  /** The channel that has the first block which the far side waits for; null when there is none, or it is to go again. */
  readonly awaited: Way | null;
  /** Something that went by this channel has not been handed on yet. */
  isOut(way: Way): boolean;
  /** What this channel has not delivered goes again, by whoever takes it next, before anything new. */
  sendAgain(way: Way): void;
  /** Nothing that waits is wanted any more. */
  dropWaiting(): void;
  clear(): void;
}

interface Sent {
  readonly number: number;
  readonly block: Uint8Array<ArrayBuffer>;
  /** Null while it waits to go again. */
  way: Way | null;
}

/** More than a channel has in its buffer and on the network. */
const latestBytes = 2 * 1024 * 1024;

export function createOutgoingBlocks(): OutgoingBlocks {
  const fresh = createFifo<Uint8Array<ArrayBuffer>>();
  /** Not handed on there yet, in the order of their numbers. */
  const out = new Map<number, Sent>();
  /** Of those, what has no way, in the same order. */
  let again: Sent[] = [];
  let outCharge = 0;
  let next = 0;
  let takenCount = 0;
  let keepsAll = false;
  /** The number that a channel's next block has if nothing is said; the first's are counted from the beginning. */
  const due = new Map<Way, number>([[firstWay, 0]]);

  function taken(way: Way, number: number, block: Uint8Array<ArrayBuffer>, repeated: boolean): TakenBlock {
    const follows = due.get(way) === number;
    due.set(way, number + 1);
    return { block, number: follows ? null : number, again: repeated };
  }

  function takeFresh(way: Way): TakenBlock | null {
    // Whatever its size, the next one is to fit.
    if (keepsAll && outCharge + limits.linkMessageBytes > limits.strandWindowBytes) return null;
    const block = fresh.shift();
    if (!block) return null;
    const number = next++;
    out.set(number, { number, block, way });
    outCharge += chargeOf(block);
    if (!keepsAll) forgetAllBut(latestBytes);
    return taken(way, number, block, false);
  }

  function forget(number: number, block: Uint8Array): void {
    out.delete(number);
    outCharge -= chargeOf(block);
  }

  function forgetAllBut(bytes: number): void {
    for (const [number, { block }] of out) {
      if (outCharge <= bytes) return;
      forget(number, block);
    }
  }

  return {
    get waiting() {
      return fresh.size > 0 || again.length > 0;
    },
    get again() {
      return again.length > 0;
    },
    push: (block) => fresh.push(block),
    take(way) {
      const repeated = again.shift();
      if (!repeated) return takeFresh(way);
      repeated.way = way;
      return taken(way, repeated.number, repeated.block, true);
    },
    keep() {
      keepsAll = true;
    },
    taken(count) {
      if (count < takenCount || count > next) return false;
      takenCount = count;
      for (const [number, { block }] of out) {
        if (number >= count) break;
        forget(number, block);
      }
      again = again.filter(({ number }) => number >= count);
      return true;
    },
    get takenCount() {
      return takenCount;
    },
    get awaited() {
      for (const { way } of out.values()) return way;
      return null;
    },
    isOut(way) {
      for (const sent of out.values()) if (sent.way === way) return true;
      return false;
    },
    sendAgain(way) {
      for (const sent of out.values()) if (sent.way === way) sent.way = null;
      again = [...out.values()].filter((sent) => sent.way === null);
    },
    dropWaiting: () => fresh.clear(),
    clear() {
      fresh.clear();
      out.clear();
      again = [];
    },
  };
}

/** What a block counts in the window of either side. */
export function chargeOf(block: Uint8Array): number {
  return blockCharge(block.length - blockHeaderBytes);
}
