import { afterEach, beforeEach, expect, test } from 'vitest';
import { portOf } from '../hostile/kit/direct-peer.ts';
import { sendFile } from '../hostile/kit/files.ts';
import { startGenerator } from '../hostile/kit/generator.ts';
import { numberOf } from '../hostile/kit/messages.ts';
import { packetOf } from '../hostile/kit/udx.ts';
import { type CoreVictim, joinCores, startCoreVictim } from '../hostile/victims/core.ts';
import { buildHomes, type Homes, whyNoHomes } from '../support/homes/homes.ts';

/** UDX takes an acknowledgement from anywhere; of a packet that was lost it makes a gap that nobody closes. */

const why = whyNoHomes();
const addresses = { ann: '2001:db8:1::2', neighbour: '2001:db8:1::3', bo: '2001:db8:2::2' };
const mebibytes = 60;

let homes: Homes;
let ann: CoreVictim;
let bo: CoreVictim;

beforeEach(async (context) => {
  context.skip(why !== null, why ?? '');
  homes = await buildHomes({ ipv6Only: true, cable: { roundTripMs: 50 } });
  [ann, bo] = await Promise.all([startCoreVictim(homes.ann.enter), startCoreVictim(homes.bo.enter)]);
});

afterEach(async () => {
  await Promise.all([ann?.end(), bo?.end()]);
  await homes?.close();
});

/** What is lost of what Ann says, and numbers closer to each other than what she has on the way. */
interface Said {
  readonly bytes: string;
  readonly every: number;
  readonly most: number;
  readonly apart: number;
}

test.each<[string, boolean, Said]>([
  ['lost blocks', true, { bytes: '900:65535', every: 400, most: 60_000, apart: 250 }],
  ['lost words of a receiver', false, { bytes: '150:700', every: 10, most: 300, apart: 1 }],
])('a neighbour who acknowledges %s costs the lane, and the transfer goes on', async (_, annSends, said) => {
  const pair = annSends
    ? joinCores(ann, bo, [addresses.ann, addresses.bo])
    : joinCores(bo, ann, [addresses.bo, addresses.ann]);
  expect(await pair.direct()).toBe(true);
  const large = `-I FORWARD -i outside -p udp -m length --length ${said.bytes}`;
  homes.boRouter.run(
    'ip6tables',
    ...`${large} -m statistic --mode nth --every ${said.every} --packet 0 -j DROP`.split(' '),
  );
  const anns = annSends ? pair.fromSender : pair.fromReceiver;
  const word = anns.heard.all.findLast((each) => 'noise' in each) ?? {};
  const stream = numberOf(word, 'stream');
  const datagrams = Array.from({ length: said.most / said.apart }, (__, index) =>
    packetOf({ stream, flags: 0, expected: index * said.apart }).toString('base64'),
  );
  const aim = { from: addresses.neighbour, to: addresses.ann, port: portOf(word, addresses.ann), countAt: null };
  const generator = await startGenerator({ datagrams, ...aim, perSecond: 5000 }, homes.neighbour.enter);
  const sending = await sendFile(pair, mebibytes);
  const whole = await sending.whole(90_000);
  const { sent } = await generator.stop();
  const over = [pair.fromSender, pair.fromReceiver].flatMap(({ heard }) =>
    heard.all.flatMap(({ why: end }) => end ?? []),
  );
  const seconds = ((whole?.ms ?? 0) / 1000).toFixed(1);
  console.log(`${sent} forged; lanes over: ${over.join(', ')}; ${mebibytes} MiB in ${seconds} s`);
  expect(whole?.same).toBe(true);
  expect(over).toContain('lost');
});
