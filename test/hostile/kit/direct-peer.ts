import type { Duplex } from 'node:stream';
import type { CoreLink } from '../victims/core.ts';
import type { Datagrams } from './datagrams.ts';
import { type Candidate, type LanePart, laneWord, partOf, probeKeysOf, type WordEnds } from './lane-words.ts';
import { isMessage, type Message, numberOf, textOf } from './messages.ts';
import { makeProbe, type ProbeContext, type ProbeType, readProbe, transactionOf } from './probes.ts';
import { newId } from './room.ts';
import { connectUdx, host, type NativeSocket, type NativeStream, type NoiseKeys, NoiseStream, openUdx } from './udx.ts';
import { becomes } from './waiting.ts';

/** What somebody with a link says to be tried at these addresses. */
export function offerOn(link: CoreLink, part: LanePart, attempt = newId(), keys = link.keys): Message {
  return laneWord(endsOf(link, attempt), part, keys);
}

export function endsOf({ id, keys, victim }: CoreLink, attempt: string): WordEnds {
  return { link: id, attempt, role: 'offerer', own: keys.publicKey.toString('base64url'), peer: victim.key };
}

/** Null when there is none. */
export function answerTo({ talk }: CoreLink, attempt: string, withinMs = 5000): Promise<Message | null> {
  return talk.heard.take((each) => each.type === 'lane-answer' && each.attempt === attempt, withinMs);
}

/** Why an attempt is over, as the victim says; null when it does not say so in time. */
export async function overOf({ talk }: CoreLink, attempt: string, withinMs: number): Promise<string | null> {
  const over = await talk.heard.take((each) => each.type === 'lane-over' && each.attempt === attempt, withinMs);
  return over ? textOf(over, 'why') : null;
}

/** Where the victim's socket can be reached at an address, by its word. */
export function portOf(word: Message, address = host): number {
  const candidates = Array.isArray(word.candidates) ? word.candidates : [];
  const own = candidates.find((each: unknown) => isMessage(each) && each.address === address);
  return isMessage(own) ? numberOf(own, 'port') : 0;
}

/** An attempt that the victim has answered: the attacker has the code, a link, and all that is true. */
export interface Attempt {
  readonly id: string;
  readonly port: number;
  readonly answer: Message;
  /** One more true one; or with a MAC that is made from something else. */
  probe(type: ProbeType, number: number, key?: Uint8Array): Buffer;
  /** What a probe of the victim's waits for; null for what is none. */
  reply(bytes: Uint8Array): Buffer | null;
}

export async function attempt(
  link: CoreLink,
  candidates: readonly Candidate[],
  given: Partial<LanePart> = {},
): Promise<Attempt> {
  const part = partOf(candidates, given);
  const offer = offerOn(link, part);
  link.talk.say(offer);
  const id = textOf(offer, 'attempt');
  const answer = await answerTo(link, id);
  if (!answer) throw new Error('a true offer was not answered');
  const { offerer } = probeKeysOf(id, part.secret, textOf(answer, 'secret'));
  const context: ProbeContext = { link: link.id, offererNoise: part.noise, answererNoise: textOf(answer, 'noise') };
  return {
    id,
    port: portOf(answer),
    answer,
    probe: (type, number, key = offerer) =>
      makeProbe({ type, attempt: id, transaction: transactionOf(number) }, key, context),
    reply(bytes) {
      const asked = readProbe(bytes);
      return asked?.type === 'probe' ? makeProbe({ ...asked, type: 'answer' }, offerer, context) : null;
    },
  };
}

/** Answers to this very probe that come there within a while. */
export async function answersTo(probe: Buffer, { heard }: Pick<Datagrams, 'heard'>, withinMs: number): Promise<number> {
  const count = (): number =>
    heard.filter((bytes) => {
      const read = readProbe(bytes);
      return read?.type === 'answer' && read.transaction.equals(probe.subarray(21, 33));
    }).length;
  await becomes(() => count() > 0, withinMs);
  return count();
}

/** The checks of an attempt have led to a stream between the two sockets, on which nobody has said anything. */
export interface OpenWay extends Attempt {
  readonly link: CoreLink;
  readonly noise: NoiseKeys;
  readonly socket: NativeSocket;
  readonly stream: NativeStream;
  close(): Promise<void>;
}

/** Makes a lane of it by the keys that were signed; it says every second that it is there, unless it is to be silent. */
export function speakTrue({ stream, noise, answer }: OpenWay, { silent = false } = {}): Duplex {
  const remotePublicKey = Buffer.from(textOf(answer, 'noise'), 'base64url');
  const sealed = new NoiseStream(true, stream, { pattern: 'IK', keyPair: noise, remotePublicKey });
  sealed.on('error', () => undefined);
  const beat = (): void => void sealed.write(Buffer.alloc(0));
  beat();
  if (silent) return sealed;
  const beating = setInterval(beat, 1000);
  sealed.once('close', () => clearInterval(beating));
  return sealed;
}

export async function openWay(link: CoreLink): Promise<OpenWay> {
  const socket = openUdx();
  const heard: Uint8Array[] = [];
  socket.on('message', (bytes) => heard.push(Uint8Array.from(bytes)));
  const noise = NoiseStream.keyPair();
  const part = { noise: Buffer.from(noise.publicKey).toString('base64url'), stream: 4_000_000_001 };
  const made = await attempt(link, [{ kind: 'host', address: host, port: socket.address().port }], part);
  const use = made.probe('use', 0);
  socket.trySend(use, made.port, host);
  if ((await answersTo(use, { heard }, 5000)) === 0) throw new Error('a true use was not answered');
  // It is asked on and on whether this side is there.
  socket.on('message', (bytes) => {
    const reply = made.reply(bytes);
    if (reply) socket.trySend(reply, made.port, host);
  });
  const stream = connectUdx(socket, part.stream, numberOf(made.answer, 'stream'), made.port);
  return {
    ...{ ...made, link, noise, socket, stream },
    async close() {
      stream.destroy();
      await socket.close();
    },
  };
}
