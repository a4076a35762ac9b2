import { createWorldBroker, type WorldBroker } from './broker.ts';
import type { Chance } from './chance.ts';
import { createSignatures } from './cryptography.ts';
import { createWorldPerson, type WorldPerson } from './person.ts';
import type { WorldFile } from './source.ts';
import { nameOf, type Story } from './story.ts';
import type { Timeline } from './timeline.ts';
import { createEther, type Ether } from './webrtc.ts';

/** All that lives through one story. */
export interface Cast {
  readonly timeline: Timeline;
  readonly ether: Ether;
  readonly brokers: readonly WorldBroker[];
  readonly people: readonly WorldPerson[];
  /** What was sent, by the name of its top-level folder. */
  readonly sent: Map<string, readonly WorldFile[]>;
  readonly counts: Counts;
}

export interface Counts {
  links: number;
  transfers: number;
  crashes: number;
  published: number;
  bytes: number;
}

export function gather(
  story: Story,
  timeline: Timeline,
  chance: Chance,
  log: (who: string, what: string, told: unknown) => void,
): Cast {
  const ether = createEther({ timeline, chance: chance.fork(), delayMs: 20, bytesPerMs: 1000 });
  const brokers = Array.from({ length: story.brokers }, (_, index) =>
    createWorldBroker(`broker ${index}`, timeline, chance.fork()),
  );
  const counts: Counts = { links: 0, transfers: 0, crashes: 0, published: 0, bytes: 0 };
  const signatures = createSignatures();
  const people = Array.from({ length: story.people }, (_, index) =>
    createWorldPerson({
      name: nameOf(index),
      address: `10.0.0.${index + 1}`,
      timeline,
      chance: chance.fork(),
      ether,
      signatures,
      topic: 'roomdrop/world',
      brokers,
      log(what, told) {
        if (what === 'link') counts.links++;
        log(nameOf(index), what, told);
      },
    }),
  );
  return { timeline, ether, brokers, people, sent: new Map(), counts };
}
