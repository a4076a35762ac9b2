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
 * Blocks on their way out, each with a number. Where the far side says what it has handed on, they are kept until then,
 * `limits.strandWindowBytes` at most, so that what a channel has not delivered can go by another way.
 */
export interface OutgoingBlocks {
  /** Some wait, or are to go again. */
  readonly waiting: boolean;
  /** Some are to go again. */
  readonly again: boolean;
  push(block: Uint8Array<ArrayBuffer>): void;
  /** The next one for this channel; null when none may go now. Whoever takes it sends it there. */
  take(way: Way): TakenBlock | null;
  /** The far side has handed on so many. False when that cannot be: more than went out, or fewer than it said before. */
  taken(count: number): boolean;
  /** How many the far side has handed on, as far as it has said. */
  readonly takenCount: number;
  /** The channel that has the first block which the far side waits for; null when there is none, or it is to go again. */
  readonly awaited: Way | null;
  /** The charge of what went by this channel and has not been handed on yet. */
  outBytes(way: Way): number;
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

/** @param tells whether the far side says what it has handed on: if not, nothing is kept */
export function createOutgoingBlocks(tells: boolean): OutgoingBlocks {
  const fresh = createFifo<Uint8Array<ArrayBuffer>>();
  /** Not handed on there yet, in the order of their numbers. */
  const out = new Map<number, Sent>();
  /** Of those, what has no way, in the same order. */
  let again: Sent[] = [];
  let outCharge = 0;
  const chargeBy = new Map<Way, number>();
  let next = 0;
  let takenCount = 0;
  /** The number that a channel's next block has if nothing is said; the first's are counted from the beginning. */
  const due = new Map<Way, number>([[firstWay, 0]]);

  function taken(way: Way, number: number, block: Uint8Array<ArrayBuffer>, repeated: boolean): TakenBlock {
    const follows = due.get(way) === number;
    due.set(way, number + 1);
    return { block, number: follows ? null : number, again: repeated };
  }

  function takeFresh(way: Way): TakenBlock | null {
    // Whatever its size, the next one is to fit.
    if (outCharge + limits.linkMessageBytes > limits.strandWindowBytes) return null;
    const block = fresh.shift();
    if (!block) return null;
    const number = next++;
    if (tells) keep({ number, block, way });
    return taken(way, number, block, false);
  }

  function keep(sent: Sent): void {
    out.set(sent.number, sent);
    outCharge += chargeOf(sent.block);
    charge(sent.way, chargeOf(sent.block));
  }

  function goesBy(sent: Sent, way: Way | null): void {
    charge(sent.way, -chargeOf(sent.block));
    sent.way = way;
    charge(way, chargeOf(sent.block));
  }

  function charge(way: Way | null, bytes: number): void {
    if (way === null) return;
    const charged = (chargeBy.get(way) ?? 0) + bytes;
    if (charged === 0) chargeBy.delete(way);
    else chargeBy.set(way, charged);
  }

  function forget({ number, block, way }: Sent): void {
    out.delete(number);
    outCharge -= chargeOf(block);
    charge(way, -chargeOf(block));
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
      goesBy(repeated, way);
      return taken(way, repeated.number, repeated.block, true);
    },
    taken(count) {
      if (count < takenCount || count > next) return false;
      takenCount = count;
      for (const sent of out.values()) {
        if (sent.number >= count) break;
        forget(sent);
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
    outBytes: (way) => chargeBy.get(way) ?? 0,
    sendAgain(way) {
      for (const sent of out.values()) if (sent.way === way) goesBy(sent, null);
      again = [...out.values()].filter((sent) => sent.way === null);
    },
    dropWaiting: () => fresh.clear(),
    clear() {
      fresh.clear();
      out.clear();
      chargeBy.clear();
      again = [];
    },
  };
}

/** What a block counts in the window of either side. */
export function chargeOf(block: Uint8Array): number {
  return blockCharge(block.length - blockHeaderBytes);
}
