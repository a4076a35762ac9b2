import { brokerAt } from '../../../src/connect/mqtt/broker.ts';
import { joinRoom, type Link } from '../../../src/connect/room.ts';
import { createPageWorld } from '../../../src/renderer/page-world.ts';
import { toBase64url } from '../../../src/shared/base64url.ts';
import { linkTranscriptBytes } from '../../../src/shared/protocol/hello-proof.ts';
import { type Amount, startMeter } from '../amount.ts';

/** The app's link code alone: a source and a sink in the pages, no port, no files. */
const messageBytes = 64 * 1024;
/** What main keeps on the way at most: handed to the link and not yet drained. */
const undrainedBytes = 4 * 1024 * 1024;

let ready: Promise<Link> = Promise.reject(new Error('not joined'));
ready.catch(() => undefined);
let onMessage: (message: Uint8Array) => void = () => undefined;
let onDrain: () => void = () => undefined;

/** Joins a room and waits for the one peer in it. */
export async function joinAs(name: string, broker: string, topic: string): Promise<void> {
  const keys = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
  ready = new Promise((done) => {
    joinRoom({
      world: createPageWorld(),
      topic,
      sealingKey: new Uint8Array(32).fill(7),
      name,
      carriers: [brokerAt(broker)],
      iceServers: [],
      async sign(transcript) {
        const signature = await crypto.subtle.sign(
          'Ed25519',
          keys.privateKey,
          Uint8Array.from(linkTranscriptBytes(transcript)),
        );
        return { key: toBase64url(raw), signature: toBase64url(new Uint8Array(signature)) };
      },
      onNetwork: () => undefined,
      onLink(link) {
        link.listen({
          message: (message) => onMessage(message),
          drain: () => onDrain(),
          close: () => undefined,
        });
        done(link);
      },
    });
  });
  await ready;
}

/** The rate at which it came, bytes a second. */
export async function linkTake(amount: Amount): Promise<number> {
  return new Promise((done) => {
    const took = startMeter(amount, done);
    onMessage = (message) => took(message.byteLength);
  });
}

/** Begins to feed the link, which goes on as long as the page lives. */
export async function linkGive(): Promise<void> {
  const link = await ready;
  let sent = link.drainedBytes;
  onDrain = () => {
    while (sent - link.drainedBytes < undrainedBytes) {
      const message = new Uint8Array(messageBytes);
      message[0] = 1;
      sent += messageBytes;
      link.send(message);
    }
  };
  onDrain();
}
