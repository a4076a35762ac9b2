import * as v from 'valibot';
import { type Port, portWordTextSchema } from '../../shared/bridge.ts';

/** A port over a WebSocket: binary frames are messages, text frames are words about it. */
export interface SocketPort extends Port {
  /** The first frame: what the port is for. Everything posted earlier goes after it. */
  hello(frame: unknown): void;
}

export function createSocketPort(socket: WebSocket): SocketPort {
  socket.binaryType = 'arraybuffer';
  let early: (string | Uint8Array<ArrayBuffer>)[] | null = [];

  function send(frame: string | Uint8Array<ArrayBuffer>): void {
    if (early) early.push(frame);
    else if (socket.readyState === WebSocket.OPEN) socket.send(frame);
  }

  return {
    hello(frame) {
      socket.send(JSON.stringify(frame));
      const waiting = early ?? [];
      early = null;
      for (const each of waiting) send(each);
    },
    post: (message) => send(message instanceof Uint8Array ? message : JSON.stringify(message)),
    listen({ message, close }) {
      socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer) {
          message(new Uint8Array(data));
          return;
        }
        const word = v.safeParse(portWordTextSchema, data);
        if (word.success) message(word.output);
      });
      socket.addEventListener('close', () => close());
    },
    close: () => socket.close(),
  };
}
