import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestBroker, type TestBroker } from '../../support/broker-aedes.ts';
import { type Mosquitto, mosquittoPath, startMosquitto } from '../../support/broker-mosquitto.ts';
import { createSkipClock } from '../../support/connect-clock.ts';
import { collect, everybodyLeaves, joinAs, makeTestRoom, type Person } from '../../support/connect-person.ts';

const publishesOfAMeeting = 24;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await everybodyLeaves();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startBroker(): Promise<TestBroker> {
  const broker = await startTestBroker();
  cleanups.push(() => broker.close());
  return broker;
}

/** What the two have published, once the broker has all of it and nothing more is being sealed. */
async function publishedBy(received: () => number, ...people: Person[]): Promise<number> {
  const told = (): number => people.reduce((all, person) => all + person.room.diagnostics().counters.published, 0);
  let before = -1;
  const settled = (): boolean => {
    const [last, now] = [before, told()];
    before = now;
    return last === now && received() === now;
  };
  await expect.poll(settled, { timeout: 10_000, interval: 100 }).toBe(true);
  return told();
}

describe('what a broker sees', () => {
  test('is sealed: of one size out of six, no names, no addresses, no sessions', async () => {
    const broker = await startBroker();
    const room = makeTestRoom();
    const ada = joinAs('Ada Lovelace', room, { brokers: [broker.url] });
    const ben = joinAs('Benedict Arnold', room, { brokers: [broker.url] });
    const [toBen] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    const readable = ['Ada', 'Benedict', 'candidate', 'fingerprint', 'ice-ufrag', 'announce', 'offer', 'v=0', '"v":'];
    readable.push(toBen.session, toBen.key, toBen.id, ada.key, Buffer.from(room.sealingKey).toString('base64url'));
    expect(broker.published.length).toBeGreaterThan(6);
    for (const payload of broker.published) {
      expect([512, 1024, 2048, 4096, 8192, 16_384]).toContain(payload.length);
      for (const text of readable) {
        expect(payload.includes(text)).toBe(false);
      }
    }
    // Nothing looks like anything else that was sent, the nonce in front included.
    expect(new Set(broker.published.map((payload) => payload.toString('hex', 0, 12))).size).toBe(
      broker.published.length,
    );
  });

  test('keeps nothing: who comes later gets nothing old', async () => {
    const broker = await startBroker();
    const room = makeTestRoom();
    const ada = joinAs('Ada', room, { brokers: [broker.url] });
    await ada.until('connected', ({ brokers: [one] }) => one?.state === 'connected');
    await ada.leave();
    const ben = joinAs('Ben', room, { brokers: [broker.url] });
    await ben.until('connected', ({ brokers: [one] }) => one?.state === 'connected');
    const cleo = joinAs('Cleo', room, { brokers: [broker.url] });
    await Promise.all([ben.untilLinked(), cleo.untilLinked()]);
    expect(ben.views.flatMap((view) => view.members).every((member) => member.name === 'Cleo')).toBe(true);
  });
});

test('a meeting of two costs little, and then ten minutes of being connected cost nothing', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const clock = createSkipClock();
  // What skips time skips what crosses between the two in it: silence and keep-alive mean nothing here.
  const options = { brokers: [broker.url], clock, timings: { silenceMs: 1e9, brokerKeepaliveMs: 3_600_000 } };
  const ada = joinAs('Ada', room, options);
  const ben = joinAs('Ben', room, options);
  const [toBen, toAda] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  const meeting = await publishedBy(() => broker.published.length, ada, ben);
  expect(meeting).toBeLessThanOrEqual(publishesOfAMeeting);
  for (let minute = 0; minute < 10; minute++) await clock.skip(60_000);
  // Cleo’s announcement comes behind whatever the two had to publish by now.
  const cleo = joinAs('Cleo', room, { brokers: [broker.url] });
  const heard = new Promise<number>((done) => broker.onPublish(() => done(broker.published.length)));
  await cleo.until('connected', ({ brokers: [one] }) => one?.state === 'connected');
  expect(await heard).toBe(meeting + 1);
  await Promise.all([ada.untilLinked(2), ben.untilLinked(2)]);
  const arrived = collect(toAda, 1);
  toBen.send(new Uint8Array([1]));
  expect(await arrived).toHaveLength(1);
});

describe('mosquitto', () => {
  beforeEach((context) => {
    context.skip(!mosquittoPath, 'mosquitto is not installed');
  });

  async function startReal(): Promise<Mosquitto> {
    const broker = await startMosquitto(mosquittoPath ?? '');
    cleanups.push(() => broker.close());
    return broker;
  }

  test('introduces two, receives at most 24 publishes for it, and none while they are connected', async () => {
    const broker = await startReal();
    const room = makeTestRoom();
    // Whatever would be repeated or announced later, would be so within a moment.
    const timings = { announceBackoffMs: { first: 100, most: 100 }, heartbeatMs: 100 };
    const ada = joinAs('Ada', room, { brokers: [broker.url], timings });
    const ben = joinAs('Ben', room, { brokers: [broker.url], timings });
    const [toBen, toAda] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
    await ada.until('a path is known', ({ members }) => members[0]?.path !== null);
    const meeting = await publishedBy(() => broker.received, ada, ben);
    expect(meeting).toBeGreaterThan(4);
    expect(meeting).toBeLessThanOrEqual(publishesOfAMeeting);
    const arrived = collect(toAda, 320);
    for (let count = 0; count < 320; count++) toBen.send(new Uint8Array(65_536).fill(1));
    await arrived;
    expect(broker.received).toBe(meeting);
    await Promise.all([ada.leave(), ben.leave()]);
    await broker.untilLog(/Received DISCONNECT[\s\S]*Received DISCONNECT/);
    // Two goodbyes and no will.
    expect(broker.received).toBe(meeting + 2);
  });
});
