import { openChannel } from '../kit/channel.ts';
import { type Keys, makeKeys } from '../kit/keys.ts';
import type { Member } from '../kit/member.ts';
import { present } from '../kit/member.ts';
import { newId, roomOf } from '../kit/room.ts';
import { watch } from '../kit/waiting.ts';
import { watchMemory, watchPageMemory } from '../victims/app.ts';
import type { Attack } from './attack.ts';

const insider = { keysPerSecond: 12, headStartMs: 5000, honest: 10, againMs: [2000, 5000, 15_000], patienceMs: 25_000 };

/** Announces new keys at a pace until it is told to stop. */
function announceKeys(member: Member, perSecond: number): () => void {
  const timer = setInterval(
    () => member.say({ type: 'announce', nonce: newId(), name: 'Crowd' }, makeKeys()),
    1000 / perSecond,
  );
  return () => clearInterval(timer);
}

export const crowdedOut: Attack = {
  name: 'crowded-out',
  tries: `an insider announces ${insider.keysPerSecond} keys a second while ${insider.honest} honest people come`,
  quick: false,
  async run(scene) {
    const broker = await scene.broker();
    const { room } = await scene.victim(broker);
    const mallory = await scene.member(room, broker);
    const stop = announceKeys(mallory, insider.keysPerSecond);
    scene.atEnd(stop);
    await watch(insider.headStartMs);
    const startMs = performance.now();
    const waits = await Promise.all(
      Array.from({ length: insider.honest }, async () => {
        const member = await scene.member(room, broker);
        const cameMs = performance.now();
        member.say({ type: 'announce', nonce: newId(), name: 'Honest' });
        // The same message again, as the protocol has it for who is alone and hears others.
        const repeats = insider.againMs.map((ms) => setTimeout(() => member.said.forEach(member.publish), ms));
        const answer = await member.heard.take(
          ({ message }) => message.type === 'challenge' && message.to === member.session,
          insider.patienceMs - (cameMs - startMs),
        );
        for (const repeat of repeats) clearTimeout(repeat);
        return answer ? (answer.atMs - cameMs) / 1000 : Number.POSITIVE_INFINITY;
      }),
    );
    stop();
    const unanswered = waits.filter((wait) => wait === Number.POSITIVE_INFINITY).length;
    const worst = Math.max(...waits.filter(Number.isFinite), 0).toFixed(1);
    return {
      held: unanswered === 0,
      figure: `${unanswered} of ${insider.honest} not heard in ${insider.patienceMs / 1000} s; the others after ${worst} s at most`,
    };
  },
};

const forged = 3000;

export const announceFlood: Attack = {
  name: 'announce-flood',
  tries: `${forged} forged newcomers, 40 a second beside an honest one, and the rest at once`,
  quick: false,
  linuxOnly: true,
  async run(scene) {
    const broker = await scene.broker();
    const app = await scene.app('--broker', broker.url);
    const browser = await scene.plainPage(app);
    const room = roomOf((await app.event('room')).code);
    const mallory = await scene.member(room, broker);
    await present(mallory);
    const [main, page] = [await watchMemory(app.pid, 'main'), await watchPageMemory(browser.pid)];
    await watch(10_500);
    const honest = await scene.member(room, broker);
    const startMs = performance.now();
    // The honest one is there before the ten seconds' challenges are used up, as most are.
    const stop = announceKeys(mallory, 40);
    scene.atEnd(stop);
    const peer = await present(honest, 'Honest');
    const channel = await openChannel(honest, peer);
    const linkedMs = performance.now() - startMs;
    scene.atEnd(() => channel?.close());
    stop();
    const keys: Keys[] = Array.from({ length: 30 }, makeKeys);
    const heardBefore = mallory.heard.all.length;
    for (let index = 0; index < forged; index++) {
      mallory.say({ type: 'announce', nonce: newId(), name: 'Crowd' }, keys[index % keys.length]);
    }
    await watch(5000);
    const challenges = mallory.heard.all
      .slice(heardBefore)
      .filter(({ message }) => message.type === 'challenge').length;
    const [mains, pages] = [await main(), await page()];
    return {
      held: channel !== null && challenges <= 64 && mains.grownMiB < 64 && pages.grownMiB < 128,
      figure: `${challenges} challenges; honest channel after ${linkedMs.toFixed(0)} ms; ${mains.figure}, ${pages.figure}`,
    };
  },
};

export const replayedSignals: Attack = {
  name: 'replayed-signals',
  tries: 'every signal of somebody who has left, played again 5 times',
  quick: true,
  async run(scene) {
    const broker = await scene.broker();
    const { app, room } = await scene.victim(broker);
    const ghost = await scene.member(room, broker);
    const session = ghost.session;
    const from = await present(ghost, 'Ghost');
    await app.event('peer', ({ id }) => id === session);
    ghost.say({ type: 'retry', to: from, last: null });
    ghost.say({ type: 'bye' });
    await app.event('peer', ({ id, state }) => id === session && state === 'closed');
    ghost.leave();
    const replayer = await scene.member(room, broker);
    // What was said to the ghost while it went has been heard by then.
    await present(replayer, 'Replayer');
    const changes = (): number => app.events.filter((each) => each.event === 'peer' && each.id === session).length;
    const answers = (): number => replayer.heard.all.filter(({ message }) => message.to === session).length;
    const before = { changes: changes(), answers: answers() };
    for (let time = 0; time < 5; time++) for (const payload of ghost.said) replayer.publish(payload);
    // A newcomer is answered behind all those.
    await present(await scene.member(room, broker), 'Newcomer');
    const more = { changes: changes() - before.changes, answers: answers() - before.answers };
    return {
      held: more.changes === 0 && more.answers === 0,
      figure: `${ghost.said.length * 5} replayed: ${more.changes} changes on the screen, ${more.answers} answers`,
    };
  },
};
