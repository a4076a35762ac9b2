import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { startTestBroker, type TestBroker } from '../../support/broker-aedes.ts';
import { nodeCryptography, randomId } from '../../support/connect-cryptography.ts';
import { comeAsOutsider, outsidersLeave } from '../../support/connect-outsider.ts';
import { everybodyLeaves, joinAs, makeTestIdentity, makeTestRoom, type Person } from '../../support/connect-person.ts';

const brokers: TestBroker[] = [];

async function startBroker(): Promise<TestBroker> {
  const broker = await startTestBroker();
  brokers.push(broker);
  return broker;
}

afterEach(async () => {
  await everybodyLeaves();
  await outsidersLeave();
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});

const counters = (person: Person) => person.room.diagnostics().counters;
const connected = (person: Person) =>
  person.until('a broker is connected', ({ brokers: [broker] }) => broker?.state === 'connected');

test('a replayed announcement brings at most one challenge, and nobody into view', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const gone = await comeAsOutsider(room, broker.url);
  const recorded = await gone.say({ type: 'announce', nonce: randomId(), name: 'Ghost' });
  await gone.leave();

  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  await connected(ada);
  const replayer = await comeAsOutsider(room, broker.url);
  for (let time = 0; time < 20; time++) await replayer.sayBytes(recorded);
  const { signal } = await replayer.until('challenge');
  expect(signal.to).toBe(gone.session);
  // A second newcomer's challenge comes after all that the replays could have caused.
  const nonce = randomId();
  await replayer.say({ type: 'announce', nonce, name: 'Rita' });
  await waitUntil(() => replayer.heard.some((one) => one.signal.type === 'challenge' && one.signal.echo === nonce));
  const challenges = replayer.heard.filter((one) => one.signal.type === 'challenge' && one.signal.to === gone.session);
  expect(challenges).toHaveLength(1);
  expect(counters(ada).signalDuplicate).toBe(19);
  expect(ada.views.every((view) => view.members.length === 0)).toBe(true);
  expect(ada.room.diagnostics().members).toEqual([]);
});

test('nobody is visible or connected before they have echoed our nonce', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const eve = await comeAsOutsider(room, broker.url);
  const { from } = await eve.until('announce');
  const link = randomId();
  await eve.say({ type: 'challenge', to: from, echo: randomId(), nonce: randomId(), name: 'Eve' });
  await eve.say({ type: 'response', to: from, echo: randomId(), name: 'Eve' });
  await eve.say({ type: 'offer', to: from, link, sdp: 'v=0' });
  await eve.say({ type: 'candidates', to: from, link, candidates: [], end: true });
  await eve.say({ type: 'retry', to: from, last: null });
  await eve.say({ type: 'bye' });
  await waitUntil(() => counters(ada).received >= 6);
  expect(counters(ada).signalUnproven).toBe(6);
  expect(ada.views.every((view) => view.members.length === 0)).toBe(true);
  const { signal } = await eve.until('announce');
  // And then by the rules.
  await eve.say({ type: 'challenge', to: from, echo: signal.nonce, nonce: randomId(), name: 'Eve' });
  await ada.until('Eve is seen', ({ members }) => members[0]?.name === 'Eve');
  expect(ada.member('Eve')).toMatchObject({ session: eve.session, state: 'connecting', key: null });
});

test('a will counts only at the broker that was given it', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const eve = await comeAsOutsider(room, broker.url);
  const { from, signal } = await eve.until('announce');
  await eve.say({ type: 'challenge', to: from, echo: signal.nonce, nonce: randomId(), name: 'Eve' });
  await ada.until('Eve is seen', ({ members }) => members[0]?.name === 'Eve');
  await eve.say({ type: 'gone', at: 'wss://another.example/mqtt' });
  await waitUntil(() => counters(ada).signalMisplaced === 1);
  expect(ada.member('Eve')?.session).toBe(eve.session);
  await eve.say({ type: 'gone', at: broker.url });
  await ada.until('Eve is gone', ({ members }) => members.length === 0);
});

test('garbage, forgeries and oversized messages are dropped and counted, and people still meet', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  await connected(ada);
  const eve = await comeAsOutsider(room, broker.url);
  await eve.sayBytes(randomBytes(0));
  await eve.sayBytes(randomBytes(100));
  await eve.sayBytes(randomBytes(512));
  await eve.sayBytes(randomBytes(limits.signalBytes));
  await eve.sayBytes(randomBytes(limits.signalBytes + 1));
  await eve.sayBytes(randomBytes(60_000));
  await eve.sayJson('not JSON');
  await eve.sayJson({ v: 1, id: randomId(), type: 'unheard-of' });
  await eve.sayJson({ v: 1, id: 'short', type: 'bye' });
  await eve.sayJson({ v: 1, id: randomId(), type: 'announce', nonce: randomId(), name: 7 });
  const flipped = Buffer.from(await (await nodeCryptography.createSealing(room.topic, room.sealingKey)).seal('{}'));
  flipped[300] = (flipped[300] ?? 0) ^ 1;
  await eve.sayBytes(flipped);
  await waitUntil(() => counters(ada).signalMalformed === 4 && counters(ada).signalNotOpened === 5);
  expect(counters(ada)).toMatchObject({ signalTooLarge: 2, received: 4 });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  await Promise.all([ada.untilLinked(), ben.untilLinked()]);
});

test('a flood is cut off before it is decrypted', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  await connected(ada);
  const payload = randomBytes(512);
  const all = limits.signalsPerTenSeconds + 300;
  for (let sent = 0; sent < all; sent++) await broker.publish(room.topic, payload);
  await waitUntil(() => counters(ada).signalNotOpened + counters(ada).signalTooFrequent >= all);
  expect(counters(ada).signalNotOpened).toBeLessThanOrEqual(limits.signalsPerTenSeconds);
  expect(counters(ada).signalTooFrequent).toBeGreaterThanOrEqual(300);
});

test('somebody with another version is refused with words, and both sides can say so', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  await connected(ada);
  const later = await comeAsOutsider(room, broker.url);
  await later.sayJson({ v: 2, id: randomId(), type: 'hello-everybody', novelty: true });
  await later.sayJson({ v: 2, id: randomId(), type: 'hello-everybody', novelty: true });
  const { from, signal } = await later.until('refuse');
  expect(signal).toMatchObject({ to: later.session, reason: 'version-unknown', echo: null });
  const view = await ada.until('it is said', ({ trouble }) => trouble !== null);
  expect(view).toMatchObject({ trouble: { code: 'version-unknown' }, members: [] });
  // An answer to us is not answered, or two versions would talk forever.
  await later.sayJson({ v: 2, id: randomId(), to: from, type: 'refuse' });
  await waitUntil(() => counters(ada).signalVersionUnknown === 3);
  expect(later.heard.filter((one) => one.signal.type === 'refuse')).toHaveLength(1);
});

test('a man in the middle who has the code and passes hellos on gets no link', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const [ada, ben] = [makeTestIdentity(), makeTestIdentity()];
  // Two rooms with one code between them: Ada meets only Mallory's one session, Ben only the other.
  const elsewhere = { ...room, topic: makeTestRoom().topic };
  const bens: { key: string; signature: string }[] = [];
  let tellBens: (() => void) | null = null;
  const bensHello = new Promise<{ key: string; signature: string }>((done) => {
    tellBens = () => bens[0] && done(bens[0]);
  });
  const atAda = joinAs('Ada', room, { brokers: [broker.url], identity: ada });
  joinAs('Ben', elsewhere, {
    brokers: [broker.url],
    identity: {
      key: ben.key,
      async sign(transcript) {
        const hello = await ben.sign(transcript);
        bens.push(hello);
        tellBens?.();
        return hello;
      },
    },
  });
  const toBen = joinAs('Ada', elsewhere, { brokers: [broker.url], identity: makeTestIdentity() });
  const toAda = joinAs('Ben', room, {
    brokers: [broker.url],
    identity: { key: ben.key, sign: () => bensHello },
  });
  // On a busy machine a hello can come too late first, and is then said on the next attempt.
  const view = await atAda.until(
    'the hello was refused',
    ({ members }) => members[0]?.reason?.code === 'hello-invalid',
  );
  expect(view.members[0]?.key).toBeNull();
  expect(atAda.links).toEqual([]);
  await toAda.until('it is told so', ({ members }) => members[0]?.reason?.code === 'hello-invalid');
  await toBen.leave();
});

test('the thirteenth is told that the room is full, and comes in when somebody leaves', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const members: Awaited<ReturnType<typeof comeAsOutsider>>[] = [];
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  await connected(ada);
  for (let count = 1; count < limits.roomMembers; count++) {
    const one = await comeAsOutsider(room, broker.url);
    const nonce = randomId();
    await one.say({ type: 'announce', nonce, name: `Guest ${count}` });
    const { from, signal } = await one.until('challenge');
    await one.say({ type: 'response', to: from, echo: signal.nonce, name: `Guest ${count}` });
    members.push(one);
  }
  await ada.until('twelve are in', (view) => view.members.length === limits.roomMembers - 1);
  const last = joinAs('Last', room, {
    brokers: [broker.url],
    timings: { announceBackoffMs: { first: 300, most: 300 } },
  });
  const view = await last.until('it is full', ({ trouble }) => trouble !== null);
  expect(view).toMatchObject({ trouble: { code: 'room-full', detail: { members: 12 } }, members: [] });
  expect(ada.member('Last')).toBeUndefined();
  await members[0]?.say({ type: 'bye' });
  await Promise.all([ada.untilLinked(), last.untilLinked()]);
  expect(last.view.trouble).toBeNull();
}, 60_000);

async function waitUntil(check: () => boolean): Promise<void> {
  await expect.poll(check, { timeout: 20_000, interval: 20 }).toBe(true);
}
