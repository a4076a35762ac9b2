import { randomBytes, randomInt } from 'node:crypto';
import { type Datagrams, openDatagrams } from '../kit/datagrams.ts';
import { openWay, overOf, portOf, speakTrue } from '../kit/direct-peer.ts';
import { sendFile } from '../kit/files.ts';
import { numberOf } from '../kit/messages.ts';
import { host, packetOf, udxFlags } from '../kit/udx.ts';
import { becomes, watch } from '../kit/waiting.ts';
import type { Scene } from '../scene.ts';
import { watchMemory } from '../victims/app.ts';
import type { CorePair } from '../victims/core.ts';
import type { Attack } from './attack.ts';

/** What was overheard of a lane: where each end is, and by which number. */
interface Overheard {
  readonly port: number;
  readonly stream: number;
}

/** Of the attempt that was answered last. */
function overhear({ fromSender, fromReceiver }: CorePair): Overheard[] {
  const answer = fromReceiver.heard.all.findLast(({ type }) => type === 'lane-answer');
  const offer = fromSender.heard.all.find(({ type, attempt }) => type === 'lane-offer' && attempt === answer?.attempt);
  return [offer, answer].flatMap((word) => (word ? { port: portOf(word), stream: numberOf(word, 'stream') } : []));
}

const anyNumber = (): number => randomInt(2 ** 32 - 1);

/** One packet of each kind and many that make no sense, for somebody's stream. */
function forgeries(stream: number): Buffer[] {
  const { data, end, acknowledgements, message, destroy, heartbeat } = udxFlags;
  const body = randomBytes(1000);
  const near = Array.from({ length: 400 }, (_, index) => packetOf({ stream, flags: data, sequence: index * 50, body }));
  const wild = Array.from({ length: 400 }, () =>
    packetOf({
      ...{ stream, flags: randomInt(64) & ~destroy, sequence: anyNumber(), expected: anyNumber() },
      ...{ windowBytes: anyNumber(), dataAt: randomInt(256), body: randomBytes(randomInt(1200)) },
    }),
  );
  return [
    packetOf({ stream, flags: heartbeat }),
    packetOf({ stream, flags: message, body }),
    packetOf({ stream, flags: acknowledgements, body: Buffer.alloc(800, 255) }),
    packetOf({ stream, flags: acknowledgements, expected: 5, windowBytes: 0 }),
    ...wild,
    ...near,
    packetOf({ stream, flags: end, sequence: 2 ** 31 - 1 }),
  ];
}

const guessesMost = 4000;
const forgedTimes = 4;

export const forgedStreams: Attack = {
  name: 'forged-streams',
  tries: `data, ends and nonsense for ${guessesMost} guessed streams, then for the overheard ones of ${forgedTimes} lanes, beside a transfer`,
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const pair = await scene.pair();
    if (!(await pair.direct())) throw new Error('no lane came up');
    const forger = await openDatagrams('127.0.0.2');
    scene.atEnd(forger.close);
    const ports = overhear(pair).map(({ port }) => port);
    for (let guess = 0; guess < guessesMost; guess++) {
      const flags = guess % 2 === 0 ? udxFlags.data : udxFlags.destroy;
      for (const port of ports) forger.send(packetOf({ stream: anyNumber(), flags, body: randomBytes(100) }), port);
      if (guess % 200 === 0) await watch(2);
    }
    const stands = await pair.direct(0);
    const sending = await sendFile(pair, 96);
    let forged = 0;
    let lost = 0;
    const ending = sending.whole(60_000).then((whole) => {
      over = true;
      return whole;
    });
    let over = false;
    while (!over && lost < forgedTimes) {
      if (!(await pair.direct(5000))) continue;
      await becomes(async () => over || (await sending.arrived()) > 0, 5000);
      for (const { port, stream } of overhear(pair)) forged += await forge(forger, port, forgeries(stream));
      for (const { port, stream } of overhear(pair))
        forger.send(packetOf({ stream, flags: udxFlags.destroy, sequence: 2 ** 31 - 2 }), port);
      if (await becomes(async () => over || !(await pair.direct(0)), 1000)) lost++;
    }
    const whole = await ending;
    const dead = [pair.sender, pair.receiver].some((victim) => victim.dead);
    return {
      held: stands && whole?.same === true && !dead && forger.heard.length === 0,
      figure: `${whole?.same ? 'all arrived' : 'not all arrived'}; ${forged} forged, ${lost} lanes lost, ${forger.heard.length} answers; by guesses ${stands ? 'none' : 'one'}`,
    };
  },
};

async function forge(forger: Datagrams, port: number, packets: readonly Buffer[]): Promise<number> {
  for (const [index, packet] of packets.entries()) {
    forger.send(packet, port);
    if (index % 50 === 0) await watch(1);
  }
  return packets.length;
}

/** A lane of somebody linked, who then sends so much of what comes after a packet that never does. */
async function gap(scene: Scene, mebibytes: number, silent: boolean) {
  const victim = await scene.core();
  const way = await openWay(victim.link());
  scene.atEnd(way.close);
  speakTrue(way, { silent }).resume();
  const isUp = async (): Promise<boolean> => (await victim.lanes(way.link.key)).includes('direct');
  if (!(await becomes(isUp, 10_000))) throw new Error('no lane came up');
  const memory = await watchMemory(victim.pid, 'main');
  const stream = numberOf(way.answer, 'stream');
  const body = randomBytes(1300);
  const packets = Math.ceil((mebibytes * 1024 * 1024) / body.length);
  for (let sequence = 1000; sequence < 1000 + packets; sequence++) {
    way.socket.trySend(packetOf({ stream, flags: udxFlags.data, sequence, body }), way.port, host);
    if (sequence % 100 === 0) await watch(0);
  }
  return { way, memory, victim };
}

const endlessMiB = 400;

export const endlessGap: Attack = {
  name: 'endless-gap',
  tries: `${endlessMiB} MiB of a lane’s stream in which one packet never comes, by somebody linked`,
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const { way, memory, victim } = await gap(scene, endlessMiB, false);
    const { figure, grownMiB } = await memory();
    const why = await overOf(way.link, way.id, 0);
    return { held: grownMiB < 150 && !victim.dead, figure: `${figure}; the lane is over: ${why}` };
  },
};

export const silentLane: Attack = {
  name: 'silent-lane',
  tries:
    'a lane whose pair answers, and on whose stream nothing can be read: 2 MiB wait behind a packet that never comes',
  quick: true,
  async run(scene) {
    const { way } = await gap(scene, 2, true);
    const startMs = performance.now();
    const why = await overOf(way.link, way.id, 10_000);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    return { held: why === 'lost', figure: `the lane is ${why ?? 'there'} after ${seconds} s` };
  },
};
