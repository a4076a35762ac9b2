import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import type { Channels, PortHandOver, PreloadApi } from '../shared/preload-api.ts';

/**
 * The one door between the page and main. Sandboxed: this becomes a single file that requires only electron, so it
 * imports nothing but types; what passes is checked at both ends.
 */
const callChannel: Channels['call'] = 'roomdrop:call';
const eventChannel: Channels['event'] = 'roomdrop:event';
const portChannel: Channels['port'] = 'roomdrop:port';
const pathsChannel: Channels['paths'] = 'roomdrop:paths';

const preloadApi: PreloadApi<File> = {
  call: (name, input) => ipcRenderer.invoke(callChannel, name, input),
  onEvent(listener) {
    const handle = (_event: IpcRendererEvent, name: string, data: unknown): void => listener(name, data);
    ipcRenderer.on(eventChannel, handle);
    return () => {
      ipcRenderer.off(eventChannel, handle);
    };
  },
  // Empty for a File that the page made itself: main refuses it, and the page cannot name a path of its own.
  sourceFromFiles: (files) =>
    ipcRenderer.invoke(
      pathsChannel,
      files.map((file) => webUtils.getPathForFile(file)),
    ),
};

contextBridge.exposeInMainWorld('roomdropBridge', preloadApi);

// A MessagePort does not cross contextBridge, so the page posts it to its own window.
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports;
  if (event.source !== window || event.origin !== window.location.origin || !port || !isHandOver(event.data)) return;
  ipcRenderer.postMessage(portChannel, event.data.purpose, [port]);
});

function isHandOver(data: unknown): data is PortHandOver {
  return (
    typeof data === 'object' && data !== null && 'roomdrop' in data && data.roomdrop === 'port' && 'purpose' in data
  );
}
