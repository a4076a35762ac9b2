import { afterEach, expect, test } from 'vitest';
import { joinRoom, type Link, type Room } from '../../src/connect/room.ts';
import { usualTimings } from '../../src/connect/timings.ts';
import { linkTranscriptBytes } from '../../src/shared/protocol/hello-proof.ts';
import type { NetworkView } from '../../src/shared/views.ts';
import { type MemoryCarrier, makeMemoryCarrier } from '../support/memory-carrier.ts';
import { lendToProcess } from './ambient.ts';
import { type Chance, createChance } from './chance.ts';
import { createSignatures, createWorldCryptography, makeIdentity } from './cryptography.ts';
import { createNetwork, type Network } from './network.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { createEther } from './webrtc.ts';

let giveBack = (): void => undefined;
afterEach(() => giveBack());

interface Member {
  readonly room: Room;
  readonly links: Link[];
  /** What this person sees of the other one. */
  readonly other: () => NetworkView['members'][number] | undefined;
}

interface Place {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly carriers: { readonly north: MemoryCarrier; readonly south: MemoryCarrier };
  readonly ada: Member;
  readonly ben: Member;
}

/** Two rooms to which everything is given: carriers, clock, chance, keys and WebRTC. */
function setUp(): Place {
  const timeline = createTimeline();
  const chance = createChance(5);
  giveBack = lendToProcess(timeline, chance.fork());
  const network = createNetwork(timeline.now);
  const ether = createEther({ timeline, chance: chance.fork(), network, delayMs: 10, bytesPerMs: 1000 });
  const carriers = { north: makeMemoryCarrier('north'), south: makeMemoryCarrier('south') };
  const signatures = createSignatures();

  function join(name: string, address: string, chance: Chance): Member {
    const key = makeIdentity(chance).key;
    const links: Link[] = [];
    let view: NetworkView | undefined;
    const room = joinRoom({
      world: {
        platform: ether.platform(address),
        clock: timeline,
        cryptography: createWorldCryptography(chance, signatures),
        wallMs: () => 1_700_000_000_000 + timeline.now(),
        random: chance.next,
      },
      topic: 'roomdrop/carriers',
      sealingKey: new Uint8Array(32),
      name,
      carriers: [carriers.north, carriers.south],
      iceServers: [],
      sign: async (transcript) => ({ key, signature: signatures.sign(key, linkTranscriptBytes(transcript)) }),
      onNetwork(seen) {
        view = seen;
      },
      onLink: (link) => links.push(link),
    });
    return { room, links, other: () => view?.members[0] };
  }

  return {
    timeline,
    network,
    carriers,
    ada: join('Ada', '10.0.0.1', chance.fork()),
    ben: join('Ben', '10.0.0.2', chance.fork()),
  };
}

const connected = { name: 'Ben', state: 'connected' };

test('two rooms in Node meet over whatever carries, and leave nothing behind', async () => {
  const { timeline, carriers, ada, ben } = setUp();
  await timeline.run(5000);
  expect(ada.other()).toMatchObject(connected);
  const heard: Uint8Array[] = [];
  ben.links[0]?.listen({ message: (bytes) => heard.push(bytes), drain: () => undefined, close: () => undefined });
  ada.links[0]?.send(Uint8Array.of(0, 1, 2));
  await timeline.run(6000);
  expect(heard).toEqual([Uint8Array.of(0, 1, 2)]);
  const left = Promise.all([ada.room.leave(), ben.room.leave()]);
  await timeline.run(60_000);
  await left;
  expect([carriers.north.users, carriers.south.users, timeline.waiting]).toEqual([0, 0, 0]);
});

test('a carrier that goes down costs nobody who has another one in common', async () => {
  const { timeline, carriers, network, ada } = setUp();
  carriers.north.goDown();
  await timeline.run(5000);
  expect(ada.other()).toMatchObject(connected);
  // The link is lost too: the way back goes by the carrier that is left.
  network.setAway('10.0.0.2', true);
  await timeline.run(20_000);
  expect(ada.other()).toMatchObject({ name: 'Ben', state: 'reconnecting' });
  network.setAway('10.0.0.2', false);
  await timeline.run(200_000);
  expect(ada.other()).toMatchObject(connected);
});

test('who is lost by every carrier stays while there is a link, and is away without one', async () => {
  const { timeline, carriers, network, ada } = setUp();
  await timeline.run(5000);
  carriers.north.lose(1);
  carriers.south.lose(1);
  await timeline.run(60_000);
  expect(ada.other()).toMatchObject(connected);
  network.setAway('10.0.0.2', true);
  await timeline.run(60_000 + usualTimings.silenceMs + 2 * usualTimings.attemptMs);
  expect(ada.other()).toMatchObject({ name: 'Ben', state: 'closed', reason: { code: 'peer-away' } });
});

test('who is lost by one carrier is still here by the other, until that one has lost them too', async () => {
  const { timeline, carriers, network, ada } = setUp();
  await timeline.run(5000);
  network.setAway('10.0.0.2', true);
  // Of a message that comes by both only the first copy counts; what is said now comes by one.
  carriers.north.goDown();
  await timeline.run(20_000);
  carriers.north.comeUp();
  await timeline.run(21_000);
  carriers.north.lose(1);
  await timeline.run(25_000);
  expect(ada.other()).toMatchObject({ name: 'Ben', state: 'reconnecting' });
  carriers.south.lose(1);
  await timeline.run(26_000);
  expect(ada.other()).toMatchObject({ name: 'Ben', state: 'closed', reason: { code: 'peer-away' } });
});
