import { isIP } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { usualLinkTerms } from '../../../src/connect/link-terms.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import { startTestBroker, type TestBroker } from '../../support/broker-aedes.ts';
import { createSkipClock } from '../../support/connect-clock.ts';
import { collect, everybodyLeaves, joinAs, makeTestIdentity, makeTestRoom } from '../../support/connect-person.ts';

const brokers: TestBroker[] = [];

async function startBroker(options?: { start?: boolean }): Promise<TestBroker> {
  const broker = await startTestBroker(options);
  brokers.push(broker);
  return broker;
}

afterEach(async () => {
  await everybodyLeaves();
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});

const KiB = 1024;

test('two people meet, see each other as who they are, and exchange 20 MB both ways unharmed and in order', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  const [toBen, toAda] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  expect(toBen).toMatchObject({ name: 'Ben', key: ben.key });
  expect(toAda).toMatchObject({ name: 'Ada', key: ada.key });
  expect(toBen.session).not.toBe(toAda.session);
  expect(toBen.id).toBe(toAda.id);
  await ada.until(
    'Ben is connected with a path',
    ({ members }) => members[0]?.state === 'connected' && members[0]?.path !== null,
  );
  expect(ada.member('Ben')).toMatchObject({ key: ben.key, path: 'local', reason: null });

  const messages = 320;
  const make = (index: number): Uint8Array<ArrayBuffer> => {
    const message = new Uint8Array(toBen.maxMessageBytes).fill(index % 251);
    message[0] = 1;
    new DataView(message.buffer).setUint32(1, index);
    return message;
  };
  expect(toBen.maxMessageBytes).toBe(64 * KiB);
  const arrived = [collect(toAda, messages), collect(toBen, messages)];
  for (let index = 0; index < messages; index++) {
    toBen.send(make(index));
    toAda.send(make(index));
  }
  for (const received of await Promise.all(arrived)) {
    received.forEach((message, index) => {
      expect(message.byteLength).toBe(message.buffer.byteLength);
      expect(Buffer.compare(message, make(index))).toBe(0);
    });
  }
  expect(toBen.drainedBytes).toBe(messages * 64 * KiB);
});

test('control messages overtake blocks that wait for the channel', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  const [toBen, toAda] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  const blocks = 200;
  const arrived = collect(toAda, blocks + 1);
  for (let index = 0; index < blocks; index++) toBen.send(new Uint8Array(64 * KiB).fill(1));
  const waiting = blocks * 64 * KiB - toBen.drainedBytes;
  expect(waiting).toBeGreaterThan(1024 * KiB);
  toBen.send(new Uint8Array([0, 7]));
  const at = (await arrived).findIndex((message) => message[0] === 0);
  expect(at).toBeGreaterThanOrEqual(0);
  expect(at).toBeLessThan(blocks - 16);
});

test('three people all pair up, one of them coming later', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  await ada.untilLinked();
  const cleo = joinAs('Cleo', room, { brokers: [broker.url] });
  await Promise.all([ada, ben, cleo].map((person) => person.untilLinked(2)));
  for (const person of [ada, ben, cleo]) {
    expect(person.view.members.map((member) => member.state)).toEqual(['connected', 'connected']);
  }
  expect(cleo.links.map((link) => link.name).sort()).toEqual(['Ada', 'Ben']);
});

test('another room on the same broker, and the same topic with another key, find nobody', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const stranger = joinAs(
    'Eve',
    { topic: room.topic, sealingKey: makeTestRoom().sealingKey },
    { brokers: [broker.url] },
  );
  const elsewhere = joinAs('Mia', makeTestRoom(), { brokers: [broker.url] });
  await Promise.all(
    [ada, stranger, elsewhere].map((one) => one.until('connected', ({ brokers: [b] }) => b?.state === 'connected')),
  );
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  expect(stranger.views.every((view) => view.members.length === 0)).toBe(true);
  expect(elsewhere.views.every((view) => view.members.length === 0)).toBe(true);
  expect(stranger.room.diagnostics().counters.signalNotOpened).toBeGreaterThan(0);
  expect(elsewhere.room.diagnostics().counters).toMatchObject({ signalNotOpened: 0, received: 0 });
});

test('who says goodbye is gone at once, and the link is closed', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  const [toBen] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  const closed = new Promise<void>((done) =>
    toBen.listen({ message: () => undefined, drain: () => undefined, close: done }),
  );
  await ben.leave();
  await closed;
  const view = await ada.until('Ben is gone', ({ members }) => members[0]?.state === 'closed');
  expect(view.members).toEqual([
    expect.objectContaining({ name: 'Ben', key: ben.key, state: 'closed', reason: { code: 'peer-left' } }),
  ]);
  expect(ada.views.flatMap((view) => view.members).some((member) => member.state === 'reconnecting')).toBe(false);
});

test('who left and comes back is here again, not twice', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const identity = makeTestIdentity();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const ben = joinAs('Ben', room, { brokers: [broker.url], identity });
  await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  await ben.leave();
  await ada.until('Ben is gone', ({ members }) => members[0]?.state === 'closed');
  const again = joinAs('Ben', room, { brokers: [broker.url], identity });
  await Promise.all([ada.untilLinked(2), again.untilLinked()]);
  const view = await ada.until('Ben is here', ({ members }) => members.some(({ state }) => state === 'connected'));
  expect(view.members.map(({ name, state }) => [name, state])).toEqual([['Ben', 'connected']]);
  expect(ada.views.every(({ members }) => members.length <= 1)).toBe(true);
});

test('who left is forgotten after a while', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const clock = createSkipClock();
  const ada = joinAs('Ada', room, { brokers: [broker.url], clock });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  await ben.leave();
  await ada.until('Ben is gone', ({ members }) => members[0]?.state === 'closed');
  await clock.skip(usualTimings.forgetMs + usualTimings.attemptMs);
  await ada.until('Ben is forgotten', ({ members }) => members.length === 0);
  await ada.leave();
});

test('a new name reaches who is here and who comes, and costs no link', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  ada.room.rename(' Ada\u202e of the north ');
  await ben.until('Ada has her new name', ({ members }) => members[0]?.name === 'Ada of the north');
  const cleo = joinAs('Cleo', room, { brokers: [broker.url] });
  await Promise.all([cleo.untilLinked(2), ada.untilLinked(2), ben.untilLinked(2)]);
  expect(cleo.links.map((link) => link.name).sort()).toEqual(['Ada of the north', 'Ben']);
  expect(ben.views.flatMap(({ members }) => members).every(({ state }) => state !== 'reconnecting')).toBe(true);
  expect(ben.links).toHaveLength(2);
});

test('a link tells its role, what the other side can, and where that has answered', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const linkTerms = { ...usualLinkTerms, capabilities: ['direct'] };
  const ada = joinAs('Ada', room, { brokers: [broker.url], linkTerms });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  const [toBen, toAda] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  expect([toBen.capabilities, toAda.capabilities]).toEqual([['strands'], ['strands', 'direct']]);
  expect([toBen.role, toAda.role].sort()).toEqual(['answerer', 'offerer']);
  const answered = await new Promise<readonly string[]>((done) => toBen.onAnswered(done));
  expect(answered.map((address) => isIP(address) > 0)).toEqual([true]);
});

test('a link that has not said what this side can do now is made anew, by either side, and no other is', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const linkTerms = { ...usualLinkTerms, capabilities: ['direct'] };
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  const first = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  for (const [count, one, other] of [
    [2, ada, ben],
    [3, ben, ada],
  ] as const) {
    one.room.setLinkTerms(linkTerms);
    await Promise.all([one.untilLinked(count), other.untilLinked(count)]);
    expect(other.links.at(-1)?.capabilities).toContain('direct');
  }
  expect(ada.links.at(-1)?.capabilities).toContain('direct');
  expect(ada.links.at(-1)?.role).toBe(first[0].role);

  ada.room.setLinkTerms(usualLinkTerms);
  ben.room.setLinkTerms(linkTerms);
  const cleo = joinAs('Cleo', room, { brokers: [broker.url] });
  await Promise.all([cleo.untilLinked(2), ada.untilLinked(4), ben.untilLinked(4)]);
  const able = cleo.links.filter(({ capabilities }) => capabilities.includes('direct'));
  expect(able.map(({ name }) => name)).toEqual(['Ben']);
  expect([ada.links.length, ben.links.length]).toEqual([4, 4]);
});

test('the same installation twice is refused, and says why', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const identity = makeTestIdentity();
  const first = joinAs('Ada', room, { brokers: [broker.url], identity });
  const second = joinAs('Ada again', room, { brokers: [broker.url], identity });
  for (const one of [first, second]) {
    const view = await one.until('refused', ({ members }) => members[0]?.state === 'closed');
    expect(view.members[0]?.reason).toEqual({ code: 'own-key' });
    expect(one.links).toEqual([]);
  }
});

test('somebody who comes back under a new session takes the place of the old one', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const identity = makeTestIdentity();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const before = joinAs('Ben', room, { brokers: [broker.url], identity });
  const [toBen] = await Promise.all([ada.untilLinked(), before.untilLinked()]);
  const closed = new Promise<void>((done) =>
    toBen.listen({ message: () => undefined, drain: () => undefined, close: done }),
  );
  const after = joinAs('Ben', room, { brokers: [broker.url], identity });
  await ada.untilLinked(2);
  await closed;
  const view = await ada.until('only one Ben is left', ({ members }) => members.length === 1);
  expect(view.members[0]).toMatchObject({ name: 'Ben', state: 'connected', session: ada.links[1]?.session });
  expect(await after.untilLinked()).toMatchObject({ name: 'Ada', key: ada.key });
});

test('names are cleaned before anybody sees them', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  const ben = joinAs(` B\u202een\u0000\n ${'x'.repeat(100)}`, room, { brokers: [broker.url] });
  const [toBen] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  expect(toBen.name).toBe(`Ben ${'x'.repeat(60)}`);
});
