import mqtt from 'mqtt';
import { decodeSignal, type Signal, type SignalBody, type SignalType } from '../../src/shared/protocol/signal.ts';
import { nodeCryptography, randomId } from './connect-cryptography.ts';
import type { TestRoom } from './connect-person.ts';

/** Somebody with the room's code who says whatever they like, and hears everything. */
export interface Outsider {
  readonly session: string;
  readonly heard: readonly { from: string; signal: Signal }[];
  say(body: SignalBody, id?: string): Promise<Buffer>;
  sayJson(message: object | string): Promise<void>;
  sayBytes(payload: Uint8Array): Promise<void>;
  /** The first message of a type, also one that came before. */
  until<T extends SignalType>(type: T, from?: string): Promise<{ from: string; signal: Extract<Signal, { type: T }> }>;
  leave(): Promise<void>;
}

const outsiders = new Set<Outsider>();

export async function comeAsOutsider(room: TestRoom, url: string): Promise<Outsider> {
  const sealing = await nodeCryptography.createSealing(room.topic, room.sealingKey);
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, protocolVersion: 4 });
  const heard: { from: string; signal: Signal }[] = [];
  const waiting = new Set<() => void>();
  let opened: Promise<unknown> = Promise.resolve();
  client.on('message', (_topic, payload) => {
    opened = opened.then(async () => {
      const message = await sealing.open(payload);
      if (typeof message === 'string') return;
      const decoded = decodeSignal(message.json);
      if (decoded.kind !== 'signal') return;
      heard.push({ from: message.session, signal: decoded.signal });
      for (const look of [...waiting]) look();
    });
  });
  await client.subscribeAsync(room.topic, { qos: 1 });

  async function sayBytes(payload: Uint8Array): Promise<void> {
    await client.publishAsync(room.topic, Buffer.from(payload), { qos: 1 });
  }

  const outsider: Outsider = {
    session: sealing.session,
    heard,
    async say(body, id = randomId()) {
      const payload = Buffer.from(await sealing.seal(JSON.stringify({ v: 1, id, ...body })));
      await sayBytes(payload);
      return payload;
    },
    async sayJson(message) {
      await sayBytes(await sealing.seal(typeof message === 'string' ? message : JSON.stringify(message)));
    },
    sayBytes,
    until: (type, from) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`no ${type} came; heard ${JSON.stringify(heard)}`)), 20_000);
        const look = (): void => {
          for (const { from: sender, signal } of heard) {
            if (!isOf(signal, type) || (from ?? sender) !== sender || sender === sealing.session) continue;
            clearTimeout(timer);
            waiting.delete(look);
            done({ from: sender, signal });
            return;
          }
        };
        waiting.add(look);
        look();
      }),
    async leave() {
      outsiders.delete(outsider);
      await client.endAsync(true);
    },
  };
  outsiders.add(outsider);
  return outsider;
}

function isOf<T extends SignalType>(signal: Signal, type: T): signal is Extract<Signal, { type: T }> {
  return signal.type === type;
}

export async function outsidersLeave(): Promise<void> {
  await Promise.all([...outsiders].map((outsider) => outsider.leave()));
}
