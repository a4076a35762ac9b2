import type { Lane, LaneHandlers, LaneTerms } from '../../src/main/lane/lane.ts';
import { channelTerms } from '../../src/main/lane/port-lane.ts';

/**
 * Two connected lanes in memory. Messages cross in turns of the event loop, at most `bytesPerTurn` each turn and
 * direction, so that tests set a pace without any time passing.
 */
export interface LanePair {
  readonly a: Lane;
  readonly b: Lane;
  /** Loses everything under way and closes both ends, as a link that breaks. */
  cut(): void;
  /** Carries nothing any more, towards one side or both, and says nothing of it. */
  stall(towards?: 'a' | 'b'): void;
  /** Goes on after that. */
  unstall(): void;
  /** Carries the blocks that `blockBytes` held back, and all that follow. */
  release(): void;
  /** Message bytes that have arrived, either way. */
  readonly arrivedBytes: number;
  /** Bytes of blocks that were handed to it towards b. */
  readonly sentBlockBytes: number;
}

export interface LanePairOptions {
  bytesPerTurn?: number;
  /**
   * Blocks carried each way before the others wait for `release`; control goes on. However slow the disk is, a larger
   * transfer cannot be over before the test has done what it does in its middle.
   */
  blockBytes?: number;
  maxMessageBytes?: number;
  /** The data channel's, unless it is to be another kind of lane. */
  terms?: LaneTerms;
  /** Looks at each message just before it arrives; may change it, or lose it by returning null. */
  tamper?(message: Uint8Array<ArrayBuffer>, towards: 'a' | 'b'): Uint8Array<ArrayBuffer> | null;
  /** Control messages wait for this many turns, and so arrive late beside blocks. */
  controlDelayTurns?: number;
  /** Told after each turn. */
  afterTurn?(pair: LanePair): void;
}

interface Direction {
  readonly towards: 'a' | 'b';
  control: { message: Uint8Array<ArrayBuffer>; turn: number }[];
  blocks: Uint8Array<ArrayBuffer>[];
  carriedBlockBytes: number;
  undrained: number;
}

export function createLanePair(options: LanePairOptions = {}): LanePair {
  const perTurn = options.bytesPerTurn ?? Number.POSITIVE_INFINITY;
  const handlers: { a: LaneHandlers | null; b: LaneHandlers | null } = { a: null, b: null };
  const early: { a: Uint8Array[]; b: Uint8Array[] } = { a: [], b: [] };
  const toA: Direction = { towards: 'a', control: [], blocks: [], carriedBlockBytes: 0, undrained: 0 };
  const toB: Direction = { towards: 'b', control: [], blocks: [], carriedBlockBytes: 0, undrained: 0 };
  let blockBytes = options.blockBytes ?? Number.POSITIVE_INFINITY;
  let open = true;
  const stalled = new Set<'a' | 'b'>();
  let scheduled = false;
  let turn = 0;
  let arrivedBytes = 0;
  let sentBlockBytes = 0;

  function schedule(): void {
    if (scheduled || !open) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      runTurn();
    });
  }

  function deliver(message: Uint8Array<ArrayBuffer>, direction: Direction): void {
    direction.undrained -= message.byteLength;
    const arriving = options.tamper ? options.tamper(message, direction.towards) : message;
    if (!arriving) return;
    arrivedBytes += arriving.byteLength;
    const handler = handlers[direction.towards];
    if (handler) handler.message(arriving);
    else early[direction.towards].push(arriving);
  }

  function carry(direction: Direction): void {
    if (stalled.has(direction.towards)) return;
    let carried = 0;
    for (let due = direction.control[0]; open && due && due.turn <= turn; due = direction.control[0]) {
      direction.control.shift();
      carried += due.message.byteLength;
      deliver(due.message, direction);
    }
    const blocks = direction.blocks;
    let taken = 0;
    while (open && carried < perTurn && direction.carriedBlockBytes < blockBytes && taken < blocks.length) {
      const message = blocks[taken++];
      if (!message) break;
      carried += message.byteLength;
      direction.carriedBlockBytes += message.byteLength;
      deliver(message, direction);
    }
    direction.blocks.splice(0, taken);
    if (open && carried > 0) handlers[direction.towards === 'a' ? 'b' : 'a']?.drain();
  }

  function hasWork({ towards, control, blocks, carriedBlockBytes }: Direction): boolean {
    if (stalled.has(towards)) return false;
    return control.length > 0 || (blocks.length > 0 && carriedBlockBytes < blockBytes);
  }

  function runTurn(): void {
    turn++;
    carry(toA);
    carry(toB);
    if (hasWork(toA) || hasWork(toB)) schedule();
    options.afterTurn?.(pair);
  }

  function lane(own: 'a' | 'b', out: Direction): Lane {
    return {
      terms: options.terms ?? channelTerms,
      maxMessageBytes: options.maxMessageBytes ?? 256 * 1024,
      get undrainedBytes() {
        return out.undrained;
      },
      send(message) {
        if (!open) return;
        out.undrained += message.byteLength;
        if (message[0] === 0) out.control.push({ message, turn: turn + (options.controlDelayTurns ?? 0) });
        else {
          out.blocks.push(message);
          if (out === toB) sentBlockBytes += message.byteLength;
        }
        schedule();
      },
      listen(given) {
        handlers[own] = given;
        for (const message of early[own].splice(0)) given.message(message);
        if (!open) given.close();
      },
      close() {
        if (!open) return;
        open = false;
        handlers[own === 'a' ? 'b' : 'a']?.close();
      },
    };
  }

  const pair: LanePair = {
    a: lane('a', toB),
    b: lane('b', toA),
    cut() {
      if (!open) return;
      open = false;
      handlers.a?.close();
      handlers.b?.close();
    },
    stall(towards) {
      for (const side of towards ? [towards] : (['a', 'b'] as const)) stalled.add(side);
    },
    unstall() {
      stalled.clear();
      schedule();
    },
    release() {
      blockBytes = Number.POSITIVE_INFINITY;
      schedule();
    },
    get sentBlockBytes() {
      return sentBlockBytes;
    },
    get arrivedBytes() {
      return arrivedBytes;
    },
  };
  return pair;
}
