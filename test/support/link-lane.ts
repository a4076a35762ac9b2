import type { Link } from '../../src/connect/link.ts';
import type { Lane } from '../../src/main/lane/lane.ts';
import { channelTerms } from '../../src/main/lane/port-lane.ts';

export interface LinkLane extends Lane {
  /** Ends it as a page does that is gone from one moment to the next: the link is told nothing. */
  end(): void;
}

/** A link is a lane where no page stands between them. `onEnd` is told once it carries nothing more. */
export function laneOf(link: Link, onEnd: () => void = () => undefined): LinkLane {
  let handedBytes = 0;
  let tellClosed = (): void => undefined;

  function end(): void {
    onEnd();
    tellClosed();
  }

  return {
    terms: channelTerms,
    maxMessageBytes: link.maxMessageBytes,
    get undrainedBytes() {
      return handedBytes - link.drainedBytes;
    },
    send(message) {
      handedBytes += message.byteLength;
      link.send(message);
    },
    listen({ message, drain, close }) {
      tellClosed = close;
      link.listen({ message, drain, close: end });
    },
    close() {
      onEnd();
      link.close();
    },
    end,
  };
}
