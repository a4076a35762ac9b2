import * as v from 'valibot';
import type { RawData, WebSocket } from 'ws';
import { type Port, portWordTextSchema } from '../../../shared/bridge.ts';

/** A port over a WebSocket: binary frames are messages, text frames are words about it. */
export function createWebSocketPort(socket: WebSocket): Port {
  return {
    post(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (message instanceof Uint8Array) socket.send(message);
      else socket.send(JSON.stringify(message));
    },
    listen({ message, close }) {
      socket.on('message', (data: RawData, isBinary: boolean) => {
        if (!(data instanceof Buffer)) return;
        // ws hands out a view of its own receive buffer only when a message came in one read; either way it is ours now.
        if (isBinary) return message(data as Uint8Array<ArrayBuffer>);
        const word = v.safeParse(portWordTextSchema, data.toString());
        if (word.success) message(word.output);
      });
      socket.on('close', close);
      if (socket.readyState === socket.CLOSED) close();
    },
    close: () => socket.close(),
  };
}
