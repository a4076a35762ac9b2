import type { Link } from '../connect/room.ts';
import type { Bridge } from '../shared/bridge.ts';

/**
 * Carries one link's messages between the data channel and main's port, unread, and reports what has drained into the
 * channel, and which addresses of the peer have answered. Either end's closing closes the other.
 */
export function joinToPort(link: Link, bridge: Bridge): void {
  const port = bridge.openPort({
    kind: 'link',
    linkId: link.id,
    session: link.session,
    key: link.key,
    name: link.name,
    role: link.role,
    capabilities: [...link.capabilities],
    maxMessageBytes: link.maxMessageBytes,
  });
  port.listen({
    message(message) {
      if (message instanceof Uint8Array) link.send(message);
    },
    close: () => link.close(),
  });
  link.listen({
    message: (bytes) => port.post(bytes),
    drain: () => port.post({ drained: link.drainedBytes }),
    close: () => port.close(),
  });
  link.onAnswered((addresses) => port.post({ answered: [...addresses] }));
}
