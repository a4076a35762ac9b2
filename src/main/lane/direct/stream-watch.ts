import { limits } from '../../../shared/protocol/limits.ts';

/** Of one stream, since it began. */
export interface StreamCounts {
  /** Of all packets that came, their heads and acknowledgements included. */
  readonly cameBytes: number;
  readonly packets: number;
  /** Of messages that were read. */
  readonly readBytes: number;
  readonly readMessages: number;
  /** Of messages that were written. */
  readonly sentBytes: number;
  readonly sentMessages: number;
}

/** Between two looks at a stream. */
export const lookMs = 250;
/** A side says so often that it is there. */
export const looksABeat = 4;

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
/**
 * Beside its bytes a kept packet takes some hundred, so that many small ones are too much before their bytes are. Of those that
 * are not kept there is one at most for each message that is read, and one for each so many bytes, and as many acknowledge what is
 * sent: measured were 0.84 of that either way, with up to 5 % lost, of which some went twice.
 */
const keptMostPackets = keptMostBytes / 100;
const packetBytes = 1000;
const acknowledgedTwice = 1.5;
/** Nothing goes, and UDX says all the same that it is there. */
const quietPackets = 10;
/** 3 s, in which three beats should have come, and what is lost is sent again several times. Looks, since a computer may sleep. */
const silentLooks = 12;

/**
 * UDX keeps all that comes before its turn, however much that is: its receive window binds honest senders only. And whoever
 * forges the acknowledgement of what was lost makes a gap that nobody closes. The returned function is told the counts at each
 * look, and says when more is kept than ever makes sense, or when nothing could be read for too long.
 */
export function createStreamWatch(): (counts: StreamCounts) => boolean {
  let last: StreamCounts = {
    cameBytes: 0,
    packets: 0,
    readBytes: 0,
    readMessages: 0,
    sentBytes: 0,
    sentMessages: 0,
  };
  let keptBytes = 0;
  let keptPackets = 0;
  let silent = 0;
  return (counts) => {
    const cameBytes = counts.cameBytes - last.cameBytes - headBytes * (counts.packets - last.packets);
    const readBytes = counts.readBytes - last.readBytes;
    keptBytes = Math.max(0, keptBytes + cameBytes - readTwice * readBytes);
    const packetsRead = counts.readMessages - last.readMessages + readBytes / packetBytes;
    const packetsSent = counts.sentMessages - last.sentMessages + (counts.sentBytes - last.sentBytes) / packetBytes;
    const explained = readTwice * packetsRead + acknowledgedTwice * packetsSent + quietPackets;
    keptPackets = Math.max(0, keptPackets + counts.packets - last.packets - explained);
    // Until it has opened there is another bound.
    silent = readBytes > 0 || counts.readBytes === 0 ? 0 : silent + 1;
    last = counts;
    const oddBytes = keptBytes - Math.min(acknowledgedShare * counts.sentBytes, acknowledgedMostBytes);
    return oddBytes > keptMostBytes || keptPackets > keptMostPackets || silent >= silentLooks;
  };
}
