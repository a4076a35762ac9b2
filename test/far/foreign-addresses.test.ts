import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerTo, offerOn, overOf } from '../hostile/kit/direct-peer.ts';
import { type Candidate, partOf } from '../hostile/kit/lane-words.ts';
import { textOf } from '../hostile/kit/messages.ts';
import { type CoreVictim, startCoreVictim } from '../hostile/victims/core.ts';
import type { Namespace } from '../support/cable/laboratory.ts';
import { buildHomes, type Homes, whyNoHomes } from '../support/homes/homes.ts';

/** What `foreign-candidates` tries on one computer, where everything that goes out can be counted. */

const why = whyNoHomes();
/** Bo's router: the only one that has answered on the link. */
const answered = '203.0.113.20';
const foreign = [
  // The router, a neighbour, the router from outside, one behind Bo's, servers, and nobody.
  ...['192.168.1.1', '192.168.1.3', '203.0.113.10', '192.168.2.2', '203.0.113.1', '203.0.113.254', '8.8.8.8'],
  // This computer, all computers, and other spellings of foreign ones.
  ...['192.168.1.2', '127.0.0.1', '255.255.255.255', '224.0.0.251', '::ffff:192.168.1.1', '::1'],
];

let homes: Homes;
let victim: CoreVictim;

beforeEach(async (context) => {
  context.skip(why !== null, why ?? '');
  homes = await buildHomes({});
  victim = await startCoreVictim(homes.ann.enter);
});

afterEach(async () => {
  await victim?.end();
  await homes?.close();
});

/** Counts UDP in a chain: what goes to Bo's router, and all else. */
function count(at: Namespace, chain: string): () => { right: number; wrong: number } {
  for (const to of [`-d ${answered}`, `! -d ${answered}`]) {
    at.run(
      'iptables',
      ...`-I ${chain} -p udp ${to} -m comment --comment ${to.startsWith('!') ? 'wrong' : 'right'}`.split(' '),
    );
  }
  return () => {
    const lines = at.run('iptables', '-nvxL', chain).split('\n');
    const of = (name: string): number => {
      return Number.parseInt(lines.find((line) => line.includes(`/* ${name} */`)) ?? '', 10);
    };
    return { right: of('right'), wrong: of('wrong') };
  };
}

test('nothing goes to an address that has not answered on the link, whatever is named', async () => {
  const counts = [count(homes.ann, 'OUTPUT'), count(homes.annRouter, 'FORWARD')];
  const link = victim.link({ answered: [answered] });
  const attempts = 2;
  for (let index = 0; index < attempts; index++) {
    const named = [...foreign, answered].map((address): Candidate => ({ kind: 'host', address, port: 5000 + index }));
    const offer = offerOn(link, partOf(named));
    link.talk.say(offer);
    const attempt = textOf(offer, 'attempt');
    expect(await answerTo(link, attempt)).not.toBeNull();
    expect(await overOf(link, attempt, 15_000)).toBe('no-path');
  }
  for (const each of counts) {
    const { right, wrong } = each();
    console.log(`${right} datagrams to the address that has answered, ${wrong} to others`);
    expect(wrong).toBe(0);
    expect(right).toBeGreaterThan(0);
    expect(right).toBeLessThanOrEqual(attempts * 64);
  }
});
