import { expect, test } from 'vitest';
import { createBench } from '../support/webrtc-page/bench.ts';
import { createChance } from './chance.ts';
import { createNetwork } from './network.ts';
import { createPower, createTimeline } from './timeline.ts';
import { createEther } from './webrtc.ts';

/** Two connections on two computers; `test/e2e/webrtc.test.ts` has what takes less time in Chromium. */
function setUp() {
  const timeline = createTimeline();
  const network = createNetwork(timeline.now);
  const ether = createEther({ timeline, chance: createChance(1), network, delayMs: 5, bytesPerMs: 1000 });
  const power = createPower(timeline);
  const bench = createBench({
    platforms: [ether.platform('10.0.0.1'), ether.platform('10.0.0.2', power)],
    now: timeline.now,
    pause: (ms) => new Promise((done) => timeline.after(ms, done)),
  });
  const { offerer, told } = bench;
  const states = (): string[] => [offerer.iceConnectionState, offerer.connectionState];
  return { timeline, network, ether, power, bench, told, states };
}

async function connected() {
  const world = setUp();
  const connecting = world.bench.connect();
  await world.timeline.run(1000);
  await connecting;
  expect(world.states()).toEqual(['connected', 'connected']);
  return world;
}

const nowhere = { candidate: 'candidate:1 1 udp 2122260223 192.0.2.77 9999 typ host', sdpMid: '0' };

test('what leads nowhere is tried for 15 s from the last candidate on; that all has failed, only the connection says', async () => {
  const { timeline, bench, states } = setUp();
  const { offerer } = bench;
  const described = bench.describe('answer taken').then(() => offerer.addIceCandidate(nowhere));
  await timeline.run(1000);
  await described;
  expect(states()).toEqual(['checking', 'connecting']);
  const later = offerer.addIceCandidate({ ...nowhere, candidate: nowhere.candidate.replace('77', '78') });
  await timeline.run(15_900);
  await later;
  expect(states()).toEqual(['checking', 'connecting']);
  await timeline.run(16_100);
  expect(states()).toEqual(['disconnected', 'failed']);
});

test('what is of another description is not tried, and does not fail', async () => {
  const { timeline, bench, states } = setUp();
  const old = { ...nowhere, candidate: `${nowhere.candidate} ufrag old` };
  const described = bench.describe('answer taken').then(() => bench.offerer.addIceCandidate(old));
  await timeline.run(60_000);
  await described;
  expect(states()).toEqual(['checking', 'connecting']);
});

test.each<[string, (world: Awaited<ReturnType<typeof connected>>) => void]>([
  ['lost its power', ({ power }) => power.cut()],
  ['left its network', ({ network }) => network.setAway('10.0.0.2', true)],
  ['moved', ({ network }) => network.move('10.0.0.2', network.placeOf('10.0.0.2'))],
  [
    'closed its connection while it was not reached',
    ({ network, bench }) => {
      network.setAway('10.0.0.2', true);
      bench.answerer.close();
      network.setAway('10.0.0.2', false);
    },
  ],
])(
  'nobody is told that the other computer has %s: it is disconnected after 6 s, and has failed after 16',
  async (_, go) => {
    const world = await connected();
    const { timeline, states, bench } = world;
    go(world);
    await timeline.run(6900);
    expect(states()).toEqual(['connected', 'connected']);
    await timeline.run(7100);
    expect(states()).toEqual(['disconnected', 'disconnected']);
    await timeline.run(16_900);
    expect(states()).toEqual(['disconnected', 'disconnected']);
    await timeline.run(60_000);
    expect(states()).toEqual(['disconnected', 'failed']);
    expect(bench.offerers.readyState).toBe('open');
  },
);

test('who is reached again is connected again, and what waited goes on', async () => {
  const { timeline, network, bench, told, states } = await connected();
  network.setAway('10.0.0.2', true);
  bench.offerers.send('meanwhile');
  await timeline.run(10_000);
  expect(states()).toEqual(['disconnected', 'disconnected']);
  expect(told.answerer).not.toContain('message: "meanwhile"');
  network.setAway('10.0.0.2', false);
  await timeline.run(60_000);
  expect(states()).toEqual(['connected', 'connected']);
  expect(told.answerer).toContain('message: "meanwhile"');
});

test('a connection that is closed, or has no power, is none any more', async () => {
  const { ether, bench, power } = await connected();
  expect(ether.openConnections).toBe(2);
  bench.offerer.close();
  expect(ether.openConnections).toBe(1);
  power.cut();
  expect(ether.openConnections).toBe(0);
});
