import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rememberedSessions, step } from '../../../src/connect/members-machine.ts';
import {
  hasPlaceFor,
  initialMembers,
  isCrowded,
  isRetired,
  type Member,
  type MembersAct,
  type MembersHappening,
  type MembersStatus,
  memberOf,
  type PairFacts,
  spareMember,
  troubleOf,
} from '../../../src/connect/members-state.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';

const { attemptMs, forgetMs } = usualTimings;
const alone = initialMembers({ attemptMs, forgetMs });

function become(status: MembersStatus, nowMs: number, ...happenings: MembersHappening[]): MembersStatus {
  return happenings.reduce((before, happened) => step(before, happened, nowMs).status, status);
}

const proven = (session: string, name = session, newcomer = false): MembersHappening => ({
  type: 'proven',
  session,
  name,
  newcomer,
});
const heard = (session: string, carrier = 'one'): MembersHappening => ({ type: 'heard', session, carrier });
const pair = (session: string, facts: Partial<PairFacts>): MembersHappening => ({
  type: 'pair',
  session,
  facts: { linked: false, key: null, name: null, reason: null, ...facts },
});
/** As `members.ts` tells it: the link, then how the pair stands. */
const link = (session: string, key = `key of ${session}`): MembersHappening[] => [
  { type: 'linked', session, key },
  pair(session, { linked: true, key, name: session.toUpperCase() }),
];
const lose = (session: string, key = `key of ${session}`, reason: PairFacts['reason'] = null): MembersHappening[] => [
  { type: 'loss', session },
  pair(session, { key, name: session.toUpperCase(), reason }),
];
const bye = (session: string): MembersHappening => ({ type: 'bye', session });
const gone = (session: string, carrier = 'one'): MembersHappening => ({ type: 'gone', session, carrier });
const sweep: MembersHappening = { type: 'sweep' };
const unwanted = (session: string, key = `key of ${session}`, why: 'room-locked' | 'removed' = 'room-locked') =>
  ({ type: 'unwanted', session, key, why }) as const;

const show: MembersAct = { do: 'show' };
const close = (session: string): MembersAct[] => [{ do: 'close', session }, show];

const ben = become(alone, 0, proven('ben'), heard('ben'));
const linked = become(ben, 0, ...link('ben'));
const lost = become(linked, 1000, ...lose('ben'));

const names = ({ members }: MembersStatus): string[] => members.map(({ session }) => session);
const only = ({ members }: MembersStatus): Member | undefined => members[0];

/** The same people, but for what is said of one of them. */
function changed(status: MembersStatus, session: string, to: Partial<Member>): MembersStatus {
  return { ...status, members: status.members.map((one) => (one.session === session ? { ...one, ...to } : one)) };
}

function crowd(count: number): MembersStatus {
  return become(alone, 0, ...Array.from({ length: count }, (_, nth) => proven(`guest ${nth}`)));
}

describe('somebody who has proven to be alive', () => {
  test('becomes a member, and a link is tried', () => {
    const { status, acts } = step({ ...alone, full: true }, proven('ben', 'Ben', true), 5);
    expect(acts).toEqual([{ do: 'open', session: 'ben' }, { do: 'begin', session: 'ben' }, show]);
    expect(status).toEqual({
      ...alone,
      members: [
        {
          session: 'ben',
          name: 'Ben',
          newcomer: true,
          carriers: [],
          carrierLostMs: 5,
          heardMs: 5,
          unlinkedMs: 5,
          unwanted: null,
          pair: { linked: false, key: null, name: null, reason: null },
        },
      ],
    });
  });

  test('again is the same member, under the name that they say now', () => {
    expect(step({ ...linked, full: true }, proven('ben', 'Benjamin', true), 9)).toEqual({
      status: changed(linked, 'ben', { name: 'Benjamin' }),
      acts: [{ do: 'begin', session: 'ben' }, show],
    });
  });

  test('comes behind those who are here', () => {
    expect(names(become(ben, 0, proven('ada'), proven('cleo')))).toEqual(['ben', 'ada', 'cleo']);
  });

  test('under a session that is over is nobody', () => {
    const left = become(ben, 0, bye('ben'));
    expect(isRetired(left, 'ben')).toBe(true);
    expect(isRetired(left, 'ada')).toBe(false);
    expect(step(left, proven('ben'), 0)).toEqual({ status: left, acts: [] });
  });

  test('has no place in a room that is full of members', () => {
    const nearly = crowd(limits.roomMembers - 2);
    expect([isCrowded(nearly), hasPlaceFor(nearly, 'ben', 0)]).toEqual([false, true]);
    const full = become(nearly, 0, proven('last'));
    expect([isCrowded(full), hasPlaceFor(full, 'ben', 0), hasPlaceFor(full, 'last', 0)]).toEqual([true, false, true]);
    expect(step(full, proven('ben'), 0)).toEqual({ status: full, acts: [] });
    expect(step(full, proven('last', 'Lars'), 0).acts).toEqual([{ do: 'begin', session: 'last' }, show]);
  });

  test('takes the place of the first who is not let in, and of nobody while there is room', () => {
    const full = become(crowd(limits.roomMembers - 1), 0, unwanted('guest 3'), unwanted('guest 5'));
    expect(hasPlaceFor(full, 'ben', 0)).toBe(true);
    expect(spareMember(full, 0)?.session).toBe('guest 3');
    const { status, acts } = step(full, proven('ben'), 0);
    expect(acts).toEqual([...close('guest 3'), { do: 'open', session: 'ben' }, { do: 'begin', session: 'ben' }, show]);
    expect(names(status)).not.toContain('guest 3');
    expect(status.members).toHaveLength(limits.roomMembers - 1);
    // They may come again: only somebody else was here first.
    expect(isRetired(status, 'guest 3')).toBe(false);

    const roomy = become(ben, 0, unwanted('ben'), proven('ada'));
    expect(names(roomy)).toEqual(['ben', 'ada']);
  });

  test('takes the place of somebody whose link was lost and of whom nothing was heard for a minute', () => {
    const full = become(crowd(limits.roomMembers - 1), 0, ...link('guest 4'), ...lose('guest 4'), heard('guest 5'));
    const others = full.members.filter(({ session }) => session !== 'guest 4').map(({ session }) => session);
    const onlyOneLost = become(full, 0, ...others.flatMap((session) => link(session)));
    expect(hasPlaceFor(onlyOneLost, 'ben', 3 * attemptMs - 1)).toBe(false);
    expect(hasPlaceFor(onlyOneLost, 'ben', 3 * attemptMs)).toBe(true);
    const { status } = step(onlyOneLost, proven('ben'), 3 * attemptMs);
    expect(names(status)).not.toContain('guest 4');
    expect(status.departed).toMatchObject([{ key: 'key of guest 4', why: 'peer-away' }]);
  });

  test('takes no place of somebody whose link was lost, or who was heard, a moment ago', () => {
    const others = Array.from({ length: limits.roomMembers - 2 }, (_, index) => `guest ${index + 1}`);
    const full = become(crowd(limits.roomMembers - 1), 0, ...link('guest 0'), ...others.flatMap((each) => link(each)));
    const lostLate = become(full, 7000, ...lose('guest 0'));
    const heardLate = become(become(full, 0, ...lose('guest 0')), 7000, heard('guest 0'));
    for (const status of [lostLate, heardLate]) {
      expect(hasPlaceFor(status, 'ben', 7000 + 3 * attemptMs - 1)).toBe(false);
      expect(hasPlaceFor(status, 'ben', 7000 + 3 * attemptMs)).toBe(true);
    }
  });

  test('is forgotten in the end, although attempts to reach them fail again and again', () => {
    const failing = become(lost, 1000 + forgetMs - 1, { type: 'loss', session: 'ben' });
    expect(names(become(failing, 1000 + forgetMs, sweep))).toEqual([]);
  });
});

test('what is said of nobody here changes nothing', () => {
  const of: MembersHappening[] = [
    ...link('eve'),
    ...lose('eve'),
    unwanted('eve'),
    { type: 'expel', session: 'eve' },
    heard('eve'),
    gone('eve'),
    bye('eve'),
  ];
  for (const happened of of) expect(step(ben, happened, 7)).toEqual({ status: ben, acts: [] });
  expect(memberOf(ben, 'eve')).toBeUndefined();
  expect(memberOf(ben, 'ben')).toBe(only(ben));
});

describe('a signal', () => {
  test('tells when and by which carrier somebody was heard', () => {
    expect(step(ben, heard('ben', 'two'), 30)).toEqual({
      status: changed(ben, 'ben', { heardMs: 30, carriers: ['one', 'two'] }),
      acts: [],
    });
    expect(only(step(ben, heard('ben'), 30).status)?.carriers).toEqual(['one']);
  });

  test('concerns nobody else', () => {
    const two = become(ben, 0, proven('ada'));
    expect(memberOf(step(two, heard('ben', 'two'), 30).status, 'ada')).toEqual(memberOf(two, 'ada'));
  });
});

describe('a link', () => {
  test('is seen', () => {
    expect(step(ben, { type: 'linked', session: 'ben', key: 'key of ben' }, 0)).toEqual({
      status: ben,
      acts: [{ do: 'saw', key: 'key of ben' }],
    });
    expect(only(linked)?.pair).toEqual({ linked: true, key: 'key of ben', name: 'BEN', reason: null });
  });

  test('of the same person under another session ends the old one, for good', () => {
    const again = become(linked, 0, proven('ada'), ...link('ada'), proven('ben 2'));
    const { status, acts } = step(again, { type: 'linked', session: 'ben 2', key: 'key of ben' }, 0);
    expect(acts).toEqual([...close('ben'), { do: 'saw', key: 'key of ben' }]);
    expect(names(status)).toEqual(['ada', 'ben 2']);
    expect(isRetired(status, 'ben')).toBe(true);
  });

  test('ends also the session that was not let in, which is known by the key it was refused for', () => {
    const two = become(ben, 0, unwanted('ben', 'k'), proven('ben 2'));
    expect(step(two, { type: 'linked', session: 'ben 2', key: 'k' }, 0).acts).toEqual([
      ...close('ben'),
      { do: 'saw', key: 'k' },
    ]);
  });

  test('brings back who had left', () => {
    const left = become(linked, 0, proven('ada'), ...link('ada'), bye('ada'), bye('ben'), proven('ben 2'));
    expect(left.departed.map(({ key }) => key)).toEqual(['key of ada', 'key of ben']);
    const back = step(left, { type: 'linked', session: 'ben 2', key: 'key of ben' }, 0).status;
    expect(back.departed.map(({ key }) => key)).toEqual(['key of ada']);
  });

  test('that is lost is not missed before a while has passed', () => {
    expect(only(lost)).toMatchObject({ unlinkedMs: 1000, pair: { linked: false, key: 'key of ben' } });
    expect(names(become(lost, 1000, sweep))).toEqual(['ben']);
  });
});

describe('somebody who is not let in', () => {
  test('because the room is locked is counted', () => {
    expect(step(ben, unwanted('ben', 'k'), 0)).toEqual({
      status: changed(ben, 'ben', { unwanted: { key: 'k', why: 'room-locked' } }),
      acts: [{ do: 'count-kept-out', key: 'k' }, show],
    });
  });

  test('because they were removed is not', () => {
    expect(step(ben, unwanted('ben', 'k', 'removed'), 0).acts).toEqual([show]);
  });

  test('is here under one session only', () => {
    const two = become(ben, 0, unwanted('ben', 'k'), proven('ben 2'), proven('ada'));
    expect(step(two, unwanted('ben 2', 'k'), 0).acts).toEqual([
      ...close('ben'),
      { do: 'count-kept-out', key: 'k' },
      show,
    ]);
  });

  test('is let in with the key, and nobody else', () => {
    const three = become(alone, 0, ...['a', 'b', 'c'].flatMap((one) => [proven(one), unwanted(one, one)]));
    const { status, acts } = step(three, { type: 'admitted', keys: ['c', 'a', 'x'] }, 0);
    expect(acts).toEqual([
      { do: 'let-in', session: 'c' },
      { do: 'let-in', session: 'a' },
    ]);
    expect(status.members.map((one) => one.unwanted?.key ?? null)).toEqual([null, 'b', null]);
    expect(step(three, { type: 'admitted', keys: [] }, 0)).toEqual({ status: three, acts: [] });
  });
});

describe('to remove somebody', () => {
  test('bars the person, then ends the link', () => {
    expect(step(linked, { type: 'expel', session: 'ben' }, 0)).toEqual({
      status: changed(linked, 'ben', { unwanted: { key: 'key of ben', why: 'removed' } }),
      acts: [
        { do: 'bar', key: 'key of ben', session: 'ben', name: 'BEN' },
        { do: 'expel', session: 'ben' },
      ],
    });
  });

  test('goes by the name they were told over carriers where no other is known', () => {
    const nameless = become(ben, 0, pair('ben', { linked: true, key: 'k' }));
    expect(step(nameless, { type: 'expel', session: 'ben' }, 0).acts[0]).toMatchObject({ do: 'bar', name: 'ben' });
  });

  test('takes somebody whose key is known', () => {
    expect(step(ben, { type: 'expel', session: 'ben' }, 0)).toEqual({ status: ben, acts: [] });
  });
});

describe('who leaves', () => {
  test('is no member any more, under this session never again, and shown for a while', () => {
    const { status, acts } = step(linked, bye('ben'), 400);
    expect(acts).toEqual(close('ben'));
    expect(status).toEqual({
      ...linked,
      members: [],
      retired: ['ben'],
      departed: [{ key: 'key of ben', session: 'ben', name: 'BEN', why: 'peer-left', untilMs: 400 + forgetMs }],
    });
    expect(step(status, sweep, 399 + forgetMs)).toEqual({ status, acts: [] });
    expect(step(status, sweep, 400 + forgetMs)).toEqual({ status: { ...status, departed: [] }, acts: [show] });
  });

  test('is shown under the name told over carriers where no other is known', () => {
    const nameless = become(ben, 0, pair('ben', { linked: true, key: 'k' }));
    expect(become(nameless, 0, bye('ben')).departed).toMatchObject([{ name: 'ben' }]);
  });

  test('without ever having had a link is not missed', () => {
    expect(become(ben, 0, bye('ben')).departed).toEqual([]);
  });

  test('when removed is not missed, but when kept out by the lock', () => {
    expect(become(linked, 0, { type: 'expel', session: 'ben' }, bye('ben')).departed).toEqual([]);
    expect(become(lost, 0, unwanted('ben'), bye('ben')).departed).toHaveLength(1);
  });

  test('twice is shown once, as last', () => {
    const once = become(linked, 0, proven('ada'), ...link('ada'), bye('ben'), bye('ada'));
    const twice = become(once, 10, proven('ben 2'), pair('ben 2', { key: 'key of ben' }), bye('ben 2'));
    expect(twice.departed.map(({ key, session }) => [key, session])).toEqual([
      ['key of ada', 'ada'],
      ['key of ben', 'ben 2'],
    ]);
  });

  test('is remembered within bounds', () => {
    let status = alone;
    for (let nth = 0; nth < 400; nth++) {
      status = become(status, 0, proven(`guest ${nth}`), ...link(`guest ${nth}`), bye(`guest ${nth}`));
    }
    expect(status.retired).toHaveLength(rememberedSessions);
    expect(status.retired.at(-1)).toBe('guest 399');
    expect(status.departed).toHaveLength(limits.roomMembers);
    expect(status.departed.at(-1)?.session).toBe('guest 399');
  });
});

describe('who is away', () => {
  test('by the word of every carrier they were heard on is gone', () => {
    const two = become(lost, 0, heard('ben', 'two'));
    const left = step(two, gone('ben', 'two'), 50);
    expect(left).toEqual({ status: changed(two, 'ben', { carriers: ['one'] }), acts: [] });
    const { status, acts } = step(left.status, gone('ben', 'one'), 60);
    expect(acts).toEqual(close('ben'));
    expect(status.departed).toMatchObject([{ why: 'peer-away', untilMs: 60 + forgetMs }]);
    // They may be back on another carrier.
    expect(status.retired).toEqual([]);
  });

  test('by the word of carriers alone is not, while there is a link', () => {
    expect(step(linked, gone('ben'), 0)).toEqual({ status: changed(linked, 'ben', { carriers: [] }), acts: [] });
  });

  test('without a link and without a carrier is gone after an attempt’s time', () => {
    const uncarried = become(linked, 0, gone('ben'));
    expect(step(uncarried, sweep, 10 * forgetMs)).toEqual({ status: uncarried, acts: [] });
    const away = become(uncarried, 1000, ...lose('ben'));
    expect(step(away, sweep, 999 + attemptMs).acts).toEqual([]);
    expect(step(away, sweep, 1000 + attemptMs).acts).toEqual(close('ben'));
    expect(become(away, 1000 + attemptMs, sweep).departed).toMatchObject([{ why: 'peer-away' }]);
  });

  test.each([
    ['was never heard again', lost, 1000],
    ['was heard since', become(lost, 5000, heard('ben')), 5000],
    ['lost the link since', become(become(linked, 3000, heard('ben')), 8000, ...lose('ben')), 8000],
  ])('and carried is forgotten a while after they %s or lost the link', (_, status, sinceMs) => {
    expect(step(status, sweep, sinceMs + forgetMs - 1)).toEqual({ status, acts: [] });
    expect(step(status, sweep, sinceMs + forgetMs).acts).toEqual(close('ben'));
  });

  test.each([
    ['is not let in', become(lost, 1000, unwanted('ben'))],
    ['would have no link with us', become(linked, 1000, ...lose('ben', 'key of ben', 'removed'))],
  ])('is for carriers to say of somebody who %s', (_, status) => {
    expect(step(status, sweep, 10 * forgetMs)).toEqual({
      status: changed(status, 'ben', { heardMs: 10 * forgetMs }),
      acts: [],
    });
    const uncarried = become(status, 0, heard('ben', 'one'));
    expect(step(changed(uncarried, 'ben', { carriers: [] }), sweep, 10 * forgetMs).acts).toEqual(close('ben'));
  });

  test('does not take others along', () => {
    const two = become(linked, 0, proven('ada'), proven('cleo'), heard('cleo'));
    expect(names(become(two, attemptMs, sweep))).toEqual(['ben', 'cleo']);
    expect(names(become(two, forgetMs, sweep))).toEqual(['ben']);
  });
});

describe('trouble', () => {
  const full = { code: 'room-full', detail: { members: limits.roomMembers } };

  test('is a room that is full, until somebody is met', () => {
    const { status, acts } = step(alone, { type: 'full' }, 0);
    expect([acts, troubleOf(status, 0)]).toEqual([[show], full]);
    expect(troubleOf({ ...ben, full: true }, 0)).toBeNull();
    expect(troubleOf(become(status, 0, proven('ben'), bye('ben')), 0)).toBeNull();
    expect(troubleOf(alone, 0)).toBeNull();
  });

  test('is somebody who cannot read us, for a while', () => {
    const { status, acts } = step(alone, { type: 'unreadable' }, 100);
    expect(acts).toEqual([show]);
    expect(troubleOf(status, 99 + forgetMs)).toEqual({ code: 'version-unknown' });
    expect(troubleOf(status, 100 + forgetMs)).toBeNull();
    expect(step(status, sweep, 99 + forgetMs)).toEqual({ status, acts: [] });
    expect(step(status, sweep, 100 + forgetMs)).toEqual({ status: alone, acts: [show] });
    expect(step(alone, sweep, 100 + forgetMs)).toEqual({ status: alone, acts: [] });
  });

  test('is somebody whom we cannot read, who is told once, unless it was an answer', () => {
    const other = (to: string | null): MembersHappening => ({ type: 'other-version', session: 'eve', to });
    const first = step(alone, other(null), 100);
    expect(first.acts).toEqual([show, { do: 'refuse-version', session: 'eve' }]);
    expect(first.status).toEqual({ ...alone, toldVersion: ['eve'], otherVersionUntilMs: 100 + forgetMs });
    const again = step(first.status, other(null), 200);
    expect(again.acts).toEqual([show]);
    expect(again.status.otherVersionUntilMs).toBe(200 + forgetMs);
    expect(step(alone, other('me'), 100)).toEqual({
      status: { ...alone, otherVersionUntilMs: 100 + forgetMs },
      acts: [show],
    });
  });

  test('of many other versions is remembered within bounds', () => {
    let status = alone;
    for (let nth = 0; nth < 400; nth++) {
      status = step(status, { type: 'other-version', session: `s${nth}`, to: null }, 0).status;
    }
    expect(status.toldVersion).toHaveLength(rememberedSessions);
    expect(status.toldVersion.at(-1)).toBe('s399');
  });
});

describe('a carrier that this side has lost', () => {
  const lost = (carrier: string): MembersHappening => ({ type: 'carrier-lost', carrier });

  test('tells nobody any more who goes there meanwhile: who is not heard again is away', () => {
    const two = become(alone, 0, proven('ben'), heard('ben', 'one'), proven('ada'), heard('ada', 'two'));
    const after = step(become(two, 0, ...link('ben'), ...link('ada')), lost('one'), 1000);
    expect(after.acts).toEqual([]);
    expect(after.status.members).toMatchObject([
      { session: 'ben', carriers: [], carrierLostMs: 1000 },
      { session: 'ada', carriers: ['two'], carrierLostMs: 0 },
    ]);
    const unlinked = become(after.status, 500, ...lose('ben'), ...lose('ada'));
    expect(names(become(unlinked, 999 + attemptMs, sweep))).toEqual(['ben', 'ada']);
    expect(names(become(unlinked, 1000 + attemptMs, sweep))).toEqual(['ada']);
  });

  test('leaves the others that carry somebody', () => {
    const both = become(alone, 0, proven('ben'), heard('ben', 'one'), heard('ben', 'two'), lost('one'));
    expect(only(both)?.carriers).toEqual(['two']);
  });

  test('costs nobody who has a link, or is heard again', () => {
    const one = become(alone, 0, proven('ben'), heard('ben', 'one'), lost('one'));
    expect(names(become(become(one, 10, heard('ben', 'one')), attemptMs, sweep))).toEqual(['ben']);
    expect(names(become(become(one, 10, ...link('ben')), attemptMs, sweep))).toEqual(['ben']);
  });
});

test('whatever happens, the list is bounded, each person is in it once, and nothing is said to a session that is over', () => {
  const session = fc.integer({ min: 0, max: 15 }).map((nth) => `s${nth}`);
  const key = fc.integer({ min: 0, max: 5 }).map((nth) => `k${nth}`);
  const carrier = fc.constantFrom('one', 'two');
  const anything: fc.Arbitrary<readonly MembersHappening[]> = fc.oneof(
    fc.tuple(session, fc.boolean()).map(([one, newcomer]) => [proven(one, one, newcomer), heard(one)]),
    fc.tuple(session, key).map(([one, its]) => link(one, its)),
    fc.tuple(session, key, fc.constantFrom(null, 'removed' as const)).map(([one, its, why]) => lose(one, its, why)),
    fc
      .tuple(session, key, fc.constantFrom('room-locked' as const, 'removed' as const))
      .map(([one, its, why]) => [unwanted(one, its, why)]),
    key.map((its) => [{ type: 'admitted', keys: [its] } as const]),
    session.map((one) => [{ type: 'expel', session: one } as const]),
    session.map((one) => [bye(one)]),
    fc.tuple(session, carrier).map(([one, by]) => [heard(one, by)]),
    fc.tuple(session, carrier).map(([one, by]) => [gone(one, by)]),
    carrier.map((by) => [{ type: 'carrier-lost', carrier: by } as const]),
    fc.constant([sweep]),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(anything, fc.integer({ min: 0, max: forgetMs / 4 })), { maxLength: 80 }), (story) => {
      let status = alone;
      let nowMs = 0;
      const pairs = new Set<string>();
      for (const [happenings, passedMs] of story) {
        nowMs += passedMs;
        for (const happened of happenings) {
          // A link is told of members alone.
          if (happened.type === 'linked' && !memberOf(status, happened.session)) continue;
          const before = status;
          const next = step(before, happened, nowMs);
          for (const act of next.acts) {
            if (act.do === 'open') {
              expect(pairs.has(act.session)).toBe(false);
              pairs.add(act.session);
            } else if (act.do === 'close') expect(pairs.delete(act.session)).toBe(true);
            else if ('session' in act && act.do !== 'refuse-version') expect(pairs.has(act.session)).toBe(true);
            if ('session' in act && act.do !== 'close') expect(isRetired(next.status, act.session)).toBe(false);
          }
          status = next.status;
          expect(names(status).sort()).toEqual([...pairs].sort());
          expect(status.members.length).toBeLessThan(limits.roomMembers);
          expect(names(status).filter((one) => isRetired(status, one))).toEqual([]);
          if (happened.type === 'linked') {
            const same = status.members.filter((one) => (one.unwanted?.key ?? one.pair.key) === happened.key);
            expect(same.filter((one) => one.session !== happened.session)).toEqual([]);
          }
          if (happened.type === 'sweep') {
            for (const { pair: facts, carriers, carrierLostMs, unlinkedMs, heardMs } of status.members) {
              if (facts.linked) continue;
              expect(nowMs - Math.max(unlinkedMs, heardMs)).toBeLessThan(forgetMs);
              if (carriers.length === 0) expect(nowMs - Math.max(unlinkedMs, carrierLostMs)).toBeLessThan(attemptMs);
            }
          }
          expect(new Set(status.departed.map((one) => one.key)).size).toBe(status.departed.length);
          expect(JSON.parse(JSON.stringify(status))).toEqual(status);
        }
      }
    }),
    { numRuns: 300 },
  );
});
