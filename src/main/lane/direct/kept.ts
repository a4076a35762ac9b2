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

/**
 * UDX keeps all that comes before its turn, however much that is: its receive window binds honest senders only. The
 * returned function takes the counts from time to time, and says whether more is kept than ever makes sense.
 */
export function createKeptWatch(): (counts: StreamCounts) => boolean {
  let last: StreamCounts = { cameBytes: 0, packets: 0, readBytes: 0 };
  let keptBytes = 0;
  return (counts) => {
    const cameBytes = counts.cameBytes - last.cameBytes - headBytes * (counts.packets - last.packets);
    keptBytes = Math.max(0, keptBytes + cameBytes - readTwice * (counts.readBytes - last.readBytes));
    last = counts;
    return keptBytes > keptMostBytes;
  };
}
