import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Bounds what can be made to wait here by whoever can open the port, which any user of this computer can: so many
 * connections that have not become a page's socket, no more; the oldest makes room for the newest.
 *
 * @returns takes a connection off the count: it has said who it is.
 */
export function boundWaiting(server: Server, most: number): (socket: Duplex) => void {
  const waiting = new Set<Duplex>();
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
    for (const oldest of waiting) {
      if (waiting.size <= most) break;
      waiting.delete(oldest);
      oldest.destroy();
    }
  });
  return (socket) => void waiting.delete(socket);
}
