import type { Port } from '../../shared/bridge.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Lane, LaneHandlers, LaneTerms } from './lane.ts';

/** The data channel's. */
export const channelTerms: LaneTerms = {
  kind: 'channel',
  preference: 0,
  blockBytes: limits.linkMessageBytes,
  blockMs: 100,
  // The page reports what has drained, and is not always quick to.
  undrainedMs: 125,
  leastUndrainedBytes: 256 * 1024,
  mostUndrainedBytes: 4 * 1024 * 1024,
  headStartMs: 0,
  windowBytes: limits.windowLargestBytes,
  pagesAhead: limits.pagesAhead,
};

/** The same where a direct lane is about to be made, which takes a fifth of a second from the link on between two homes. */
export const channelBeforeDirectTerms: LaneTerms = { ...channelTerms, headStartMs: 300 };

/**
 * The lane through the page: a port on this side, a data channel on the other. What the port was handed and the page has
 * not yet reported as drained is on the way.
 *
 * @param onAnswered the page's word on the link behind it, at each change: see `PortWord`
 */
export function createPortLane(
  port: Port,
  maxMessageBytes: number,
  onAnswered: (addresses: readonly string[]) => void,
  terms = channelTerms,
): Lane {
  let handedBytes = 0;
  let drainedBytes = 0;
  let closed = false;
  let handlers: LaneHandlers | null = null;
  let early: Uint8Array[] = [];

  port.listen({
    message(message) {
      if (message instanceof Uint8Array) {
        if (handlers) handlers.message(message);
        else early.push(message);
      } else if ('answered' in message) {
        if (!closed) onAnswered(message.answered);
      } else if (message.drained > drainedBytes && message.drained <= handedBytes) {
        drainedBytes = message.drained;
        handlers?.drain();
      }
    },
    close() {
      if (closed) return;
      closed = true;
      handlers?.close();
    },
  });

  return {
    terms,
    maxMessageBytes,
    get undrainedBytes() {
      return handedBytes - drainedBytes;
    },
    send(message) {
      if (closed) return;
      handedBytes += message.byteLength;
      port.post(message);
    },
    listen(given) {
      handlers = given;
      const waiting = early;
      early = [];
      for (const message of waiting) given.message(message);
      if (closed) given.close();
    },
    close() {
      if (closed) return;
      closed = true;
      port.close();
    },
  };
}
