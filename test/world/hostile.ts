import { joinRoom, type Link, type Room } from '../../src/connect/room.ts';
import { linkTranscriptBytes } from '../../src/shared/protocol/hello-proof.ts';
import type { Computer, Payload } from './broker.ts';
import { createWorldCryptography, makeIdentity } from './cryptography.ts';
import type { RoomSurroundings } from './room-surroundings.ts';
import { createPower } from './timeline.ts';

/** Somebody who has the code, and means harm: replays, forges, and says what means nothing. */
export interface Hostile {
  readonly key: string;
  readonly name: string;
  attack(by: 'signals' | 'link'): void;
  /** Goes for good. */
  close(): Promise<void>;
}

export interface HostileOptions extends RoomSurroundings {
  /** Of each thing that was said. */
  onSaid(): void;
}

const address = '10.0.0.66';
const name = 'Mallory';
const attackMs = 20_000;
/** Few enough that others still have a place. */
const sessions = 2;
const remembered = 50;

export function createHostile(options: HostileOptions): Hostile {
  const { timeline, chance, brokers, topic } = options;
  const { key } = makeIdentity(chance);
  const cryptography = createWorldCryptography(chance, options.signatures);
  const sealings = Array.from({ length: sessions }, () => cryptography.createSealing(topic, new Uint8Array(32)));
  const power = createPower(timeline);
  let room: Room | null = null;

  function repeat(untilMs: number, everyMs: number, act: () => void): void {
    power.after(chance.below(2 * everyMs), () => {
      act();
      if (timeline.now() < untilMs) repeat(untilMs, everyMs, act);
    });
  }

  function pick<T>(list: readonly T[]): T | undefined {
    return list[chance.below(list.length)];
  }

  async function signal(): Promise<void> {
    const broker = pick(brokers);
    const heard = pick(pick(brokers)?.heard ?? []);
    if (!broker || !heard) return;
    options.onSaid();
    if (chance.below(3) === 0) return broker.publish(heard);
    if (chance.below(8) === 0) return broker.publish(chance.bytes(512));
    const sealing = await pick(sealings);
    const opened = await sealing?.open(heard);
    if (!sealing || !opened || typeof opened === 'string') return;
    broker.publish(await forged(sealing, opened));
  }

  /** What somebody has said, under a session of one's own: to whoever said it, perhaps as something else. */
  async function forged(
    sealing: { seal(json: string): Promise<Payload> },
    { session, json }: { session: string; json: string },
  ): Promise<Payload> {
    const said: Record<string, unknown> = { ...JSON.parse(json), id: cryptography.randomId() };
    const types = ['announce', 'challenge', 'response', 'refuse', 'offer', 'candidates', 'retry', 'bye', 'gone'];
    const type = chance.below(2) === 0 ? said.type : pick(types);
    const forgery = { ...said, echo: said.nonce, reason: 'room-full', at: pick(brokers)?.id, type, to: session };
    return sealing.seal(JSON.stringify(chance.below(4) === 0 ? spoiled(forgery) : forgery));
  }

  /** One field is not what it was. */
  function spoiled(message: Record<string, unknown>): Record<string, unknown> {
    const field = pick(Object.keys(message)) ?? 'type';
    return { ...message, [field]: pick([null, -1, 1e15, '', 'x'.repeat(300), [], {}, 0.5, true]) };
  }

  function join(): void {
    const computer: Computer = {
      get isOn() {
        return power.isOn;
      },
      isAway: false,
      moves: 0,
    };
    room ??= joinRoom({
      topic,
      sealingKey: new Uint8Array(32),
      name,
      carriers: brokers.map((broker) => broker.from(computer)),
      iceServers: [{ urls: 'stun:stun.example' }],
      world: {
        platform: options.ether.platform(address, power),
        clock: power,
        cryptography: createWorldCryptography(chance.fork(), options.signatures),
        wallMs: () => 1_700_000_000_000 + timeline.now(),
        random: chance.next,
      },
      sign: async (transcript) => ({ key, signature: options.signatures.sign(key, linkTranscriptBytes(transcript)) }),
      onNetwork: () => undefined,
      onLink: (link) => power.isOn && talk(link),
    });
  }

  function talk(link: Link): void {
    const heard: Uint8Array[] = [];
    let isOpen = true;
    link.listen({
      message(bytes) {
        heard.push(bytes);
        if (heard.length > remembered) heard.shift();
      },
      drain: () => undefined,
      close: () => {
        isOpen = false;
      },
    });
    repeat(timeline.now() + attackMs, 200, () => {
      if (!isOpen) return;
      options.onSaid();
      link.send(nonsense(pick(heard)));
    });
  }

  /** What one has heard on a link: again, with a bit turned, with a field that is something else; or nothing of all that. */
  function nonsense(heard: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
    const copy = heard.slice();
    const way = chance.below(4);
    if (way === 0 && copy.length > 0) return copy;
    if (way === 1 && copy.length > 0) {
      const at = chance.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8));
      return copy;
    }
    if (way === 2 && copy[0] === 0) {
      const message = JSON.parse(Buffer.from(copy.subarray(1)).toString());
      return Uint8Array.from(Buffer.from(`\0${JSON.stringify(spoiled(message))}`));
    }
    const made = chance.bytes(1 + chance.below(200));
    made[0] = chance.below(3);
    return made;
  }

  return {
    key,
    name,
    attack(by) {
      if (by === 'signals') repeat(timeline.now() + attackMs, 200, () => void signal());
      else join();
    },
    async close() {
      await room?.leave();
      power.cut();
    },
  };
}
