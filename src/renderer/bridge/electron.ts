import * as v from 'valibot';
import { type Bridge, type Port, sourceSummarySchema } from '../../shared/bridge.ts';
import { answerSchema, type PortHandOver, type PreloadApi, parsePortMessage } from '../../shared/preload-api.ts';
import { ReasonError } from '../../shared/reasons.ts';
import type { PageFiles } from './page-files.ts';
import { parseEvent, parseOutput } from './parse.ts';

declare global {
  interface Window {
    /** Put there by the preload; the browser host has none. */
    readonly roomdropBridge?: PreloadApi<File>;
  }
}

/**
 * The page's end of the bridge in Electron.
 * @param handOver posts a message with a port to the page's own window, where the preload takes it.
 */
export function createElectronBridge(
  preloadApi: PreloadApi<File>,
  handOver: (message: PortHandOver, port: MessagePort) => void = postToOwnWindow,
): Bridge & PageFiles {
  return {
    async call(name, input) {
      return parseOutput(name, unwrap(await preloadApi.call(name, input)));
    },
    on(name, listener) {
      return preloadApi.onEvent((eventName, data) => {
        if (eventName === name) listener(parseEvent(name, data));
      });
    },
    openPort(purpose) {
      const { port1, port2 } = new MessageChannel();
      handOver({ roomdrop: 'port', purpose }, port2);
      return wrapPagePort(port1);
    },
    // Main and page live and die together here; after a crash of the page a new one attaches.
    onConnection: () => () => undefined,
    fromDrop: (data) => fromFiles([...data.files]),
    fromInput: (files) => fromFiles(files),
  };

  async function fromFiles(files: readonly File[]) {
    if (files.length === 0) throw new ReasonError('nothing-to-send');
    return v.parse(sourceSummarySchema, unwrap(await preloadApi.sourceFromFiles(files)));
  }
}

function postToOwnWindow(message: PortHandOver, port: MessagePort): void {
  window.postMessage(message, window.location.origin, [port]);
}

function unwrap(answered: unknown): unknown {
  const answer = v.parse(answerSchema, answered);
  if ('reason' in answer) throw new ReasonError(answer.reason.code, answer.reason.detail);
  return answer.value;
}

function wrapPagePort(port: MessagePort): Port {
  return {
    // Electron clones what a port carries; a transfer list with a buffer would be refused.
    post: (message) => port.postMessage(message),
    listen(handlers) {
      port.addEventListener('message', (event: MessageEvent<unknown>) => {
        const message = parsePortMessage(event.data);
        if (message) handlers.message(message);
      });
      port.addEventListener('close', () => handlers.close());
      port.start();
    },
    close: () => port.close(),
  };
}
