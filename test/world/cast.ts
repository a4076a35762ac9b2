import type { Endpoint } from '../../src/main/lane/direct/datagrams.ts';
import { createWorldBroker, type WorldBroker } from './broker.ts';
import type { Chance } from './chance.ts';
import { type Counts, createCounts } from './counts.ts';
import { createSignatures, readSealed } from './cryptography.ts';
import { createHostile, type Hostile } from './hostile.ts';
import { createLosses, type Losses } from './losses.ts';
import { createNetwork, type Network } from './network.ts';
import { createWorldPerson, type WorldPerson } from './person.ts';
import { usualSettings } from './settings.ts';
import type { WorldFile } from './source.ts';
import { nameOf, type Story } from './story.ts';
import { createStrandTroubles, type StrandTroubles } from './strand-troubles.ts';
import { createTally, type Tally } from './tally.ts';
import type { Timeline } from './timeline.ts';
import { createUdp, stunServer, type Udp } from './udp.ts';
import { createWorldUdx, type WorldUdx } from './udx.ts';
import { createEther, type Ether } from './webrtc.ts';

/** All that lives through one story. */
export interface Cast {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly ether: Ether;
  readonly udp: Udp;
  readonly strands: StrandTroubles;
  readonly udx: WorldUdx;
  readonly brokers: readonly WorldBroker[];
  readonly people: readonly WorldPerson[];
  readonly hostile: Hostile;
  /** What was sent, by the name of its top-level folder. */
  readonly sent: Map<string, readonly WorldFile[]>;
  readonly tally: Tally;
  readonly losses: Losses;
  readonly counts: Counts;
  /** Bounds that were not kept, in words. */
  readonly broken: string[];
}

/** Between any two, one way. */
const delayMs = 20;

export function gather(
  story: Story,
  timeline: Timeline,
  chance: Chance,
  log: (who: string, what: string, told: unknown) => void,
): Cast {
  const network = createNetwork(timeline.now);
  const counts = createCounts();
  const broken: string[] = [];
  const onBroken = (what: string): void => void broken.push(what);
  const shared = { timeline, network, onBroken };
  const ether = createEther({ ...shared, chance: chance.fork(), delayMs, bytesPerMs: 1000 });
  const onSent = (address: string, to: Endpoint): void => {
    const isRight = to.address === stunServer.address || ether.hasAnswered(address, to.address);
    if (!isRight) broken.push(`${address} sends a datagram to ${to.address}, which has not answered`);
  };
  const udp = createUdp({ timeline, network, delayMs, chance: chance.fork(), onSent });
  const strands = createStrandTroubles({
    timeline,
    ether,
    chance: chance.fork(),
    onBefallen: (kind) => counts.add(kind === 'stalls' ? 'strands stalled' : 'strands lost'),
  });
  const udx = createWorldUdx({ timeline, udp, delayMs, onBroken });
  const brokers: WorldBroker[] = Array.from({ length: story.brokers }, (_, index) =>
    createWorldBroker(`broker ${index}`, timeline, chance.fork(), { others: () => brokers, onBroken }),
  );
  const tally = createTally(timeline.now);
  const losses = createLosses(network, timeline.now, () => people);
  for (const broker of brokers) {
    broker.onPublished = (payload) => {
      log(broker.id, 'published', readSealed(payload));
      tally.add(broker.id, payload);
    };
  }
  const signatures = createSignatures();
  const room = { ...shared, ether, udx, signatures, topic: 'roomdrop/world', brokers };
  const hostile = createHostile({ ...room, chance: chance.fork(), onSaid: () => counts.add('hostile messages') });
  const people: WorldPerson[] = Array.from({ length: story.people }, (_, index) => {
    const address = `10.0.0.${index + 1}`;
    const place = story.places[index];
    if (place) network.move(address, place);
    const settings = story.settings?.[index] ?? usualSettings;
    network.setSecrecy(address, settings);
    return createWorldPerson({
      ...room,
      name: nameOf(index),
      address,
      chance: chance.fork(),
      settings,
      caseless: story.caseless[index] ?? false,
      trusts: (key) => key !== hostile.key,
      log(what, told) {
        if (what === 'link') counts.add('links');
        log(nameOf(index), what, told);
      },
      onLost(session) {
        counts.add('links lost');
        losses.lost(address, session);
      },
      onGained: (session) => losses.gained(address, session),
      onDirect: (what) => counts.add(`direct lanes ${what}`),
      onStrand(fingerprint) {
        counts.add('strand ends');
        strands.added(address, fingerprint);
      },
    });
  });
  return {
    timeline,
    network,
    ether,
    udp,
    udx,
    strands,
    brokers,
    people,
    hostile,
    sent: new Map(),
    tally,
    losses,
    counts,
    broken,
  };
}
