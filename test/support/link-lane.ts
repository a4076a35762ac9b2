import type { Link } from '../../src/connect/link.ts';
import type { Lane } from '../../src/main/lane/lane.ts';
import { channelTerms } from '../../src/main/lane/port-lane.ts';

/** A link is a lane where no page stands between them. */
export function laneOf(link: Link, terms = channelTerms): Lane {
  let handedBytes = 0;
  return {
    terms,
    maxMessageBytes: link.maxMessageBytes,
    get undrainedBytes() {
      return handedBytes - link.drainedBytes;
    },
    send(message) {
      handedBytes += message.byteLength;
      link.send(message);
    },
    listen: (handlers) => link.listen(handlers),
    close: () => link.close(),
  };
}
