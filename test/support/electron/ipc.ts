import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import { codec, encodeCounted } from './clone.ts';
import type { ToMain, ToPage } from './page/isolated-world.ts';
import { PortMain } from './port.ts';
import type { ContextMenuParams, IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebFrameMain } from './surface.ts';

const handlers = new Map<string, (event: IpcMainInvokeEvent, ...given: unknown[]) => unknown>();
const listeners = new EventEmitter();

/** https://www.electronjs.org/docs/latest/api/ipc-main */
export const ipcMain: IpcMain = {
  handle(channel, handler) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
  on: (channel, listener) => listeners.on(channel, listener),
};

/** One document's connection with main. */
export interface DocumentLink {
  send(channel: string, given: unknown[]): void;
  /** The document is gone, and its ports with it. */
  end(): void;
}

/** @param isCurrent whether the frame still shows this document: `senderFrame` is null afterwards. */
export function serveDocument(
  socket: WebSocket,
  frame: WebFrameMain,
  isCurrent: () => boolean,
  onContextMenu: (clicked: ContextMenuParams) => void,
): DocumentLink {
  const ports = new Map<number, PortMain>();
  const say = (message: ToPage): void => socket.send(encodeCounted(message));

  const sender = {
    get senderFrame() {
      return isCurrent() ? frame : null;
    },
  };

  async function invoke(id: number, channel: string, given: unknown[]): Promise<void> {
    try {
      const handler = handlers.get(channel);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      say({ kind: 'answer', id, value: await handler(sender, ...given) });
    } catch (error) {
      // Of an error nothing but its text arrives.
      say({ kind: 'failure', id, message: `Error invoking remote method '${channel}': ${error}` });
    }
  }

  function open(id: number): PortMain {
    const port = new PortMain({
      message: (data) => say({ kind: 'port', port: id, data }),
      close() {
        ports.delete(id);
        say({ kind: 'port-close', port: id });
      },
    });
    ports.set(id, port);
    return port;
  }

  function receive(message: ToMain): void {
    if (message.kind === 'invoke') void invoke(message.id, message.channel, message.given);
    if (message.kind === 'post') {
      const event: IpcMainEvent = Object.assign(Object.create(sender), { ports: message.ports.map(open) });
      listeners.emit(message.channel, event, message.message);
    }
    if (message.kind === 'context-menu') {
      const { isEditable, selectionText } = message;
      const selected = selectionText !== '';
      const editFlags = { canCut: isEditable && selected, canCopy: selected, canPaste: isEditable };
      onContextMenu({ isEditable, selectionText, editFlags });
    }
    if (message.kind === 'port') ports.get(message.port)?.deliver(message.data);
    if (message.kind === 'port-close') {
      ports.get(message.port)?.ended();
      ports.delete(message.port);
    }
  }

  socket.on('message', (data: Buffer) => receive(codec.decode(new Uint8Array(data)) as ToMain));
  socket.on('close', end);

  function end(): void {
    for (const port of ports.values()) port.ended();
    ports.clear();
  }

  return {
    send: (channel, given) => say({ kind: 'event', channel, given }),
    end() {
      end();
      socket.terminate();
    },
  };
}
