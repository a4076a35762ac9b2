import type { Port } from '../../../shared/bridge.ts';
import { parsePortMessage } from '../../../shared/preload-api.ts';

/** What is used of Electron's `MessagePortMain`. */
export interface MainPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** A port the page made, as the rest of main knows it. What is no message of ours ends it. */
export function wrapPort(port: MainPort): Port {
  return {
    // No transfer list: it takes ports only, buffers are cloned.
    post: (message) => port.postMessage(message),
    listen(handlers) {
      let open = true;
      port.on('message', ({ data }) => {
        const message = parsePortMessage(data);
        if (message) return handlers.message(message);
        port.close();
        end();
      });
      port.on('close', end);
      port.start();

      function end(): void {
        if (!open) return;
        open = false;
        handlers.close();
      }
    },
    close: () => port.close(),
  };
}
