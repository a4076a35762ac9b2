import type { Link } from '../../src/connect/link.ts';
import type { Lane } from '../../src/main/lane/lane.ts';

/** A link is a lane where no page stands between them. `onEnd` is told once it carries nothing more. */
export function laneOf(link: Link, onEnd: () => void = () => undefined): Lane {
  let handedBytes = 0;
  return {
    maxMessageBytes: link.maxMessageBytes,
    get undrainedBytes() {
      return handedBytes - link.drainedBytes;
    },
    send(message) {
      handedBytes += message.byteLength;
      link.send(message);
    },
    listen: ({ message, drain, close }) =>
      link.listen({
        message,
        drain,
        close() {
          onEnd();
          close();
        },
      }),
    close() {
      onEnd();
      link.close();
    },
  };
}
