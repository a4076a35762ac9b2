import type { Block } from '../../shared/protocol/block.ts';
import type { LaneWord } from '../../shared/protocol/lane-messages.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Control, MalformedOffer } from '../../shared/protocol/transfer-messages.ts';
import type { Person } from '../../shared/views.ts';
import type { Lane, LaneTerms } from '../lane/lane.ts';
import type { EngineWorld } from './engine-world.ts';
import { createFairShare } from './fair-share.ts';
import { createLaneBudgets } from './lane-budgets.ts';
import { decodeMessage, encodeControl } from './message-codec.ts';
import { createPace } from './pace.ts';

/** One lane to one person, shared fairly by all transfers that send on it. */
export interface LaneTraffic {
  readonly peer: Person;
  readonly kind: LaneTerms['kind'];
  readonly preference: number;
  /** Bytes a second that it carried when it was full of blocks; null when that is long ago, or never was. */
  readonly bytesPerSecond: number | null;
  /** How long something has waited in it while nothing drained and nothing came; 0 when nothing waits. */
  readonly stillMs: number;
  readonly undrainedBytes: number;
  /** Sent of one transfer and not yet written, at most. */
  readonly windowBytes: number;
  /** See `LaneTerms`. */
  readonly pagesAhead: number;
  /** Payload of the next block. */
  readonly payloadBytes: number;
  /** What one transfer reads before it can go, at most. */
  readonly aheadBytes: number;
  /** Messages that were no valid message, or meant nothing here. */
  readonly refused: number;
  send(control: Control | LaneWord): void;
  /** Sends, if the peer has not asked too much of late: for questions that it can make up. Far too many end the lane. */
  answer(control: Control): void;
  refuse(): void;
  /** A block had no place here. Those that somebody honest had on the way are no offence; far too many end the lane. */
  stray(block: Block): void;
  join(source: BlockSource): void;
  leave(source: BlockSource): void;
  /** Something may have become ready to send. */
  pump(): void;
  /** Begins to listen; may deliver at once. */
  start(): void;
  close(): void;
  /** Closes as soon as everything handed over has drained. */
  finish(): void;
}

/** A rate says little about a lane that was last full so long ago: it is tried again. */
const rateGoodForMs = 60_000;

export interface BlockSource {
  /** The next message of an answer that may be long: it goes before blocks, as the lane has room. */
  answer(): Control | null;
  /** It has a block that may go now. */
  readonly ready: boolean;
  /** The block, of exactly its size; only called when ready. */
  take(): Uint8Array<ArrayBuffer> | null;
  /** Nothing more goes for the moment: what was kept to go in company goes now. */
  flush(): void;
}

export interface LaneTrafficHandlers {
  control(control: Control): void;
  malformedOffer(offer: MalformedOffer): void;
  laneWord(word: LaneWord): void;
  block(block: Block): void;
  /** Something waits in a lane that was empty. */
  busy(): void;
  /** The lane ended by itself, or was cut off. */
  closed(): void;
}

export function createLaneTraffic(options: {
  peer: Person;
  lane: Lane;
  world: Pick<EngineWorld, 'now' | 'after'>;
  handlers: LaneTrafficHandlers;
}): LaneTraffic {
  const { peer, lane, handlers } = options;
  const { now, after } = options.world;
  const budgets = createLaneBudgets(now);
  const pace = createPace({ now, maxMessageBytes: lane.maxMessageBytes, terms: lane.terms });
  const shares = createFairShare<BlockSource>();
  let handedBytes = 0;
  /** Something drained, came, or began to wait. */
  let movedAtMs = now();
  /** Blocks waited for the lane. */
  let fullAtMs = Number.NEGATIVE_INFINITY;
  /** A better lane may come; a timer ends it, which by this clock may be early. */
  let blocksWait = lane.terms.headStartMs > 0;
  let cancelStart = (): void => undefined;
  let refused = 0;
  let open = true;
  let pumping = false;
  let pumpAgain = false;
  let finishing = false;

  function hand(message: Uint8Array<ArrayBuffer>): void {
    const wasEmpty = lane.undrainedBytes === 0;
    if (wasEmpty) movedAtMs = now();
    handedBytes += message.byteLength;
    lane.send(message);
    pace.observe(lane.undrainedBytes, handedBytes);
    if (wasEmpty) handlers.busy();
  }

  function hasRoom(): boolean {
    return open && lane.undrainedBytes < pace.undrainedBytes;
  }

  function sendAnswers(): void {
    for (const source of shares.sources) {
      while (hasRoom()) {
        const control = source.answer();
        if (!control) break;
        hand(encodeControl(control));
      }
    }
  }

  function sendBlocks(): void {
    if (blocksWait) return;
    while (hasRoom()) {
      const source = shares.next();
      if (!source) return;
      const message = source.take();
      if (!message) continue;
      shares.served(source, message.byteLength);
      hand(message);
    }
    fullAtMs = now();
  }

  /** A peer that makes us talk and does not listen must not fill our memory; one that talks without end not keep us busy. */
  function cutOff(): void {
    traffic.close();
    // Not within `send`: whoever said something is in the middle of it.
    queueMicrotask(() => handlers.closed());
  }

  function end(): void {
    open = false;
    cancelStart();
  }

  const traffic: LaneTraffic = {
    peer,
    kind: lane.terms.kind,
    preference: lane.terms.preference,
    windowBytes: lane.terms.windowBytes,
    pagesAhead: lane.terms.pagesAhead,
    get bytesPerSecond() {
      return now() - fullAtMs < rateGoodForMs ? pace.bytesPerSecond : null;
    },
    get stillMs() {
      return lane.undrainedBytes === 0 ? 0 : now() - movedAtMs;
    },
    get undrainedBytes() {
      return lane.undrainedBytes;
    },
    get payloadBytes() {
      return pace.payloadBytes;
    },
    get aheadBytes() {
      return pace.aheadBytes;
    },
    get refused() {
      return refused;
    },
    send(control) {
      if (!open) return;
      hand(encodeControl(control));
      if (lane.undrainedBytes > limits.laneBacklogBytes) cutOff();
    },
    answer(control) {
      const answered = budgets.answer();
      if (answered === true) traffic.send(control);
      else if (answered === 'silent') refused++;
      else cutOff();
    },
    refuse() {
      refused++;
    },
    stray(block) {
      if (!budgets.pass(block)) cutOff();
    },
    join: shares.join,
    leave: shares.leave,
    pump() {
      // A lane may deliver and drain within `send`; then the loop below runs once more instead of inside itself.
      pumpAgain = true;
      if (pumping) return;
      pumping = true;
      try {
        while (pumpAgain) {
          pumpAgain = false;
          sendAnswers();
          sendBlocks();
          for (const source of shares.sources) source.flush();
        }
      } finally {
        // An error of one source is its caller's to hear; it must not stop the others for good.
        pumping = false;
      }
    },
    start() {
      if (blocksWait) {
        cancelStart = after(lane.terms.headStartMs, () => {
          blocksWait = false;
          traffic.pump();
        });
      }
      lane.listen({
        message(bytes) {
          if (!open) return;
          // Before it is read: to read it is what costs.
          if (!budgets.read(bytes)) return cutOff();
          movedAtMs = now();
          const message = decodeMessage(bytes, lane.terms.blockBytes);
          if (message.kind === 'block') handlers.block(message.block);
          else if (message.kind === 'control') handlers.control(message.control);
          else if (message.kind === 'lane-word') handlers.laneWord(message.word);
          else {
            refused++;
            if (message.kind === 'malformed-offer') handlers.malformedOffer(message.offer);
          }
        },
        drain() {
          movedAtMs = now();
          pace.observe(lane.undrainedBytes, handedBytes);
          if (finishing && lane.undrainedBytes === 0) traffic.close();
          else traffic.pump();
        },
        close() {
          if (!open) return;
          end();
          handlers.closed();
        },
      });
    },
    close() {
      if (!open) return;
      end();
      lane.close();
    },
    finish() {
      finishing = true;
      if (lane.undrainedBytes === 0) traffic.close();
    },
  };
  return traffic;
}
