import { afterEach, describe, expect, test } from 'vitest';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { startTestBroker, type TestBroker } from '../../support/broker-aedes.ts';
import { everybodyLeaves, joinAs, makeTestIdentity, makeTestRoom, type Person } from '../../support/connect-person.ts';

const brokers: TestBroker[] = [];

async function setUp() {
  const broker = await startTestBroker();
  brokers.push(broker);
  const room = makeTestRoom();
  /** Whoever is refused tries again soon. */
  const timings = { attemptBackoffMs: { first: 100, most: 200 } };
  return {
    room,
    options: { brokers: [broker.url], timings },
    join: (name: string, identity = makeTestIdentity(), more = {}): Person =>
      joinAs(name, room, { brokers: [broker.url], timings, identity, ...more }),
  };
}

afterEach(async () => {
  await everybodyLeaves();
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});

const isLocked = ({ locked }: { locked: boolean }): boolean => locked;
const isOpen = ({ locked }: { locked: boolean }): boolean => !locked;

const seesOnly =
  (...names: string[]) =>
  ({ members }: Person['view']): boolean =>
    members
      .filter(({ state }) => state === 'connected')
      .map(({ name }) => name)
      .sort()
      .join() === names.join();

describe('a locked room', () => {
  test('refuses a newcomer with words, does not jump for them, and takes them in once anybody has unlocked it', async () => {
    const { join } = await setUp();
    const [ada, ben] = [join('Ada'), join('Ben')];
    await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    ada.room.lock(true);
    await ben.untilGuard('Ben knows', isLocked);
    const before = { ada: ada.views.length, ben: ben.views.length };
    const cleo = join('Cleo');
    await cleo.until(
      'Cleo is told by both',
      ({ members }) => members.length === 2 && members.every(({ reason }) => reason?.code === 'room-locked'),
    );
    expect(cleo.views.flatMap(({ members }) => members).some(({ state }) => state === 'connected')).toBe(false);
    expect(cleo.links).toEqual([]);
    await ada.untilGuard('Ada is told quietly', ({ keptOut }) => keptOut === 1);
    await ben.untilGuard('Ben is told quietly', ({ keptOut }) => keptOut === 1);
    for (const [person, from] of [
      [ada, before.ada],
      [ben, before.ben],
    ] as const) {
      expect(person.views.slice(from).every(({ members }) => members.length === 1)).toBe(true);
    }
    // Not the one who locked it.
    ben.room.lock(false);
    await Promise.all([cleo.untilLinked(2), ada.untilLinked(2), ben.untilLinked(2)]);
    expect(ada.guard).toEqual({ locked: false, keptOut: 0, renewals: [] });
    await cleo.until('no reason is left', ({ members }) => members.every(({ reason }) => reason === null));
  });

  test('takes in who was here before, under a new session, also with those who had not met them', async () => {
    const { join } = await setUp();
    const [adas, bens] = [makeTestIdentity(), makeTestIdentity()];
    const [ada, ben] = [join('Ada', adas), join('Ben', bens)];
    await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    await ben.leave();
    await ada.until('Ben is gone', ({ members }) => members[0]?.state === 'closed');
    const cleo = join('Cleo');
    await Promise.all([ada.untilLinked(2), cleo.untilLinked()]);
    ada.room.lock(true);
    await cleo.untilGuard('Cleo knows', isLocked);
    const again = join('Ben', bens);
    await Promise.all([again.untilLinked(2), cleo.untilLinked(2)]);
    await again.untilGuard('Ben is told that it is locked', isLocked);
    expect(ada.guard.keptOut + cleo.guard.keptOut).toBe(0);
  });

  test('stays locked when the page of everybody in it is reloaded', async () => {
    const { join } = await setUp();
    const identities = [makeTestIdentity(), makeTestIdentity()] as const;
    const [ada, ben] = [join('Ada', identities[0]), join('Ben', identities[1])];
    await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    ada.room.lock(true);
    await ben.untilGuard('Ben knows', isLocked);
    const [adas, bens] = [ada.savedGuard, ben.savedGuard];
    await Promise.all([ada.leave(), ben.leave()]);
    const [adaAgain, benAgain] = [
      join('Ada', identities[0], { guard: adas }),
      join('Ben', identities[1], { guard: bens }),
    ];
    await Promise.all([adaAgain.untilLinked(), benAgain.untilLinked()]);
    expect([adaAgain.guard.locked, benAgain.guard.locked]).toEqual([true, true]);
    const cleo = join('Cleo');
    await cleo.until('Cleo is refused', ({ members }) => members.some(({ reason }) => reason?.code === 'room-locked'));
    expect(cleo.links).toEqual([]);
  });

  test('is the same for all after several changes at the same time', async () => {
    const { join } = await setUp();
    const people = [join('Ada'), join('Ben'), join('Cleo')];
    await Promise.all(people.map((person) => person.untilLinked(2)));
    const [ada, ben, cleo] = people;
    ada?.room.lock(true);
    ben?.room.lock(true);
    ben?.room.lock(false);
    cleo?.room.lock(true);
    // Ben's second turn is the highest.
    await Promise.all(people.map((person) => person.untilGuard('it is open for all', isOpen)));
    await expect.poll(() => new Set(people.map(({ savedGuard }) => savedGuard?.lock.turn))).toEqual(new Set([2]));
    ada?.room.lock(true);
    ben?.room.lock(true);
    await Promise.all(people.map((person) => person.untilGuard('it is locked for all', isLocked)));
  });

  test('that a hostile member has locked with the highest turn there is can be unlocked by anybody, and stays open', async () => {
    const { join } = await setUp();
    const [ada, ben] = [join('Ada'), join('Ben')];
    await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    const lock = { turn: Number.MAX_SAFE_INTEGER, locked: true, keys: [ada.key, ben.key] };
    const mallory = join('Mallory', makeTestIdentity(), { guard: { lock, seen: [], removed: [] } });
    await Promise.all([mallory.untilLinked(2), ada.untilLinked(2), ben.untilLinked(2)]);
    await Promise.all([ada.untilGuard('Ada hears', isLocked), ben.untilGuard('Ben hears', isLocked)]);
    await ada.until('nobody is put out', seesOnly('Ben', 'Mallory'));
    await mallory.leave();
    ben.room.lock(false);
    await ada.untilGuard('Ada hears of Ben’s', isOpen);
    const cleo = join('Cleo');
    await cleo.untilLinked(2);
    expect([ada, ben, cleo].map(({ guard }) => guard.locked)).toEqual([false, false, false]);
  });

  test('has room for those who belong in it, however many newcomers ask', async () => {
    const { join } = await setUp();
    const bens = makeTestIdentity();
    const [ada, ben] = [join('Ada'), join('Ben', bens)];
    await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    await ben.leave();
    await ada.until('Ben is gone', ({ members }) => members[0]?.state === 'closed');
    ada.room.lock(true);
    const newcomers = Array.from({ length: limits.roomMembers - 1 }, (_, index) => join(`Guest ${index}`));
    await ada.untilGuard('all are kept out', ({ keptOut }) => keptOut === newcomers.length);
    await Promise.all(newcomers.map((one) => one.leave()));
    const again = join('Ben', bens);
    await Promise.all([again.untilLinked(), ada.untilLinked(2)]);
  }, 180_000);
});

describe('somebody who is removed', () => {
  test('is out for the one who removed them, under a new session too, and for nobody else', async () => {
    const { join } = await setUp();
    const bens = makeTestIdentity();
    const [ada, ben, cleo] = [join('Ada'), join('Ben', bens), join('Cleo')];
    await Promise.all([ada, ben, cleo].map((person) => person.untilLinked(2)));
    const toBen = ada.member('Ben');
    ada.room.remove(toBen?.session ?? '');
    await ben.until('Ben is told', () => ben.member('Ada')?.reason?.code === 'removed');
    expect(ben.member('Ada')?.state).toBe('closed');
    expect(ben.member('Cleo')?.state).toBe('connected');
    await ada.until('Ben is off', () => ada.member('Ben')?.reason?.code === 'removed-by-me');
    expect(ada.member('Ben')).toMatchObject({ state: 'closed', key: ben.key, session: toBen?.session });
    expect(seesOnly('Ben', 'Ada')(cleo.view) || seesOnly('Ada', 'Ben')(cleo.view)).toBe(true);

    const linksBefore = ada.links.length;
    await ben.leave();
    const again = join('Ben', bens);
    await again.until('Ben is told again', () => again.member('Ada')?.reason?.code === 'removed');
    await cleo.untilLinked(3);
    expect(
      again.views
        .flatMap(({ members }) => members)
        .filter(({ state, name }) => name === 'Ada' && state === 'connected'),
    ).toEqual([]);
    expect(ada.links).toHaveLength(linksBefore);
    expect(ada.view.members.filter(({ name }) => name === 'Ben')).toHaveLength(1);

    ada.room.letBack(bens.key);
    await ada.until('Ben is back', seesOnly('Ben', 'Cleo'));
    await again.until('Ada is back', seesOnly('Ada', 'Cleo'));
  });

  test('is still out for a page that is opened anew', async () => {
    const { join } = await setUp();
    const [adas, bens] = [makeTestIdentity(), makeTestIdentity()];
    const [ada, ben] = [join('Ada', adas), join('Ben', bens)];
    await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    ada.room.remove(ada.member('Ben')?.session ?? '');
    await ben.until('Ben is told', () => ben.member('Ada')?.reason?.code === 'removed');
    const guard = ada.savedGuard;
    await ada.leave();
    const again = join('Ada', adas, { guard });
    await again.until('Ben is still on the list', () => again.member('Ben')?.reason?.code === 'removed-by-me');
    await ben.until('Ben is told again', ({ members }) =>
      members.some(({ session, reason }) => session === again.room.diagnostics().session && reason?.code === 'removed'),
    );
    expect(again.links).toEqual([]);
  });

  test('cannot have others removed: what a member says of somebody else is nobody’s order', async () => {
    const { join } = await setUp();
    const mallory = join('Mallory');
    const [ada, ben] = [join('Ada'), join('Ben')];
    await Promise.all([ada, ben, mallory].map((person) => person.untilLinked(2)));
    // All that a member can say: a lock that names nobody, a removal of their own, a code.
    mallory.room.remove(mallory.member('Ben')?.session ?? '');
    mallory.room.lock(true);
    mallory.room.renew('camp-kitten-dinosaur-fence-gloom', [mallory.member('Ada')?.session ?? '']);
    await ada.untilGuard('Ada has heard it all', ({ locked, renewals }) => locked && renewals.length === 1);
    await ben.until('Ben is removed by Mallory', () => ben.member('Mallory')?.reason?.code === 'removed');
    expect(ada.member('Ben')?.state).toBe('connected');
    expect(ben.member('Ada')?.state).toBe('connected');
    expect(ada.member('Mallory')?.state).toBe('connected');
  });
});

describe('a new code', () => {
  const code = 'camp-kitten-dinosaur-fence-gloom';

  test('goes to the chosen only, asks them, and moves nobody by itself', async () => {
    const { join } = await setUp();
    const [ada, ben, cleo] = [join('Ada'), join('Ben'), join('Cleo')];
    await Promise.all([ada, ben, cleo].map((person) => person.untilLinked(2)));
    const session = ada.room.diagnostics().session;
    ada.room.renew(code, [ada.member('Ben')?.session ?? '']);
    await ada.leave();
    const { renewals } = await ben.untilGuard('Ben is asked', (guard) => guard.renewals.length > 0);
    expect(renewals).toEqual([{ key: ada.key, session, name: 'Ada', code }]);
    await cleo.until('Ada is gone for Cleo', () => cleo.member('Ada')?.state === 'closed');
    expect(cleo.guard.renewals).toEqual([]);
    expect(ben.member('Cleo')?.state).toBe('connected');
    ben.room.answered(ada.key);
    expect(ben.guard.renewals).toEqual([]);
  });

  test('is asked about once a person, however often they say it', async () => {
    const { join } = await setUp();
    const [ada, ben] = [join('Ada'), join('Ben')];
    await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    const to = [ada.member('Ben')?.session ?? ''];
    for (let time = 0; time < 20; time++) ada.room.renew(code, to);
    ada.room.lock(true);
    await ben.untilGuard('all of it has come', isLocked);
    expect(ben.guard.renewals).toHaveLength(1);
    ben.room.answered(ada.key);
    ada.room.renew(code, to);
    ada.room.lock(false);
    await ben.untilGuard('this, too', isOpen);
    expect(ben.guard.renewals).toEqual([]);
    expect(ben.room.diagnostics().counters.renewTooFrequent).toBe(20);
  });
});
