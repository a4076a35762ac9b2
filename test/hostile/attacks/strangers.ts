import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { openDatagrams } from '../kit/datagrams.ts';
import { answersTo, attempt, type OpenWay, openWay, overOf, speakTrue } from '../kit/direct-peer.ts';
import { probeKeysOf } from '../kit/lane-words.ts';
import { textOf } from '../kit/messages.ts';
import { NoiseStream } from '../kit/udx.ts';
import { becomes, watch } from '../kit/waiting.ts';
import type { CoreVictim } from '../victims/core.ts';
import type { Attack } from './attack.ts';

/** Speaks on a way that the checks have found. */
type Speaks = (way: OpenWay, victimKey: Buffer) => Duplex;

function writes(bytes: Uint8Array): Speaks {
  return ({ stream }) => {
    stream.write(bytes);
    return stream;
  };
}

const strangers: readonly [string, Speaks][] = [
  [
    'another static key',
    ({ stream }, remotePublicKey) =>
      new NoiseStream(true, stream, { pattern: 'IK', keyPair: NoiseStream.keyPair(), remotePublicKey }),
  ],
  [
    'a first message for another key',
    ({ stream, noise }) =>
      new NoiseStream(true, stream, {
        pattern: 'IK',
        keyPair: noise,
        remotePublicKey: NoiseStream.keyPair().publicKey,
      }),
  ],
  ['the pattern XX', ({ stream, noise }) => new NoiseStream(true, stream, { pattern: 'XX', keyPair: noise })],
  ['the responder’s part', ({ stream, noise }) => new NoiseStream(false, stream, { pattern: 'IK', keyPair: noise })],
  ['no Noise at all', writes(randomBytes(4000))],
  // Three bytes of length say 16 MiB, which nobody is to wait for.
  ['a frame of 16 MiB', writes(Buffer.alloc(4000, 255))],
  ['nothing', ({ stream }) => stream],
];

/** Whether a lane came of it. */
async function comesUp(victim: CoreVictim, speaks: Speaks, withinMs: number) {
  const way = await openWay(victim.link());
  const spoken = speaks(way, Buffer.from(textOf(way.answer, 'noise'), 'base64url'));
  spoken.on('error', () => undefined);
  spoken.resume();
  const up = await becomes(async () => (await victim.lanes(way.link.key)).includes('direct'), withinMs);
  return { up, way };
}

export const laneStrangers: Attack = {
  name: 'lane-strangers',
  tries: `${strangers.length} ways to speak UDX and Noise on a way that was found, without the key that was signed`,
  quick: true,
  async run(scene) {
    const victim = await scene.core();
    const honest = await comesUp(victim, (way) => speakTrue(way), 10_000);
    scene.atEnd(honest.way.close);
    if (!honest.up) throw new Error('true keys make no lane');
    const results = await Promise.all(
      strangers.map(async ([what, speaks]) => {
        const { up, way } = await comesUp(victim, speaks, 4000);
        scene.atEnd(way.close);
        // No lane, and the victim gives the attempt up.
        const why = await overOf(way.link, way.id, 5000);
        return { what, good: !up && why === 'no-path' };
      }),
    );
    const fell = results.filter(({ good }) => !good).map(({ what }) => what);
    const stands = (await victim.lanes(honest.way.link.key)).includes('direct');
    const figure = `${results.length - fell.length} of ${results.length} got none; ${stands ? 'a true lane beside them stands' : 'a true lane fell'}`;
    return { held: fell.length === 0 && stands, figure: [figure, ...fell].join('; ') };
  },
};

export const wrongSecret: Attack = {
  name: 'wrong-secret',
  tries: 'somebody linked, with the signed key, makes 100 probes and uses from another secret than was signed',
  quick: true,
  async run(scene) {
    const victim = await scene.core();
    const link = victim.link();
    const own = await openDatagrams();
    scene.atEnd(own.close);
    const { id, port, answer, probe } = await attempt(link, [{ kind: 'host', address: own.address, port: own.port }]);
    const wrong = probeKeysOf(id, randomBytes(32).toString('base64url'), textOf(answer, 'secret')).offerer;
    let answers = 0;
    for (let number = 0; number < 100; number++) {
      const forged = probe(number % 2 === 0 ? 'probe' : 'use', number, wrong);
      own.send(forged, port);
      if (number % 10 === 9) answers += await answersTo(forged, own, 50);
    }
    await watch(200);
    const lanes = await victim.lanes(link.key);
    // The numbers that were forged are still good for true ones.
    const honest = probe('probe', 0);
    own.send(honest, port);
    const good = await answersTo(honest, own, 5000);
    return {
      held: answers === 0 && good === 1 && !lanes.includes('direct'),
      figure: `${answers} answers to 100 forged, ${good} to a true one after them`,
    };
  },
};
