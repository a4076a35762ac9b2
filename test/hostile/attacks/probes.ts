import { randomBytes } from 'node:crypto';
import { openDatagrams } from '../kit/datagrams.ts';
import { answersTo, attempt, overOf, portOf } from '../kit/direct-peer.ts';
import { sendFile } from '../kit/files.ts';
import { startGenerator } from '../kit/generator.ts';
import { textOf } from '../kit/messages.ts';
import { makeProbe, type ProbeType, readProbe, transactionOf } from '../kit/probes.ts';
import { becomes, watch } from '../kit/waiting.ts';
import type { Scene } from '../scene.ts';
import type { CorePair } from '../victims/core.ts';
import type { Attack } from './attack.ts';

const perSecond = 10_000;
const transactionAt = 21;
const MiB = 1024 * 1024;

/** Of an attempt that was overheard, by somebody who has not its secrets. */
function forgeriesOf(id: string): string[] {
  const types: ProbeType[] = ['probe', 'use', 'answer'];
  return types.map((type) => {
    const context = { link: 'guessed', offererNoise: '', answererNoise: '' };
    const forged = makeProbe({ type, attempt: id, transaction: transactionOf(0) }, randomBytes(32), context);
    return forged.toString('base64');
  });
}

/** Two honest ones with a lane; the attempt that it came of and the receiver's port have been overheard. */
async function overheardPair(scene: Scene) {
  const pair = await scene.pair();
  if (!(await pair.direct())) throw new Error('no lane came up');
  const answer = pair.fromReceiver.heard.all.findLast(({ type }) => type === 'lane-answer') ?? {};
  return { pair, port: portOf(answer), datagrams: forgeriesOf(textOf(answer, 'attempt')) };
}

function lanesLost({ fromSender, fromReceiver }: CorePair): number {
  return [fromSender, fromReceiver].flatMap(({ heard }) => heard.all.filter(({ why }) => why === 'lost')).length;
}

export const forgedProbes: Attack = {
  name: 'forged-probes',
  tries: `${perSecond} probes a second without the secrets, from another address and from the right one, beside a lane and its transfer`,
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const { pair, port, datagrams } = await overheardPair(scene);
    const aimed = { datagrams, port, to: '127.0.0.1', countAt: transactionAt, perSecond: perSecond / 2 };
    const generators = await Promise.all(['127.0.0.2', '127.0.0.1'].map((from) => startGenerator({ ...aimed, from })));
    const sending = await sendFile(pair, 48);
    const whole = await sending.whole();
    await watch(1000);
    const generated = await Promise.all(generators.map((generator) => generator.stop()));
    const sent = generated.reduce((sum, each) => sum + each.sent, 0);
    const answers = generated.reduce((sum, each) => sum + each.answers, 0);
    const rate = generated.reduce((sum, each) => sum + each.perSecond, 0);
    return {
      held: answers === 0 && whole?.same === true && sent > 0,
      figure: `${answers} answers to ${sent} (${rate}/s); ${lanesLost(pair)} lanes lost; ${whole?.same ? 'all arrived' : 'not all arrived'}`,
    };
  },
};

export const forgedWhileChecking: Attack = {
  name: 'forged-while-checking',
  tries: `${perSecond} probes a second with a wrong MAC, from an address that has answered, while a way is looked for`,
  quick: true,
  async run(scene) {
    const victim = await scene.core();
    const link = victim.link();
    const named = await openDatagrams();
    scene.atEnd(named.close);
    const { id, port } = await attempt(link, [{ kind: 'host', address: named.address, port: named.port }]);
    const aimed = { datagrams: forgeriesOf(id), port, from: '127.0.0.1', to: '127.0.0.1', countAt: transactionAt };
    const generator = await startGenerator({ ...aimed, perSecond });
    // The victim's patience ends.
    const why = await overOf(link, id, 15_000);
    const { sent, answers } = await generator.stop();
    const lanes = await victim.lanes(link.key);
    return {
      held: answers === 0 && why === 'no-path' && named.heard.length <= 64 && !lanes.includes('direct'),
      figure: `${answers} answers to ${sent}; ${named.heard.length} probes where the peer said; then ${why}`,
    };
  },
};

export const replayedProbes: Attack = {
  name: 'replayed-probes',
  tries: 'true probes and a true use, each played again 500 times, from where they came and from elsewhere',
  quick: true,
  async run(scene) {
    const victim = await scene.core();
    const link = victim.link();
    const [own, other] = [await openDatagrams(), await openDatagrams()];
    scene.atEnd(own.close);
    scene.atEnd(other.close);
    const { port, probe } = await attempt(link, [{ kind: 'host', address: own.address, port: own.port }]);
    const counts: string[] = [];
    let held = true;
    for (const [number, type] of (['probe', 'use'] as const).entries()) {
      const once = probe(type, number);
      own.send(once, port);
      await answersTo(once, own, 5000);
      for (let again = 0; again < 500; again++) {
        own.send(once, port);
        other.send(once, port);
        if (again % 50 === 0) await watch(5);
      }
      await watch(500);
      const [answers, elsewhere] = [await answersTo(once, own, 0), await answersTo(once, other, 0)];
      if (answers !== 1 || elsewhere !== 0) held = false;
      counts.push(`${type}: ${answers} answer, ${elsewhere} elsewhere`);
    }
    // The first use was obeyed: another one from elsewhere moves nothing.
    const late = probe('use', 2);
    other.send(late, port);
    await watch(300);
    const moved = await answersTo(late, other, 0);
    return {
      held: held && moved === 0,
      figure: `${counts.join('; ')}; ${moved} answers to a later use from elsewhere`,
    };
  },
};

const trueProbes = 20_000;

export const trueProbeFlood: Attack = {
  name: 'true-probe-flood',
  tries: `${trueProbes} true probes, each with a number of its own, from 20 ports of an address that has answered`,
  quick: true,
  async run(scene) {
    const victim = await scene.core();
    const link = victim.link();
    const sockets = await Promise.all(Array.from({ length: 20 }, () => openDatagrams()));
    for (const { close } of sockets) scene.atEnd(close);
    const named = sockets.slice(0, 1).map(({ address, port }) => ({ kind: 'host', address, port }));
    const { id, port, probe } = await attempt(link, named);
    const startMs = performance.now();
    for (let number = 0; number < trueProbes; number++) {
      sockets[number % sockets.length]?.send(probe('probe', number), port);
      if (number % 50 === 49) await watch(1);
    }
    await overOf(link, id, 10_000);
    const seconds = (performance.now() - startMs) / 1000;
    const heard = sockets.flatMap((socket) => socket.heard.map((bytes) => readProbe(bytes)?.type));
    const answers = heard.filter((type) => type === 'answer').length;
    const probes = heard.length - answers;
    const probed = sockets.filter((socket) => socket.heard.some((bytes) => readProbe(bytes)?.type === 'probe')).length;
    return {
      held: answers > 0 && answers <= 128 + 20 * Math.ceil(seconds) && probes <= 64 && probed <= 1 + 8,
      figure: `${answers} answers in ${seconds.toFixed(1)} s; ${probes} probes to ${probed} of 20 ports, one of which was named`,
    };
  },
};

const transfers = 6;
const transferMiB = 192;
/** Long enough to be measured, short enough that a busy computer is as busy in all of them. */
const turnMs = 300;
const transferMostMs = 20_000;

export const besideForgedProbes: Attack = {
  name: 'beside-forged-probes',
  tries: `${transfers} transfers of ${transferMiB} MiB beside ${perSecond} forged probes a second, by turns to the receiver and elsewhere`,
  quick: false,
  linuxOnly: true,
  async run(scene) {
    const { pair, port, datagrams } = await overheardPair(scene);
    const elsewhere = await openDatagrams();
    scene.atEnd(elsewhere.close);
    const generating = { datagrams, to: '127.0.0.1', port: null, countAt: transactionAt, perSecond };
    const foreign = await startGenerator({ ...generating, from: '127.0.0.2' });
    const right = await startGenerator({ ...generating, from: '127.0.0.1' });
    const turns = [
      { foreign: elsewhere.port, right: null, bytes: 0, ms: 0 },
      { foreign: port, right: null, bytes: 0, ms: 0 },
      { foreign: null, right: port, bytes: 0, ms: 0 },
    ];
    let same = true;
    for (let transfer = 0; transfer < transfers; transfer++) {
      const sending = await sendFile(pair, transferMiB);
      await becomes(async () => (await sending.arrived()) > 0, 10_000);
      for (let index = transfer; ; index++) {
        const turn = turns[index % turns.length];
        if (!turn) break;
        foreign.aim(turn.foreign);
        right.aim(turn.right);
        const startMs = performance.now();
        const before = await sending.arrived();
        await watch(turnMs);
        const bytes = await sending.arrived();
        // One in which it came to its end was shorter than it seems.
        if (bytes >= transferMiB * MiB || startMs - sending.startMs > transferMostMs) break;
        turn.bytes += bytes - before;
        turn.ms += performance.now() - startMs;
      }
      same &&= (await sending.whole())?.same === true;
    }
    await Promise.all([foreign.stop(), right.stop()]);
    const [usual = 0, ...beside] = turns.map(({ bytes, ms }) => bytes / MiB / (ms / 1000));
    const shares = beside.map((speed) => `${speed.toFixed(0)} (${((100 * speed) / usual).toFixed(0)} %)`);
    return {
      held: same,
      figure: `${usual.toFixed(0)} MiB/s; from another address ${shares[0]}, from the right one ${shares[1]}; ${lanesLost(pair)} lanes lost`,
    };
  },
};
