import type { HostileLink } from '../kit/link.ts';
import { roomOf } from '../kit/room.ts';
import { fileOf, newTransfer, offerOf } from '../kit/transfers.ts';
import { becomes, watch } from '../kit/waiting.ts';
import { watchMemory, watchPageMemory } from '../victims/app.ts';
import type { Attack } from './attack.ts';

const floodMs = 10_000;
const channelBytes = 1024 * 1024;

/** Says `make()` as fast as the channel drains; the number of messages. */
async function flood({ channel, talk }: HostileLink, make: () => object, ms: number): Promise<number> {
  const endMs = performance.now() + ms;
  let said = 0;
  while (performance.now() < endMs && !channel.closed) {
    for (let burst = 0; burst < 200 && channel.backlogBytes < channelBytes; burst++, said++) {
      talk.sayText(JSON.stringify(make()));
    }
    await watch(5);
  }
  return said;
}

export const queryFlood: Attack = {
  name: 'query-flood',
  tries: 'a member asks for 10 s about transfers that nobody knows, as fast as the channel goes',
  quick: false,
  linuxOnly: true,
  async run(scene) {
    const broker = await scene.broker();
    const app = await scene.app('--broker', broker.url);
    const page = await scene.plainPage(app);
    const mallory = await scene.link(roomOf((await app.event('room')).code), broker);
    const memories = [await watchMemory(app.pid, 'main'), await watchPageMemory(page.pid)];
    let worstMs = 0;
    let flooding = true;
    const asking = (async () => {
      while (flooding) {
        worstMs = Math.max(worstMs, await page.answer());
        await watch(50);
      }
    })();
    const said = await flood(mallory, () => ({ type: 'query', transfer: newTransfer() }), floodMs);
    flooding = false;
    await asking;
    const seconds = (worstMs / 1000).toFixed(2);
    const figures = await Promise.all(memories.map(async (memory) => (await memory()).figure));
    const end = mallory.channel.closed ? ', link ended' : '';
    return {
      held: worstMs < 1000,
      figure: `page answers after ${seconds} s; ${said} queries${end}; ${figures.join(', ')}`,
    };
  },
};

const withdrawn = 10_000;

export const withdrawnOffers: Attack = {
  name: 'withdrawn-offers',
  tries: '10,000 offers, each withdrawn as soon as it was shown',
  quick: false,
  linuxOnly: true,
  async run(scene) {
    const broker = await scene.broker();
    const app = await scene.app('--broker', broker.url);
    const browser = await scene.plainPage(app);
    const room = roomOf((await app.event('room')).code);
    const { talk, channel } = await scene.link(room, broker);
    const [main, page] = [await watchMemory(app.pid, 'main'), await watchPageMemory(browser.pid)];
    const startMs = performance.now();
    let over = 0;
    while (over < withdrawn && !channel.closed && performance.now() - startMs < 90_000) {
      const transfers = Array.from({ length: 10 }, newTransfer);
      for (const transfer of transfers) talk.say(offerOf(transfer, [fileOf('a.txt')]));
      for (const transfer of transfers) {
        talk.say({ type: 'manifest', transfer, page: 0, entries: [fileOf('a.txt')] });
        talk.say({ type: 'cancel', transfer, reason: 'cancelled-by-peer' });
      }
      over += transfers.length;
      const last = transfers.at(-1);
      await becomes(
        () => channel.closed || talk.heard.all.some((each) => each.transfer === last && each.type !== 'want-manifest'),
        10_000,
      );
    }
    const [mains, pages] = [await main(), await page()];
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    return {
      held: mains.grownMiB < 150 && pages.grownMiB < 250,
      figure: `${over} in ${seconds} s; ${mains.figure}, ${pages.figure}`,
    };
  },
};
