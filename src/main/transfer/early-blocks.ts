import { type Block, blockCharge } from '../../shared/protocol/block.ts';

/**
 * Blocks that came before their turn: their sender has given up a file before theirs, and its `skip`, which goes another way, is
 * yet to come. What they are counts as not yet written, so the window bounds it.
 */
export interface EarlyBlocks {
  /** Of those that are kept. */
  readonly charge: number;
  /** Behind those that are kept. False when no sender comes from the last one to it by going on or giving files up. */
  keep(block: Block): boolean;
  /** Lets go of them in their order, up to the first that is not taken. */
  handOn(take: (block: Block) => boolean): void;
  clear(): void;
}

export function createEarlyBlocks(): EarlyBlocks {
  const kept = new Set<Block>();
  let last: Block | null = null;
  let charge = 0;

  function goesOn({ entry, offset }: Block): boolean {
    if (last?.entry === entry) return offset === last.offset + last.payload.byteLength;
    return offset === 0 && (last === null || entry > last.entry);
  }

  function clear(): void {
    kept.clear();
    last = null;
    charge = 0;
  }

  return {
    get charge() {
      return charge;
    },
    keep(block) {
      if (!goesOn(block)) return false;
      kept.add(block);
      last = block;
      charge += blockCharge(block.payload.byteLength);
      return true;
    },
    handOn(take) {
      for (const block of kept) {
        if (!take(block)) return;
        kept.delete(block);
        charge -= blockCharge(block.payload.byteLength);
      }
      // None is left, also if all were let go meanwhile.
      clear();
    },
    clear,
  };
}
