import { afterEach, describe, expect, test } from 'vitest';
import { lendToProcess } from './ambient.ts';
import { downloads } from './app.ts';
import { createWorldBroker } from './broker.ts';
import { createChance } from './chance.ts';
import { createSignatures } from './cryptography.ts';
import { createNetwork } from './network.ts';
import { createWorldPerson } from './person.ts';
import { usualSettings } from './settings.ts';
import { createWorldSource, type WorldFile } from './source.ts';
import { createTimeline } from './timeline.ts';
import { createUdp } from './udp.ts';
import { createWorldUdx } from './udx.ts';
import { createEther } from './webrtc.ts';

const nothing = { timers: 0, files: 0, parts: 0 };
let giveBack = (): void => undefined;
afterEach(() => giveBack());

/** Three people meet; one sends a folder to the two others, is cut off in the middle of it, and comes back. */
async function liveThrough(seed: number) {
  const timeline = createTimeline();
  const chance = createChance(seed);
  giveBack = lendToProcess(timeline, chance.fork());
  const log: string[] = [];
  const say = (who: string, what: string, told: unknown): void =>
    void log.push(`${timeline.now().toFixed(3)} ${who} ${what} ${JSON.stringify(told)}`);

  const network = createNetwork(timeline.now);
  const ether = createEther({ timeline, chance: chance.fork(), network, delayMs: 20, bytesPerMs: 4000 });
  const udp = createUdp({ timeline, chance: chance.fork(), network, delayMs: 20, onSent: () => undefined });
  const udx = createWorldUdx({ timeline, udp, delayMs: 20, onBroken: (what) => say('udx', 'broken', what) });
  const brokers = ['one', 'two'].map((id) => createWorldBroker(id, timeline, chance.fork()));
  for (const broker of brokers) broker.onPublished = ({ byteLength }) => say(broker.id, 'published', byteLength);
  const signatures = createSignatures();
  const people = ['Ann', 'Bo', 'Cy'].map((name, index) =>
    createWorldPerson({
      name,
      timeline,
      chance: chance.fork(),
      address: `10.0.0.${index + 1}`,
      ether,
      udx,
      settings: usualSettings,
      network,
      signatures,
      topic: 'roomdrop/world',
      brokers,
      log: (what, told) => say(name, what, told),
    }),
  );
  const [ann, bo, cy] = people;
  if (!ann || !bo || !cy) throw new Error('three people');

  ann.join();
  await timeline.run(2_000);
  bo.join();
  cy.join();
  await timeline.run(10_000);
  const met = people.map((person) => person.linked.map(({ name }) => name).sort());

  const files: WorldFile[] = [
    ['things/small.txt', chance.bytes(1_000)],
    ['things/large.bin', chance.bytes(4_000_000)],
    ['things/last.txt', chance.bytes(10)],
  ];
  ann.offer(createWorldSource('things', files));
  await timeline.run(10_800);
  network.setAway('10.0.0.1', true);
  await timeline.run(40_000);
  network.setAway('10.0.0.1', false);
  await timeline.run(120_000);
  const arrived = [bo, cy].map(({ disk }) => disk.files);
  const identical = [bo, cy].every(({ disk }) =>
    files.every(([path, bytes]) => Buffer.from(disk.read(`${downloads}/${path}`) ?? []).equals(bytes)),
  );
  const states = people.map(({ engine }) => engine?.list().map(({ state }) => state));

  const ended = Promise.all(people.map((person) => person.close()));
  await timeline.run(200_000);
  const left = await ended;
  giveBack();
  return { log, met, arrived, identical, states, left };
}

describe('a life in a world from one seed', () => {
  test('people meet, files arrive whole although a computer was away, and nothing is left behind', async () => {
    const life = await liveThrough(7);
    expect(life.met).toEqual([
      ['Bo', 'Cy'],
      ['Ann', 'Cy'],
      ['Ann', 'Bo'],
    ]);
    expect(life.states).toEqual([['done', 'done'], ['done'], ['done']]);
    expect(life.log.some((line) => line.includes('"interrupted"'))).toBe(true);
    expect(life.identical).toBe(true);
    expect(life.arrived[0]).toHaveLength(3);
    expect(life.left).toEqual([nothing, nothing, nothing]);
  });

  test('the same seed gives the same log, byte by byte; another seed another one', async () => {
    const [first, second, other] = [await liveThrough(11), await liveThrough(11), await liveThrough(12)];
    expect(first.log.length).toBeGreaterThan(100);
    expect(second.log.join('\n')).toBe(first.log.join('\n'));
    expect(other.log.join('\n')).not.toBe(first.log.join('\n'));
  });
});
