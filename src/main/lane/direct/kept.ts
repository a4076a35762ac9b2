import { limits } from '../../../shared/protocol/limits.ts';

/** Of one stream, since it began. */
export interface StreamCounts {
  /** Of all packets that came, their heads and acknowledgements included. */
  readonly cameBytes: number;
  readonly packets: number;
  /** Of messages that were read. */
  readonly readBytes: number;
  /** Of messages that were written. */
  readonly sentBytes: number;
}

/** A head has 20 bytes, and acknowledges ten ranges in 80 more. */
const headBytes = 100;
/**
 * Where much is lost over a long way, nearly each packet of ours is acknowledged by itself, with up to 50 ranges: measured were
 * 0.18 bytes beyond such heads for each byte sent, at 2 % and 150 ms. They look as if they were kept, so they are allowed for,
 * up to a bound.
 */
const acknowledgedShare = 0.35;
const acknowledgedMostBytes = 256 * 1024 * 1024;
/** Packets that come twice are not kept: so much of what is read may have. */
const readTwice = 1.1;
/** An honest peer has no more of a transfer on the way, and UDX sends 4 MiB beyond what is acknowledged. */
const keptMostBytes = limits.directWindowBytes;
/** More than what belongs to a message that is not whole yet. */
const gapBytes = 2 * limits.directBlockBytes;
/** What is lost is sent again, several times in such a while. */
const gapMs = 3000;

/**
 * UDX keeps all that comes before its turn, however much that is: its receive window binds honest senders only. And whoever
 * forges an acknowledgement of what was lost makes a gap that nobody closes. The returned function takes the counts from time
 * to time, and says when there is more than ever makes sense, or something for so long that nothing will come of it.
 */
export function createKeptWatch(): (counts: StreamCounts, nowMs: number) => boolean {
  let last: StreamCounts = { cameBytes: 0, packets: 0, readBytes: 0, sentBytes: 0 };
  let keptBytes = 0;
  /** When nothing waited behind a gap, or something was read. */
  let wellAtMs: number | null = null;
  return (counts, nowMs) => {
    const cameBytes = counts.cameBytes - last.cameBytes - headBytes * (counts.packets - last.packets);
    const readBytes = counts.readBytes - last.readBytes;
    keptBytes = Math.max(0, keptBytes + cameBytes - readTwice * readBytes);
    const oddBytes = keptBytes - Math.min(acknowledgedShare * counts.sentBytes, acknowledgedMostBytes);
    if (wellAtMs === null || oddBytes <= gapBytes || readBytes > 0) wellAtMs = nowMs;
    last = counts;
    return oddBytes > keptMostBytes || nowMs - wellAtMs >= gapMs;
  };
}
