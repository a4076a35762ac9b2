import { networkInterfaces } from 'node:os';
import { type Datagrams, openDatagrams } from '../kit/datagrams.ts';
import { answerTo, offerOn, overOf } from '../kit/direct-peer.ts';
import { type Candidate, partOf } from '../kit/lane-words.ts';
import { textOf } from '../kit/messages.ts';
import { newId } from '../kit/room.ts';
import { watch } from '../kit/waiting.ts';
import type { Attack } from './attack.ts';

const perAttempt = 64;

const named = (at: readonly { address: string; port: number }[]): Candidate[] =>
  at.map(({ address, port }) => ({ kind: 'host', address, port }));

const total = (at: readonly Datagrams[]): number => at.reduce((sum, { heard }) => sum + heard.length, 0);

export const foreignCandidates: Attack = {
  name: 'foreign-candidates',
  tries: 'somebody linked names 1,000 addresses, foreign ones, other loopback ones, and the same attempt twice',
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const victim = await scene.core();
    const open = async (address: string): Promise<Datagrams> => {
      const socket = await openDatagrams(address);
      scene.atEnd(socket.close);
      return socket;
    };
    // Its own address that has answered is 127.0.0.1; nobody at these has.
    const foreign = await Promise.all(Array.from({ length: 14 }, (_, index) => open(`127.0.0.${index + 2}`)));
    const own = await open('127.0.0.1');
    const ports = await Promise.all(Array.from({ length: 11 }, () => open('127.0.0.1')));

    // A thousand, of which one would be good.
    const many = victim.link();
    many.talk.say(
      offerOn(
        many,
        partOf(
          named([
            own,
            ...Array.from({ length: 999 }, () => foreign)
              .flat()
              .slice(0, 999),
          ]),
        ),
      ),
    );
    const thousand = await many.talk.heard.take(({ type }) => String(type).startsWith('lane-'), 1000);

    // Foreign ones in every spelling, so that the good ones go last; then the same attempt again.
    const link = victim.link();
    const spelled = foreign.map(({ address, port }, index) => ({
      address: index % 2 === 0 ? address : `::ffff:${address}`,
      port,
    }));
    const id = newId();
    const offer = offerOn(link, partOf(named([...spelled, own])), id);
    link.talk.say(offer);
    const answered = (await answerTo(link, id)) !== null;
    await watch(1000);
    link.talk.say(offer);
    link.talk.say(offer);
    await overOf(link, id, 10_000);
    await watch(200);

    // More ports of its own than are to be tried.
    const eight = victim.link();
    const wide = offerOn(eight, partOf(named(ports)));
    eight.talk.say(wide);
    await overOf(eight, textOf(wide, 'attempt'), 10_000);
    const tried = ports.filter(({ heard }) => heard.length > 0).length;

    const figure = [
      `${total(foreign)} datagrams to foreign addresses`,
      `${own.heard.length} in 3 attempts of one id`,
      `${total(ports)} to ${tried} of ${ports.length} ports`,
      `1,000 candidates: ${thousand ? 'answered' : 'silence'}`,
    ];
    return {
      held:
        total(foreign) === 0 &&
        thousand === null &&
        answered &&
        own.heard.length <= 3 * perAttempt &&
        total(ports) <= perAttempt &&
        tried <= 8,
      figure: figure.join('; '),
    };
  },
};

export const loopbackCandidates: Attack = {
  name: 'loopback-candidates',
  tries: 'somebody linked over a network names loopback addresses, and ports below 1024',
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && !each.internal)?.address;
    // Without a network any address will do: nobody is there.
    const answered = outside ?? '192.0.2.1';
    const victim = await scene.core();
    const loopbacks = await Promise.all(['127.0.0.1', '::1', '127.0.0.9'].map((address) => openDatagrams(address)));
    for (const { close } of loopbacks) scene.atEnd(close);
    const link = victim.link({ answered: [answered] });
    const spellings = [...loopbacks, ...loopbacks.slice(0, 1).map(({ port }) => ({ address: '::ffff:7f00:1', port }))];
    const anywhere = loopbacks
      .slice(0, 1)
      .flatMap(({ port }) => ['0.0.0.0', '::'].map((address) => ({ address, port })));
    const offer = offerOn(link, partOf(named([...spellings, ...anywhere])));
    link.talk.say(offer);
    const answer = await answerTo(link, textOf(offer, 'attempt'));
    const told = JSON.stringify(answer?.candidates ?? []);
    const why = await overOf(link, textOf(offer, 'attempt'), 10_000);

    // One such port costs the whole word.
    const low = victim.link({ answered: [answered] });
    low.talk.say(offerOn(low, partOf(named([{ address: answered, port: 631 }]))));
    const word = await low.talk.heard.take(({ type }) => String(type).startsWith('lane-'), 1000);
    const namesLoopback = told.includes('"127.') || told.includes('"::1"');
    return {
      held: total(loopbacks) === 0 && answer !== null && why === 'no-path' && word === null && !namesLoopback,
      figure: `${total(loopbacks)} datagrams to loopback; ended by ${why}; port 631: ${word ? 'answered' : 'silence'}`,
    };
  },
};
