import { limits } from '../../shared/protocol/limits.ts';
import { chargeOf } from './outgoing-blocks.ts';

/**
 * Blocks that come by several channels, put back in order. What comes before its turn waits,
 * `limits.strandWindowBytes` at most.
 */
export interface IncomingBlocks {
  /** So many have been handed on. */
  readonly count: number;
  /** Another channel. The first's blocks are counted from the link's beginning; a strand's begin with a number. */
  join(begins: number | null): IncomingChannel;
  /** Nothing is handed on any more. */
  clear(): void;
}

/** One channel; false is an offence, after which it is of no more use. */
export interface IncomingChannel {
  /** What comes next has this number. */
  number(number: number): boolean;
  block(block: Uint8Array<ArrayBuffer>): boolean;
}

export function createIncomingBlocks(deliver: (block: Uint8Array<ArrayBuffer>) => void): IncomingBlocks {
  const early = new Map<number, Uint8Array<ArrayBuffer>>();
  let earlyCharge = 0;
  let count = 0;
  let cleared = false;

  function handOn(block: Uint8Array<ArrayBuffer>): void {
    count++;
    deliver(block);
  }

  function take(number: number, block: Uint8Array<ArrayBuffer>): boolean {
    // Sent again by another way, and there already.
    if (cleared || number < count || early.has(number)) return true;
    if (number > count) {
      earlyCharge += chargeOf(block);
      early.set(number, block);
      return earlyCharge <= limits.strandWindowBytes;
    }
    handOn(block);
    for (let next = early.get(count); next && !cleared; next = early.get(count)) {
      early.delete(count);
      earlyCharge -= chargeOf(next);
      handOn(next);
    }
    return true;
  }

  return {
    get count() {
      return count;
    },
    join(begins) {
      let due = begins;
      let said = false;
      return {
        number(number) {
          if (said) return false;
          said = true;
          due = number;
          return true;
        },
        block(block) {
          if (due === null) return false;
          said = false;
          return take(due++, block);
        },
      };
    },
    clear() {
      cleared = true;
      early.clear();
    },
  };
}
