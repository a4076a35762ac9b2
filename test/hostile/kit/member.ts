import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { type Keys, makeKeys, sessionOf } from './keys.ts';
import { type Message, parseMessage, textOf } from './messages.ts';
import {
  createPacketReader,
  encodeConnect,
  encodeNumber,
  encodePacket,
  encodePublish,
  encodeText,
  packet,
  readPublish,
} from './mqtt.ts';
import { newId, type Room, seal, unseal } from './room.ts';
import { createInbox, type Inbox } from './waiting.ts';

export interface Heard {
  readonly from: string;
  readonly message: Message;
  readonly atMs: number;
}

/** Somebody with the code at a broker: hears everything, and says whatever they like under any key. */
export interface Member {
  readonly room: Room;
  readonly keys: Keys;
  readonly session: string;
  readonly heard: Inbox<Heard>;
  /** Every payload it has said, in order. */
  readonly said: readonly Buffer[];
  /** Seals a message with the version and an id of its own. */
  say(body: Message, keys?: Keys): void;
  publish(payload: Uint8Array): void;
  /** Closes the connection without a word. */
  leave(): void;
}

export async function joinRoom(room: Room, url: string, keys: Keys = makeKeys()): Promise<Member> {
  const session = sessionOf(keys);
  const heard = createInbox<Heard>();
  const said: Buffer[] = [];
  const socket = new WebSocket(url, 'mqtt');
  let granted = (): void => undefined;
  const standing = new Promise<void>((done, fail) => {
    granted = done;
    socket.once('error', fail);
  });
  const read = createPacketReader((type, flags, body) => {
    if (type === packet.connack) {
      const topic = Buffer.concat([encodeNumber(1), encodeText(room.topic), Buffer.from([1])]);
      socket.send(encodePacket(packet.subscribe, 2, topic));
    } else if (type === packet.suback) granted();
    else if (type === packet.publish) {
      const publish = readPublish(flags, body);
      if (publish.qos > 0) socket.send(encodePacket(packet.puback, 0, encodeNumber(publish.id)));
      const opened = unseal(room, publish.payload);
      const message = opened && parseMessage(opened.json);
      if (message && opened.session !== session) heard.put({ from: opened.session, message, atMs: performance.now() });
    }
  });
  socket.on('message', (data) => {
    if (Buffer.isBuffer(data)) read(data);
  });
  socket.once('open', () => socket.send(encodeConnect(`rd${randomBytes(10).toString('hex')}`)));
  await standing;

  function publish(payload: Uint8Array): void {
    socket.send(encodePublish(room.topic, payload, 1, 1));
  }

  return {
    room,
    keys,
    session,
    heard,
    said,
    say(body, by = keys) {
      const payload = seal(room, by, JSON.stringify({ v: 1, id: newId(), ...body }));
      said.push(payload);
      publish(payload);
    },
    publish,
    leave: () => socket.terminate(),
  };
}

const againMs = 1500;

/** Proves to be alive, as the protocol wants it; gives the session of the first member that did the same. */
export async function present(member: Member, name = 'Mallory', keys: Keys = member.keys): Promise<string> {
  const session = sessionOf(keys);
  const nonces = new Set<unknown>();
  const announce = (): void => {
    const nonce = newId();
    nonces.add(nonce);
    member.say({ type: 'announce', nonce, name }, keys);
  };
  announce();
  // Whoever comes to the broker later has not heard it.
  const again = setInterval(announce, againMs);
  try {
    const challenge = await member.heard.need(
      'a challenge',
      ({ message }) => message.type === 'challenge' && message.to === session && nonces.has(message.echo),
    );
    member.say({ type: 'response', to: challenge.from, echo: textOf(challenge.message, 'nonce'), name }, keys);
    return challenge.from;
  } finally {
    clearInterval(again);
  }
}
