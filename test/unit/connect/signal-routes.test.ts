import { expect, test } from 'vitest';
import { createCounters } from '../../../src/connect/counters.ts';
import { initialMembers, type MembersHappening } from '../../../src/connect/members-state.ts';
import { routeSignal } from '../../../src/connect/signal-routes.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import type { Signal } from '../../../src/shared/protocol/signal.ts';
import { randomId } from '../../support/connect-cryptography.ts';

/** What the members are told of a signal by Ben. */
function toldOf(signal: Signal): MembersHappening[] {
  const told: MembersHappening[] = [];
  const members = {
    status: initialMembers(usualTimings),
    happen: (happened: MembersHappening) => void told.push(happened),
    pairOf: () => undefined,
  };
  const presence = {
    onAnnounce: () => true,
    onChallenge: () => true,
    onResponse: () => true,
    onRoomFull: () => true,
    onStranger: () => undefined,
    settle: () => undefined,
  };
  routeSignal({ members, presence, counters: createCounters() }, 'ben', signal, 'north');
  return told;
}

const of = { v: 1, id: randomId() } as const;
const heard: MembersHappening = { type: 'heard', session: 'ben', carrier: 'north' };

test('who speaks to us is here', () => {
  expect(toldOf({ ...of, type: 'retry', to: 'ada', last: null })).toEqual([heard]);
});

test('who answers us may be a member by that, and is here then', () => {
  const challenge = { ...of, type: 'challenge', to: 'ada', echo: randomId(), nonce: randomId(), name: 'Ben' } as const;
  expect(toldOf(challenge)).toEqual([heard, heard]);
});

test('what is said to all may be a recording, and shows nobody to be here', () => {
  expect(toldOf({ ...of, type: 'announce', nonce: randomId(), name: 'Ben' })).toEqual([]);
});
