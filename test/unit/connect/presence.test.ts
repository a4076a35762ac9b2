import { describe, expect, test } from 'vitest';
import { createCounters } from '../../../src/connect/counters.ts';
import { createPresence, type PresenceOptions } from '../../../src/connect/presence.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { Signal, SignalBody } from '../../../src/shared/protocol/signal.ts';
import { createFakeClock } from '../../support/connect-clock.ts';
import { randomId } from '../../support/connect-cryptography.ts';

interface Told {
  readonly body: SignalBody;
  readonly id: string | undefined;
  readonly carrier: string | undefined;
  readonly atMs: number;
}

/** The same numbers each time (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function setUp(options: Partial<PresenceOptions> = {}) {
  const clock = createFakeClock();
  const told: Told[] = [];
  const posted = new Set<SignalBody>();
  const proven: string[] = [];
  const newcomers: boolean[] = [];
  const counters = createCounters();
  const presence = createPresence({
    name: () => 'Ada',
    signaling: {
      async tell(body, { id, carrier } = {}) {
        told.push({ body, id, carrier, atMs: clock.now() });
      },
      post(body) {
        posted.add(body);
        return () => posted.delete(body);
      },
    },
    clock,
    timings: usualTimings,
    counters,
    random: () => 0.5,
    randomId,
    isLinked: () => false,
    isAlone: () => true,
    isComplete: () => false,
    hasPlaceFor: () => true,
    onProven(session, _name, newcomer) {
      proven.push(session);
      newcomers.push(newcomer);
    },
    ...options,
  });
  const announced = (): Extract<SignalBody, { type: 'announce' }>[] =>
    told.flatMap(({ body }) => (body.type === 'announce' ? [body] : []));
  return { clock, told, posted, proven, newcomers, counters, presence, announced };
}

const announce = (nonce = randomId()): Extract<Signal, { type: 'announce' }> => ({
  v: 1,
  id: randomId(),
  type: 'announce',
  nonce,
  name: 'Ben',
});
const challenge = (echo: string, nonce = randomId()): Extract<Signal, { type: 'challenge' }> => ({
  v: 1,
  id: randomId(),
  type: 'challenge',
  to: 'ada',
  echo,
  nonce,
  name: 'Ben',
});
const response = (echo: string): Extract<Signal, { type: 'response' }> => ({
  v: 1,
  id: randomId(),
  type: 'response',
  to: 'ada',
  echo,
  name: 'Ben',
});

describe('announcing', () => {
  test('each carrier that comes up hears it once, under one id', () => {
    const { told, presence } = setUp();
    presence.onUp('a');
    presence.onUp('b');
    expect(told.map(({ carrier }) => carrier)).toEqual(['a', 'b']);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  });

  test('a carrier that was away hears a new one: somebody new may be there', () => {
    const { told, presence, announced } = setUp();
    presence.onUp('a');
    presence.onUp('a');
    presence.onDown();
    presence.onUp('b');
    expect(new Set(told.map(({ id }) => id)).size).toBe(3);
    expect(new Set(announced().map(({ nonce }) => nonce)).size).toBe(3);
  });

  test('somebody alone does it again ever less often, from half a minute to ten minutes', async () => {
    const { clock, told, presence } = setUp();
    presence.onUp('a');
    await clock.advance(2 * 3_600_000);
    const waits = told.slice(1).map(({ atMs }, index) => (atMs - (told[index]?.atMs ?? 0)) / 1000);
    expect(waits.slice(0, 7)).toEqual([30, 60, 120, 240, 480, 600, 600]);
  });

  test('somebody in company does not', async () => {
    const { clock, told, presence } = setUp({ isAlone: () => false });
    presence.onUp('a');
    await clock.advance(3_600_000);
    expect(told).toHaveLength(1);
  });

  test.each([
    ['is said again a few times where others come too, and nobody answers', true, usualTimings.repeatsMs.length],
    ['is said once where somebody has answered', false, 0],
  ])('%s', async (_what, isAlone, repeats) => {
    const timings = { ...usualTimings, announceBackoffMs: { first: 1e9, most: 1e9 } };
    const { clock, presence, announced } = setUp({ timings, isAlone: () => isAlone });
    presence.onUp('a');
    presence.onAnnounce('ben', announce());
    await clock.advance(10 * 3_600_000);
    expect(announced()).toHaveLength(1 + repeats);
    expect(clock.waiting).toBe(1);
  });

  test('a stranger who speaks to us makes us do it, but not often', async () => {
    const { clock, told, presence } = setUp({ isAlone: () => false });
    for (let count = 0; count < 10; count++) presence.onStranger();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ id: expect.any(String), carrier: undefined });
    await clock.advance(20_001);
    presence.onStranger();
    expect(told).toHaveLength(2);
  });

  test.each([
    ['once more a while later', false, 2],
    ['and no more where all are linked by then', true, 1],
  ])('being given up right after it makes us do it %s', async (_, isComplete, times) => {
    const { clock, told, presence } = setUp({ isAlone: () => false, isComplete: () => isComplete });
    presence.onStranger();
    await clock.advance(3000);
    for (let carrier = 0; carrier < 3; carrier++) presence.onGivenUp();
    expect(told).toHaveLength(1);
    await clock.advance(20_001);
    expect(told).toHaveLength(times);
    await clock.advance(60_000);
    expect(told).toHaveLength(times);
    presence.close();
    expect(clock.waiting).toBe(0);
  });

  test('being given up is heard at once where nothing was announced lately, and by nobody after the end', () => {
    const { clock, told, presence } = setUp({ isAlone: () => false });
    presence.onGivenUp();
    expect(told).toHaveLength(1);
    presence.onGivenUp();
    presence.close();
    expect(clock.waiting).toBe(0);
  });
});

describe('a newcomer\u2019s announcement', () => {
  test('gets one challenge that echoes its nonce; the answer to that proves it, once', () => {
    const { told, proven, presence, counters } = setUp();
    const ben = announce();
    expect(presence.onAnnounce('ben', ben)).toBe(true);
    expect(told).toHaveLength(1);
    const { body } = told[0] ?? {};
    if (body?.type !== 'challenge') throw new Error('a challenge is due');
    expect(body).toMatchObject({ to: 'ben', echo: ben.nonce, name: 'Ada' });
    expect(proven).toEqual([]);
    expect(presence.onResponse('ben', response(randomId()))).toBe(false);
    expect(presence.onResponse('eve', response(body.nonce))).toBe(false);
    expect(proven).toEqual([]);
    expect(presence.onResponse('ben', response(body.nonce))).toBe(true);
    expect(presence.onResponse('ben', response(body.nonce))).toBe(false);
    expect(proven).toEqual(['ben']);
    expect(counters.snapshot().signalUnproven).toBe(3);
  });

  test('is not answered when it is linked already', () => {
    const { told, presence } = setUp({ isLinked: () => true });
    expect(presence.onAnnounce('ben', announce())).toBe(true);
    expect(told).toEqual([]);
  });

  test('is refused when the room is full, and not proven later', () => {
    const { told, proven, presence } = setUp({ hasPlaceFor: () => false });
    const ben = announce();
    presence.onAnnounce('ben', ben);
    expect(told.map(({ body }) => body)).toEqual([{ type: 'refuse', to: 'ben', echo: ben.nonce, reason: 'room-full' }]);
    expect(proven).toEqual([]);
  });

  test('a challenge is good for two minutes', async () => {
    const { clock, told, proven, presence } = setUp();
    presence.onAnnounce('ben', announce());
    const { body } = told[0] ?? {};
    await clock.advance(usualTimings.nonceMs);
    presence.onResponse('ben', response(body?.type === 'challenge' ? body.nonce : ''));
    expect(proven).toEqual([]);
  });

  test('that comes twice is asked the same, and something else once that is old', async () => {
    const { clock, told, presence } = setUp();
    const asked = (): string[] => told.flatMap(({ body }) => (body.type === 'challenge' ? [body.nonce] : []));
    presence.onAnnounce('ben', announce());
    await clock.advance(usualTimings.nonceMs - 1);
    presence.onAnnounce('ben', announce());
    expect(new Set(asked()).size).toBe(1);
    await clock.advance(usualTimings.nonceMs);
    presence.onAnnounce('ben', announce());
    expect(new Set(asked()).size).toBe(2);
    presence.close();
  });

  test('that has to wait is not answered once its sender is linked, and nothing waits after it', async () => {
    const linked = new Set<string>();
    const { clock, told, presence } = setUp({ isLinked: (session) => linked.has(session), isAlone: () => false });
    for (let count = 0; count < limits.challengesPerTenSeconds; count++) presence.onAnnounce(`${count}`, announce());
    expect(presence.onAnnounce('ben', announce())).toBe(false);
    linked.add('ben');
    await clock.advance(10_001);
    expect(told.filter(({ body }) => 'to' in body && body.to === 'ben')).toEqual([]);
    // The next announcement of somebody alone is all that is to come.
    expect(clock.waiting).toBe(1);
    presence.close();
  });

  test('proves nobody when the room has filled up meanwhile', () => {
    let full = false;
    const { told, proven, newcomers, presence } = setUp({ hasPlaceFor: () => !full });
    for (const session of ['ben', 'cleo']) presence.onAnnounce(session, announce());
    const [bens, cleos] = told.map(({ body }) => (body.type === 'challenge' ? body.nonce : ''));
    expect(presence.onResponse('ben', response(bens ?? ''))).toBe(true);
    full = true;
    expect(presence.onResponse('cleo', response(cleos ?? ''))).toBe(true);
    expect(proven).toEqual(['ben']);
    expect(newcomers).toEqual([true]);
  });

  test('a crowd of them gets only so many challenges', async () => {
    const { clock, told, presence, counters } = setUp();
    for (let count = 0; count < 100; count++) presence.onAnnounce(`guest ${count}`, announce());
    expect(told).toHaveLength(limits.challengesPerTenSeconds);
    expect(counters.snapshot().challengeTooFrequent).toBe(100 - limits.challengesPerTenSeconds);
    await clock.advance(10_001);
    expect(told).toHaveLength(2 * limits.challengesPerTenSeconds);
    await clock.advance(60_000);
    expect(new Set(told.map(({ body }) => ('to' in body ? body.to : ''))).size).toBeGreaterThanOrEqual(96);
    presence.close();
    expect(clock.waiting).toBe(0);
  });

  test('does not drown in those of somebody who makes up a dozen keys a second', async () => {
    const random = createRandom(1);
    const member = setUp({ random });
    const newcomer = setUp({ random, isAlone: () => true });
    const flood = async (untilMs: number): Promise<void> => {
      for (let count = 0; member.clock.now() < untilMs; count++) {
        member.presence.onAnnounce(`made up ${member.clock.now()} ${count}`, announce());
        newcomer.presence.onAnnounce(`made up too ${newcomer.clock.now()}`, announce());
        for (const each of newcomer.announced().splice(0)) {
          if (heard.has(each)) continue;
          heard.add(each);
          member.presence.onAnnounce('newcomer', { v: 1, id: randomId(), ...each });
        }
        await Promise.all([member.clock.advance(1000 / 12), newcomer.clock.advance(1000 / 12)]);
      }
    };
    const heard = new Set<object>();
    await flood(20_000);
    newcomer.presence.onUp('a');
    await flood(30_000);
    const challenged = member.told.find(({ body }) => body.type === 'challenge' && body.to === 'newcomer');
    expect(challenged?.atMs).toBeLessThan(27_000);
    member.presence.close();
    newcomer.presence.close();
  });
});

describe('a room that seems full', () => {
  test('who had no place for us may have one later: it is asked again, ever less often', async () => {
    // Somebody else is met already.
    const { clock, presence, announced } = setUp({ isAlone: () => false });
    presence.onUp('one');
    for (const waitMs of [30_000, 60_000, 120_000]) {
      const before = announced();
      const nonce = before.at(-1)?.nonce ?? '';
      expect(presence.onRoomFull('ben', nonce)).toBe(true);
      expect(presence.onRoomFull('cem', nonce)).toBe(true);
      await clock.advance(waitMs - 1);
      expect(announced()).toHaveLength(before.length);
      await clock.advance(1);
      expect(announced()).toHaveLength(before.length + 1);
      expect(announced().at(-1)?.nonce).not.toBe(nonce);
    }
    // Nobody says so any more.
    await clock.advance(2_000_000);
    expect(announced()).toHaveLength(4);
  });

  test('who had no place for us is not asked again when there is a link meanwhile', async () => {
    const linked = new Set<string>();
    const { clock, presence, announced } = setUp({ isAlone: () => false, isLinked: (session) => linked.has(session) });
    presence.onUp('one');
    presence.onRoomFull('ben', announced()[0]?.nonce ?? '');
    linked.add('ben');
    await clock.advance(2_000_000);
    expect(announced()).toHaveLength(1);
  });

  test('that a room is full counts as an answer to our own announcement only', async () => {
    const { clock, presence, announced } = setUp({ isAlone: () => false });
    presence.onUp('one');
    expect(presence.onRoomFull('ben', randomId())).toBe(false);
    await clock.advance(2_000_000);
    expect(announced()).toHaveLength(1);
  });

  test('for whom there was no place here, there may be one later', async () => {
    const { clock, proven, presence, announced } = setUp({ isAlone: () => false, hasPlaceFor: () => false });
    presence.onUp('one');
    const [ours] = announced();
    presence.onChallenge('ben', {
      v: 1,
      id: randomId(),
      type: 'challenge',
      to: 'ada',
      echo: ours?.nonce ?? '',
      nonce: randomId(),
      name: 'Ben',
    });
    expect(proven).toEqual([]);
    await clock.advance(30_000);
    expect(announced()).toHaveLength(2);
  });

  test('nothing is said any more after the end, whoever had no place', async () => {
    const { clock, presence, announced } = setUp({ isAlone: () => false });
    presence.onUp('one');
    presence.onRoomFull('ben', announced()[0]?.nonce ?? '');
    presence.close();
    await clock.advance(2_000_000);
    expect(announced()).toHaveLength(1);
  });
});

describe('a member\u2019s challenge', () => {
  test('proves it if it echoes our nonce, and gets a response until it is acted upon', () => {
    const { posted, proven, newcomers, counters, presence, announced } = setUp();
    presence.onUp('a');
    const nonce = announced()[0]?.nonce ?? '';
    expect(presence.onChallenge('ben', challenge(randomId()))).toBe(false);
    expect(counters.snapshot().signalUnproven).toBe(1);
    expect(proven).toEqual([]);
    const bens = randomId();
    expect(presence.onChallenge('ben', challenge(nonce, bens))).toBe(true);
    expect(proven).toEqual(['ben']);
    expect(newcomers).toEqual([false]);
    expect([...posted]).toEqual([{ type: 'response', to: 'ben', echo: bens, name: 'Ada' }]);
    presence.settle('ben');
    expect(posted.size).toBe(0);
  });

  test.each([
    ['is linked already', { isLinked: () => true }],
    ['finds no place', { hasPlaceFor: () => false }],
  ])('from somebody who %s is worth its id and nothing else', (_what, options) => {
    const { posted, proven, presence, announced } = setUp(options);
    presence.onUp('a');
    expect(presence.onChallenge('ben', challenge(announced()[0]?.nonce ?? ''))).toBe(true);
    expect(proven).toEqual([]);
    expect(posted.size).toBe(0);
    presence.close();
  });

  test('that echoes an old nonce proves nothing', async () => {
    const { clock, proven, presence, announced } = setUp();
    presence.onUp('a');
    await clock.advance(usualTimings.nonceMs + 1);
    presence.onChallenge('ben', challenge(announced()[0]?.nonce ?? ''));
    expect(proven).toEqual([]);
  });

  test('nothing is repeated and no timer left after close', () => {
    const { clock, posted, presence, announced } = setUp();
    presence.onUp('a');
    presence.onChallenge('ben', challenge(announced()[0]?.nonce ?? ''));
    presence.close();
    expect(posted.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });
});
