import { messageClass } from '../../shared/protocol/block.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { decodeStrandFrame, encodeStrandFrame, strandClass } from '../../shared/protocol/strand-frames.ts';
import type { Channel } from '../channel.ts';
import type { LinkControl } from '../link-control.ts';
import { createIncomingBlocks, type IncomingChannel } from './incoming-blocks.ts';
import { chargeOf, createOutgoingBlocks, firstWay, type Way } from './outgoing-blocks.ts';
import type { StrandParts } from './strand.ts';
import { createStrandCare, type StrandCare } from './strand-care.ts';
import { createStrands, type Strands } from './strands.ts';
import { createTellingTaken } from './telling-taken.ts';

/** The blocks of one link, both ways, spread over its first channel and its strands, and in order at both ends. */
export interface Spread {
  /** Bytes of blocks handed to channels since the link began, each once. */
  readonly drainedBytes: number;
  send(block: Uint8Array<ArrayBuffer>): void;
  /** Hands the next block to the first channel and says how many bytes it has; 0 when none may go that way. */
  nextBlock(): number;
  /** A binary message of the first channel: `heard` is done with, `foreign` is none of this. */
  hear(bytes: Uint8Array<ArrayBuffer>): 'heard' | 'foreign' | 'malformed';
  /** What waits is not wanted any more. */
  drop(): void;
  close(): void;
}

export interface SpreadOptions {
  readonly channel: Pick<Channel, 'send' | 'bufferedBytes'>;
  readonly control: LinkControl;
  /** Null where the peer does not know strands: there are none then, and all blocks go by the first channel. */
  readonly parts: StrandParts | null;
  /** The shortest round trip that was seen on the link. */
  roundTripMs(): number | null;
  /** A round trip takes long enough for strands. */
  isFar(): boolean;
  /** There may be room in the first channel's buffer for what waits. */
  fillFirst(): void;
  onHanded(): void;
  /** A block that came, in order. */
  onBlock(block: Uint8Array<ArrayBuffer>): void;
  /** The peer breaks the rules on a strand. */
  onOffence(how: 'flooded' | 'malformed'): void;
}

/** With so many, the first channel is left to what is not to wait behind a block. */
const enoughStrands = limits.strands / 2;

/**
 * What the first channel may have under way where a round trip takes long. A burst that doubles with every round trip ends
 * in the loss of hundreds of packets, and Chromium sends those again one in a round trip: control would wait for them all.
 */
const firstWindowBytes = 256 * 1024;

export function createSpread(options: SpreadOptions): Spread {
  const { channel, parts } = options;
  const outgoing = createOutgoingBlocks(parts !== null);
  const incoming = createIncomingBlocks(handOn);
  const first = incoming.join(0);
  let drainedBytes = 0;
  let moves = 0;

  const telling =
    parts &&
    createTellingTaken({
      clock: parts.room.world.clock,
      withinMs: parts.room.timings.strandTakenMs,
      tell: () => channel.send(encodeStrandFrame(strandClass.taken, incoming.count)),
    });

  function handOn(block: Uint8Array<ArrayBuffer>): void {
    telling?.took(chargeOf(block));
    options.onBlock(block);
  }

  function handBlock(way: Way, by: Pick<Channel, 'send'>): number {
    const taken = outgoing.take(way);
    if (!taken) return 0;
    const { block, number, again } = taken;
    if (number !== null) by.send(encodeStrandFrame(strandClass.number, number));
    by.send(block);
    moves++;
    if (!again) drainedBytes += block.length;
    return block.length;
  }

  function firstMayTake(): boolean {
    // What is to go again may have no other way, and all else that is out may wait for it there.
    if (!strands || outgoing.again) return true;
    if (strands.able >= enoughStrands) return false;
    return !options.isFar() || outgoing.outBytes(firstWay) < firstWindowBytes;
  }

  function hearFrom(by: IncomingChannel, bytes: Uint8Array<ArrayBuffer>): boolean {
    moves++;
    if (bytes[0] === messageClass.block) return by.block(bytes);
    const number = bytes[0] === strandClass.number ? decodeStrandFrame(bytes) : null;
    return number !== null && by.number(number);
  }

  function hearTaken(bytes: Uint8Array): boolean {
    const count = decodeStrandFrame(bytes);
    if (count === null || !outgoing.taken(count)) return false;
    onRoom();
    return true;
  }

  function onRoom(): void {
    options.fillFirst();
    strands?.fill();
    if (outgoing.waiting) care?.wake();
  }

  const strands: Strands | null =
    parts &&
    createStrands({
      parts,
      control: options.control,
      outgoing,
      join: () => incoming.join(null),
      hear: (bytes, by) => hearFrom(by, bytes),
      handBlock,
      onOpening: () => care?.wake(),
      onRoom,
      onHanded: options.onHanded,
      onOffence: options.onOffence,
    });

  const care: StrandCare | null =
    parts &&
    strands &&
    createStrandCare({
      clock: parts.room.world.clock,
      timings: parts.room.timings,
      strands,
      outgoing,
      roundTripMs: options.roundTripMs,
      drainedBytes: () => drainedBytes,
      firstBufferedBytes: () => channel.bufferedBytes,
      moves: () => moves,
    });

  return {
    get drainedBytes() {
      return drainedBytes;
    },
    send(block) {
      outgoing.push(block);
      onRoom();
    },
    nextBlock: () => (firstMayTake() ? handBlock(firstWay, channel) : 0),
    hear(bytes) {
      const kind = bytes[0];
      if (kind === messageClass.block) return hearFrom(first, bytes) ? 'heard' : 'malformed';
      if (!parts || (kind !== strandClass.number && kind !== strandClass.taken)) return 'foreign';
      const isSound = kind === strandClass.number ? hearFrom(first, bytes) : hearTaken(bytes);
      return isSound ? 'heard' : 'malformed';
    },
    drop: outgoing.dropWaiting,
    close() {
      care?.stop();
      strands?.close();
      telling?.stop();
      outgoing.clear();
      incoming.clear();
    },
  };
}
