import { randomBytes } from 'node:crypto';
import type { Client } from '../kit/broker.ts';
import { encodePublish, encodeText, remainingLength } from '../kit/mqtt.ts';
import { becomes, watch } from '../kit/waiting.ts';
import type { Scene } from '../scene.ts';
import { watchMemory, watchPageMemory } from '../victims/app.ts';
import type { Attack, Outcome } from './attack.ts';

const MiB = 1024 * 1024;
const mostGrownMiB = 64;

/** What main's memory and a page's do while a broker fills the first connection that it gets, or all of them. */
async function fillPage(scene: Scene, fill: (client: Client) => Promise<void>): Promise<Outcome> {
  const clients: Client[] = [];
  const broker = await scene.broker({ subscribed: (client) => void clients.push(client) });
  const app = await scene.app('--broker', broker.url);
  const browser = await scene.plainPage(app);
  if (!(await becomes(() => clients.length > 0, 60_000))) throw new Error('nobody came to the broker');
  await watch(1000);
  const memories = [await watchMemory(app.pid, 'main'), await watchPageMemory(browser.pid)];
  const [first] = clients;
  if (first) await fill(first);
  await watch(1000);
  const grown = await Promise.all(memories.map((memory) => memory()));
  const ended = first && first.socket.readyState !== first.socket.OPEN ? 'connection ended' : 'connection stands';
  return {
    held: grown.every(({ grownMiB }) => grownMiB < mostGrownMiB),
    figure: `${grown.map(({ figure }) => figure).join(', ')}; ${ended}`,
  };
}

/** Sends in pieces, no faster than they are taken; stops when the other side has ended it. */
async function pour({ socket }: Client, pieces: Iterable<Buffer>): Promise<void> {
  for (const piece of pieces) {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(piece);
    if (!(await becomes(() => socket.bufferedAmount < 4 * MiB || socket.readyState !== socket.OPEN, 10_000))) return;
  }
}

export const unreleased: Attack = {
  name: 'unreleased-qos2',
  tries: 'a broker sends 200 MiB of messages at QoS 2 that it never releases',
  quick: false,
  linuxOnly: true,
  run: (scene) =>
    fillPage(scene, (client) =>
      pour(
        client,
        (function* () {
          const payload = randomBytes(60_000);
          for (let id = 1; id <= (200 * MiB) / payload.length; id++) yield encodePublish(client.topic, payload, 2, id);
        })(),
      ),
    ),
};

export const endlessPacket: Attack = {
  name: 'endless-packet',
  tries: 'a broker begins a packet of 256 MiB, sends 150 MiB of it, and never ends it',
  quick: false,
  linuxOnly: true,
  run: (scene) =>
    fillPage(scene, (client) =>
      pour(
        client,
        (function* () {
          const topic = encodeText(client.topic);
          yield Buffer.concat([Buffer.from([0x30, ...remainingLength(256 * MiB - 1)]), topic]);
          const piece = randomBytes(64 * 1024);
          for (let sent = 0; sent < 150 * MiB; sent += piece.length) yield piece;
        })(),
      ),
    ),
};

const hangUp = { watchMs: 20_000, mostDials: 12 };

export const grantAndHangUp: Attack = {
  name: 'grant-and-hang-up',
  tries: 'a broker grants the subscription and ends the connection, each time',
  quick: false,
  async run(scene) {
    const broker = await scene.broker({ subscribed: ({ socket }) => socket.close() });
    const app = await scene.app('--broker', broker.url);
    await scene.page(app);
    if (!(await becomes(() => broker.dialledMs.length > 0, 60_000))) throw new Error('nobody came to the broker');
    await watch(hangUp.watchMs);
    const dials = broker.dialledMs.length;
    return { held: dials <= hangUp.mostDials, figure: `dialled ${dials} times in ${hangUp.watchMs / 1000} s` };
  },
};
