import { once } from 'node:events';
import { WebSocket } from 'ws';
import { linkPurpose } from './link-purpose.ts';

/** A page of the browser host that has opened its bridge and one link, and from then on does not read what it is told. */
export async function openSilentPage(address: string): Promise<void> {
  const { origin, hash } = new URL(address);
  const given = await fetch(`${origin}/session`, { method: 'POST', body: hash.slice(1) });
  const secret = await given.text();
  const connect = async (path: string): Promise<WebSocket> => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, ['roomdrop', secret], { origin });
    await once(socket, 'open');
    return socket;
  };
  const bridge = await connect('/bridge');
  bridge.send(JSON.stringify({ id: 1, call: 'attach', input: { takeOver: false } }));
  await once(bridge, 'message');
  const purpose = linkPurpose({ session: 'B'.repeat(22), key: 'C'.repeat(43), name: 'Bo' });
  const port = await connect('/port');
  port.send(JSON.stringify({ purpose }));
  for (const socket of [bridge, port]) {
    // The app ends without having been answered.
    socket.on('error', () => undefined);
    socket.pause();
  }
}
