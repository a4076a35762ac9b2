import { fileOf, newTransfer, offerEntries, offerOf } from '../kit/transfers.ts';
import { becomes } from '../kit/waiting.ts';
import type { Attack } from './attack.ts';

const crowd = { keys: 25, offersEach: 16, most: 128 };

export const offersOfManyKeys: Attack = {
  name: 'offers-of-many-keys',
  tries: '25 keys in turn come, offer 16 transfers each, and go',
  quick: true,
  async run(scene) {
    const victim = await scene.engine({ accept: 'ask' });
    for (let key = 0; key < crowd.keys; key++) {
      const lane = victim.lane();
      const transfers = Array.from({ length: crowd.offersEach }, () => offerEntries(lane.talk, [fileOf('a.txt')]));
      const isRefused = (transfer: string): boolean =>
        lane.talk.heard.all.some((each) => each.type === 'ended' && each.transfer === transfer);
      await becomes(async () => {
        const shown = new Set((await victim.list()).map(({ id }) => id));
        return transfers.every((transfer) => shown.has(transfer) || isRefused(transfer));
      }, 5000);
      lane.close();
    }
    const waiting = (await victim.list()).filter(({ state }) => state === 'offered').length;
    return { held: waiting <= crowd.most, figure: `${waiting} offers wait for an answer, nobody is there` };
  },
};

const patienceMs = 60_000;

export const offersOfTheGone: Attack = {
  name: 'offers-of-the-gone',
  tries: 'somebody offers 16 transfers and leaves with a goodbye',
  quick: false,
  async run(scene) {
    const broker = await scene.broker();
    const { app, page, room } = await scene.victim(broker);
    const { talk, leave } = await scene.link(room, broker);
    for (let index = 0; index < crowd.offersEach; index++) {
      const transfer = newTransfer();
      talk.say(offerOf(transfer, [fileOf(`${index}.txt`)]));
      await talk.hears('want-manifest', transfer);
      talk.say({ type: 'manifest', transfer, page: 0, entries: [fileOf(`${index}.txt`)] });
    }
    const buttons = () => page.getByRole('button', { name: /^Accept/ }).count();
    await becomes(async () => (await buttons()) > 0, 10_000);
    const before = await buttons();
    leave();
    await app.event('peer', ({ state }) => state === 'closed');
    const goneMs = performance.now();
    const emptied = await becomes(async () => (await buttons()) === 0, patienceMs);
    const seconds = ((performance.now() - goneMs) / 1000).toFixed(0);
    return {
      held: emptied,
      figure: `${before} Accept buttons, ${await buttons()} are left ${seconds} s after the goodbye`,
    };
  },
};
