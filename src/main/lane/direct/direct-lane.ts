import { messageClass } from '../../../shared/protocol/block.ts';
import type { Lane, LaneHandlers } from '../lane.ts';
import { directTerms } from './direct-terms.ts';
import type { LaneWorld } from './lane-world.ts';
import type { SealedStream } from './sealed-stream.ts';

/** How long what was sent before a close may take. */
const endWithinMs = 2000;

/**
 * The lane between two mains: a sealed stream. What waits does so here, where control overtakes blocks; the stream gets
 * as much as UDX takes at once.
 *
 * @param stream opened
 */
export function createDirectLane(stream: SealedStream, after: LaneWorld['after']): Lane {
  const controls: Uint8Array<ArrayBuffer>[] = [];
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  let undrainedBytes = 0;
  /** Given to the stream while it takes no more. */
  let heldBytes = 0;
  let closed = false;

  function pump(): void {
    while (heldBytes === 0) {
      const message = controls.shift() ?? blocks.shift();
      if (!message) return;
      if (stream.write(message)) undrainedBytes -= message.byteLength;
      else heldBytes = message.byteLength;
    }
  }

  return {
    terms: directTerms,
    maxMessageBytes: directTerms.blockBytes,
    get undrainedBytes() {
      return undrainedBytes;
    },
    send(message) {
      if (closed) return;
      undrainedBytes += message.byteLength;
      (message[0] === messageClass.block ? blocks : controls).push(message);
      pump();
    },
    listen(handlers: LaneHandlers) {
      stream.listen({
        message(message) {
          if (!closed) handlers.message(message);
        },
        drained() {
          undrainedBytes -= heldBytes;
          heldBytes = 0;
          pump();
          if (!closed) handlers.drain();
        },
        closed() {
          if (closed) return;
          closed = true;
          handlers.close();
        },
      });
    },
    close() {
      if (closed) return;
      closed = true;
      stream.end();
      void stream.closed.then(after(endWithinMs, () => stream.destroy()));
    },
  };
}
