import type { Lane, LaneHandlers, LaneTerms } from '../../src/main/lane/lane.ts';
import type { Timeline } from '../world/timeline.ts';

/** What is between two computers, each way. */
export interface FarTerms {
  readonly roundTripMs: number;
  readonly bytesPerSecond: number;
  /** What carries the lane takes so much more than is on its way: it waits where the path is narrow, and nothing overtakes it. */
  readonly queueMs: number;
}

/** Two connected lanes over a distance, on a timeline: control overtakes blocks only as long as both wait here. */
export interface FarLanes {
  readonly a: Lane;
  readonly b: Lane;
  /** Loses everything under way and closes both ends. */
  cut(): void;
  /** Bytes of blocks handed to it, and arrived, towards b. */
  readonly sentBlockBytes: number;
  readonly arrivedBlockBytes: number;
  /** When a block last arrived at b. */
  readonly lastBlockAtMs: number;
}

interface Direction {
  readonly control: Uint8Array[];
  readonly blocks: Uint8Array[];
  undrained: number;
  /** All that was taken has left by then. */
  freeAtMs: number;
  waiting: boolean;
  sentBlockBytes: number;
  arrivedBlockBytes: number;
  lastBlockAtMs: number;
}

function createDirection(): Direction {
  return {
    control: [],
    blocks: [],
    undrained: 0,
    freeAtMs: 0,
    waiting: false,
    sentBlockBytes: 0,
    arrivedBlockBytes: 0,
    lastBlockAtMs: 0,
  };
}

export function createFarLanes(options: {
  timeline: Pick<Timeline, 'now' | 'after'>;
  terms: LaneTerms;
  far: FarTerms;
}): FarLanes {
  const { timeline, terms, far } = options;
  const { now, after } = timeline;
  const toA = createDirection();
  const toB = createDirection();
  const handlers = new Map<Direction, LaneHandlers>();
  let open = true;

  /** Takes what waits, as far as the way has room, and says so. */
  function carry(to: Direction, from: Direction): void {
    to.waiting = false;
    let taken = false;
    while (open && to.freeAtMs - now() < far.queueMs) {
      const message = to.control.shift() ?? to.blocks.shift();
      if (!message) break;
      taken = true;
      to.undrained -= message.byteLength;
      to.freeAtMs = Math.max(to.freeAtMs, now()) + (1000 * message.byteLength) / far.bytesPerSecond;
      after(to.freeAtMs - now() + far.roundTripMs / 2, () => arrive(message, to));
    }
    if (to.undrained > 0) soon(to, from, to.freeAtMs - now() - far.queueMs);
    if (taken) handlers.get(from)?.drain();
  }

  function soon(to: Direction, from: Direction, ms: number): void {
    if (to.waiting || !open) return;
    to.waiting = true;
    // A little more than nothing: at the very time the way is not free yet.
    after(Math.max(ms, 0.001), () => carry(to, from));
  }

  function arrive(message: Uint8Array, to: Direction): void {
    if (!open) return;
    if (message[0] === 1) {
      to.arrivedBlockBytes += message.byteLength;
      to.lastBlockAtMs = now();
    }
    handlers.get(to)?.message(message);
  }

  function close(told: readonly Direction[]): void {
    if (!open) return;
    open = false;
    for (const side of told) handlers.get(side)?.close();
  }

  function laneOf(own: Direction, out: Direction): Lane {
    return {
      terms,
      maxMessageBytes: terms.blockBytes,
      get undrainedBytes() {
        return out.undrained;
      },
      send(message) {
        if (!open) return;
        out.undrained += message.byteLength;
        if (message[0] === 1) out.sentBlockBytes += message.byteLength;
        (message[0] === 1 ? out.blocks : out.control).push(message);
        soon(out, own, out.freeAtMs - now() - far.queueMs);
      },
      listen(given) {
        handlers.set(own, given);
        if (!open) given.close();
      },
      close: () => close([out]),
    };
  }

  return {
    a: laneOf(toA, toB),
    b: laneOf(toB, toA),
    cut: () => close([toA, toB]),
    get sentBlockBytes() {
      return toB.sentBlockBytes;
    },
    get arrivedBlockBytes() {
      return toB.arrivedBlockBytes;
    },
    get lastBlockAtMs() {
      return toB.lastBlockAtMs;
    },
  };
}
