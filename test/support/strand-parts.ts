import { createCounters } from '../../src/connect/counters.ts';
import { usualLinkTerms } from '../../src/connect/link-terms.ts';
import type { StrandParts } from '../../src/connect/strands/strand.ts';
import { usualTimings } from '../../src/connect/timings.ts';
import { makeTestIdentity } from './connect-person.ts';

/** What the strands of a link from Ada to Ben are made with. */
export function adasStrandParts(world: StrandParts['room']['world']): StrandParts {
  return {
    room: {
      topic: 'roomdrop/t',
      session: 'ada',
      name: 'Ada',
      iceServers: [],
      linkTerms: usualLinkTerms,
      world,
      timings: usualTimings,
      counters: createCounters(),
      sign: makeTestIdentity().sign,
    },
    linkId: 'link',
    role: 'offerer',
    session: 'ben',
    key: 'key',
  };
}
