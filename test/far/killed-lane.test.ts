import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/protocol/limits.ts';
import type { AppProcess } from '../support/app-process.ts';
import type { Namespace } from '../support/cable/laboratory.ts';
import { createFarStage } from '../support/far-stage.ts';
import { buildHomes, whyNoHomes } from '../support/homes/homes.ts';
import { digest } from '../support/trees.ts';
import { udpPorts } from '../support/udp-ports.ts';

const stage = createFarStage();
const why = whyNoHomes();
beforeEach((context) => context.skip(why !== null, why ?? ''));

const fileBytes = 1024 ** 3;
const kills = 10;
/** A lane that lived for less is tried again ever later. */
const livesMs = 10_500;

test('a lane that is killed ten times in 1 GiB costs no byte, and little time', { timeout: 900_000 }, async () => {
  // So slow that there is time for it.
  const homes = await stage.own(buildHomes({ cable: { roundTripMs: 40, mbit: 60, queueMs: 100 } }));
  const args = ['--broker', homes.broker, '--ice-server', homes.stun];
  const file = await stage.file(fileBytes);
  const ann = await stage.app(homes.ann, [...args, '--room', 'new', file]);
  const { code } = await ann.event('room');
  const bo = await stage.app(homes.bo, [...args, '--accept', 'all', '--room', code]);
  await Promise.all([untilLane(ann, 'direct'), untilLane(bo, 'direct')]);
  const stalls = watchStalls(bo.downloads);

  for (let kill = 0; kill < kills; kill++) {
    await delay(livesMs);
    const [router, app] = kill % 2 ? [homes.annRouter, ann] : [homes.boRouter, bo];
    const over = Promise.all([untilLane(ann, 'channel'), untilLane(bo, 'channel')]);
    const mend = dropUdp(router, await udpPorts(app.pid));
    await over;
    const back = Promise.all([untilLane(ann, 'direct'), untilLane(bo, 'direct')]);
    mend();
    await back;
  }
  expect(ann.events.some((each) => each.event === 'transfer' && each.state === 'done')).toBe(false);

  const { path } = await bo.event('transfer', ({ state }) => state === 'done');
  await ann.event('transfer', ({ state }) => state === 'done');
  const longestMs = stalls.longestMs();
  const sentBytes = sentBy(homes.annRouter);
  console.log(
    `The lane killed ${kills} times: longest stall ${longestMs.toFixed(0)} ms, ${(sentBytes / fileBytes).toFixed(3)} of the size sent`,
  );
  expect(await digest(path ?? '')).toBe(await digest(file));
  // Headers take 6 % of a packet.
  expect(sentBytes / 1.06).toBeLessThan(fileBytes + kills * limits.directWindowBytes);
  expect(longestMs).toBeLessThan(10_000);
});

/** The next event that says so. */
async function untilLane(app: AppProcess, wanted: 'channel' | 'direct'): Promise<void> {
  const seen = app.events.findLastIndex((each) => each.event === 'lane');
  await app.event('lane', (each) => each.kind === wanted && app.events.indexOf(each) > seen);
}

/** A router lets nothing through that comes from these ports or goes to them, and tells nobody; until the returned function is called. */
function dropUdp(router: Namespace, ports: readonly number[]): () => void {
  const change = (how: '-I' | '-D'): void => {
    for (const port of ports) {
      for (const side of ['--sport', '--dport']) {
        router.run('iptables', how, 'FORWARD', '-p', 'udp', side, String(port), '-j', 'DROP');
      }
    }
  };
  change('-I');
  return () => change('-D');
}

/** Bytes of the packets that went out of a home so far. */
function sentBy(router: Namespace): number {
  return Number(router.run('cat', '/sys/class/net/outside/statistics/tx_bytes'));
}

/** Looks how the one file in a folder grows. */
function watchStalls(folder: string): { longestMs(): number } {
  let longest = 0;
  let size = 0;
  let grewMs = performance.now();
  const timer = setInterval(async () => {
    const [name] = await readdir(folder);
    const now = await stat(join(folder, name ?? '')).catch(() => null);
    if (!now || now.size <= size) return;
    size = now.size;
    longest = Math.max(longest, performance.now() - grewMs);
    grewMs = performance.now();
  }, 20);
  return {
    longestMs() {
      clearInterval(timer);
      return longest;
    },
  };
}
