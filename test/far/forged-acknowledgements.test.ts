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
/** More than such a file has, and closer to each other than what is on the way. */
const packetsMost = 60_000;
const apart = 250;

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

test('a neighbour who acknowledges what was lost costs the lane, and the transfer goes on within seconds', async () => {
  const pair = joinCores(ann, bo, [addresses.ann, addresses.bo]);
  expect(await pair.direct()).toBe(true);
  const large = '-I FORWARD -i outside -p udp -m length --length 900:65535';
  homes.boRouter.run('ip6tables', ...`${large} -m statistic --mode nth --every 400 --packet 0 -j DROP`.split(' '));
  const offer = pair.fromSender.heard.all.findLast(({ type }) => type === 'lane-offer') ?? {};
  const stream = numberOf(offer, 'stream');
  const datagrams = Array.from({ length: packetsMost / apart }, (_, index) =>
    packetOf({ stream, flags: 0, expected: index * apart }).toString('base64'),
  );
  const aim = { from: addresses.neighbour, to: addresses.ann, port: portOf(offer, addresses.ann), countAt: null };
  const generator = await startGenerator({ datagrams, ...aim, perSecond: 5000 }, homes.neighbour.enter);
  const sending = await sendFile(pair, mebibytes);
  const whole = await sending.whole(90_000);
  const { sent } = await generator.stop();
  const over = [pair.fromSender, pair.fromReceiver].flatMap(({ heard }) =>
    heard.all.flatMap(({ why: end }) => end ?? []),
  );
  console.log(
    `${sent} forged; lanes over: ${over.join(', ')}; ${mebibytes} MiB in ${((whole?.ms ?? 0) / 1000).toFixed(1)} s`,
  );
  expect(whole?.same).toBe(true);
  expect(over).toContain('lost');
});
