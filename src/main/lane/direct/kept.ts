import { limits } from '../../../shared/protocol/limits.ts';

/** Of one stream, since it began. */
export interface StreamCounts {
  /** Of all packets that came, their heads and acknowledgements included. */
  readonly cameBytes: number;
  readonly packets: number;
  /** Of messages that were read. */
  readonly readBytes: number;
}

/** A head has 20 bytes; what else a packet acknowledges is put at this. */
const headBytes = 100;
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
  let last: StreamCounts = { cameBytes: 0, packets: 0, readBytes: 0 };
  let keptBytes = 0;
  /** When nothing waited behind a gap, or something was read. */
  let wellAtMs: number | null = null;
  return (counts, nowMs) => {
    const cameBytes = counts.cameBytes - last.cameBytes - headBytes * (counts.packets - last.packets);
    const readBytes = counts.readBytes - last.readBytes;
    keptBytes = Math.max(0, keptBytes + cameBytes - readTwice * readBytes);
    if (wellAtMs === null || keptBytes <= gapBytes || readBytes > 0) wellAtMs = nowMs;
    last = counts;
    return keptBytes > keptMostBytes || nowMs - wellAtMs >= gapMs;
  };
}
