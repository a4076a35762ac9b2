import { randomBytes } from 'node:crypto';
import { openDatagrams } from '../kit/datagrams.ts';
import { answerTo, endsOf, offerOn } from '../kit/direct-peer.ts';
import { makeKeys, smallOrderKeys } from '../kit/keys.ts';
import { type LanePart, laneWord, partOf, type WordEnds } from '../kit/lane-words.ts';
import { type Message, textOf } from '../kit/messages.ts';
import { newId } from '../kit/room.ts';
import { becomes, watch } from '../kit/waiting.ts';
import { watchMemory } from '../victims/app.ts';
import type { CoreLink } from '../victims/core.ts';
import type { Attack } from './attack.ts';

/** What breaks the form of an offer or an answer; `undefined` leaves the field out. */
const broken: [string, Message][] = [
  ['no attempt', { attempt: undefined }],
  ['a short attempt', { attempt: randomBytes(15).toString('base64url') }],
  ['an attempt with padding', { attempt: `${newId()}==` }],
  ['a key of 31 bytes', { noise: randomBytes(31).toString('base64url') }],
  ['a key as a list', { noise: [1, 2, 3] }],
  ['a secret of 4 KiB', { secret: randomBytes(4096).toString('base64url') }],
  ['stream 0', { stream: 0 }],
  ['stream 2^32', { stream: 2 ** 32 }],
  ['half a stream', { stream: 1.5 }],
  ['a stream as text', { stream: '7' }],
  ['candidates null', { candidates: null }],
  ['a host name', { candidates: [{ kind: 'host', address: 'localhost', port: 2000 }] }],
  ['a zone', { candidates: [{ kind: 'host', address: 'fe80::1%lo', port: 2000 }] }],
  ['an address of 60 characters', { candidates: [{ kind: 'host', address: '1'.repeat(60), port: 2000 }] }],
  ['an octal address', { candidates: [{ kind: 'host', address: '0177.0.0.1', port: 2000 }] }],
  ['port 1023', { candidates: [{ kind: 'host', address: '127.0.0.1', port: 1023 }] }],
  ['port 65,536', { candidates: [{ kind: 'host', address: '127.0.0.1', port: 65_536 }] }],
  ['a port as text', { candidates: [{ kind: 'host', address: '127.0.0.1', port: '2000' }] }],
  ['another kind', { candidates: [{ kind: 'relay', address: '127.0.0.1', port: 2000 }] }],
  ['a candidate null', { candidates: [null] }],
  ['no signature', { signature: undefined }],
  ['a signature of 63 bytes', { signature: randomBytes(63).toString('base64url') }],
];

const stranger = makeKeys();
const strangerKey = stranger.publicKey.toString('base64url');

/** What has its form, and was signed for something else or by somebody else. */
const misled: [string, (link: CoreLink, part: LanePart) => Message][] = [
  ['for another link', signedFor({ link: newId() })],
  ['for another attempt', signedFor({ attempt: newId() })],
  ['in the other role', signedFor({ role: 'answerer' })],
  ['to somebody else', signedFor({ peer: strangerKey })],
  ['in another name', signedFor({ own: strangerKey })],
  ['over another key', signedFor({ noise: strangerKey })],
  ['over another secret', signedFor({ secret: randomBytes(32).toString('base64url') })],
  ['over another stream', signedFor({ stream: 5 })],
  ['over other candidates', signedFor({ candidates: [] })],
  ['by another installation', (link, part) => offerOn(link, part, newId(), stranger)],
  [
    'with a Noise key of small order',
    (link, part) => offerOn(link, { ...part, noise: (smallOrderKeys[0] ?? stranger).publicKey.toString('base64url') }),
  ],
];

function signedFor(signed: Partial<WordEnds & LanePart>) {
  return (link: CoreLink, part: LanePart): Message => laneWord(endsOf(link, newId()), part, link.keys, signed);
}

export const brokenLaneWords: Attack = {
  name: 'broken-lane-words',
  tries: `${broken.length} offers and as many answers that break their form, and ${misled.length} signed for something else: silence, and a good one is taken after them`,
  quick: true,
  async run(scene) {
    const victim = await scene.core();
    const own = await openDatagrams();
    scene.atEnd(own.close);
    const part = partOf([{ kind: 'host', address: own.address, port: own.port }]);
    /** Of a word that was answered, or that made a good one after it go wrong. */
    const failures: string[] = [];
    let sent = 0;

    async function tried(what: string, link: CoreLink, word: Message): Promise<void> {
      sent++;
      link.talk.say(word);
      const good = offerOn(link, part);
      link.talk.say(good);
      const answer = await answerTo(link, textOf(good, 'attempt'), 10_000);
      const words = link.talk.heard.all.filter(({ type, attempt: of }) => {
        return String(type).startsWith('lane-') && of !== good.attempt;
      });
      if (!answer || words.length > 0 || link.closed) failures.push(what);
      link.talk.say({ type: 'lane-over', attempt: good.attempt, why: 'declined' });
    }

    await Promise.all([
      ...broken.map(([what, wrong]) => {
        const link = victim.link();
        return tried(what, link, { ...offerOn(link, part), ...wrong });
      }),
      ...misled.map(([what, make]) => {
        const link = victim.link();
        return tried(what, link, make(link, part));
      }),
    ]);

    // The same as an answer to what the victim offers: the attempt waits on, or is given up.
    let offers = 0;
    await Promise.all(
      [...broken, ['by another installation', {}] as const].map(async ([what, wrong]) => {
        const link = victim.link({ role: 'offerer' });
        const offer = await link.talk.heard.take(({ type }) => type === 'lane-offer', 10_000);
        if (!offer) return void failures.push(`no offer to break for ${what}`);
        offers++;
        const ends = { ...endsOf(link, textOf(offer, 'attempt')), role: 'answerer' as const };
        link.talk.say({ ...laneWord(ends, part, stranger), ...wrong });
        await watch(500);
        if ((await victim.lanes(link.key)).includes('direct') || link.closed) failures.push(`answer: ${what}`);
      }),
    );
    const figure = `${sent + offers - failures.length} of ${sent + offers} came to nothing; ${victim.dead ? 'died' : 'alive'}`;
    return {
      held: failures.length === 0 && offers > 0 && !victim.dead,
      figure: [figure, ...failures].join('; '),
    };
  },
};

const words = 20_000;

export const laneWordFlood: Attack = {
  name: 'lane-word-flood',
  tries: `${words} true offers, answers and ends as fast as they go, beside somebody honest`,
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const victim = await scene.core();
    const own = await openDatagrams();
    scene.atEnd(own.close);
    const part = partOf([{ kind: 'host', address: own.address, port: own.port }]);
    const link = victim.link();
    const memory = await watchMemory(victim.pid, 'main');
    // Made before: signing is slower than saying.
    const offers_ = Array.from({ length: 100 }, () => offerOn(link, part));
    const startMs = performance.now();
    for (let said = 0; said < words; said++) {
      const offer = offers_[said % offers_.length] ?? {};
      if (said % 3 === 0) link.talk.say(offer);
      else if (said % 3 === 1) link.talk.say({ ...offer, type: 'lane-answer' });
      else link.talk.say({ type: 'lane-over', attempt: offer.attempt, why: 'lost' });
      if (said % 1000 === 999) await watch(20);
    }
    const honest = victim.link();
    const offer = offerOn(honest, part);
    honest.talk.say(offer);
    const honestMs = performance.now();
    const answer = await answerTo(honest, textOf(offer, 'attempt'), 10_000);
    const answerMs = performance.now() - honestMs;
    honest.talk.say({ type: 'lane-over', attempt: offer.attempt, why: 'declined' });
    await becomes(() => link.closed, 1000);
    const seconds = (performance.now() - startMs) / 1000;
    const answers = link.talk.heard.all.filter(({ type }) => type === 'lane-answer').length;
    const most = 16 + 4 * Math.ceil(seconds);
    const { figure, grownMiB } = await memory();
    return {
      held: answer !== null && answers <= most && own.heard.length <= 51 * Math.ceil(seconds) && grownMiB < 150,
      figure: `${answers} answers in ${seconds.toFixed(1)} s, ${own.heard.length} datagrams, somebody else after ${answerMs.toFixed(0)} ms${link.closed ? ', link ended' : ''}; ${figure}`,
    };
  },
};
