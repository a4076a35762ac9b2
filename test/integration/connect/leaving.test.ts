import { afterEach, expect, test } from 'vitest';
import type { Clock } from '../../../src/connect/clock.ts';
import type { NetworkView } from '../../../src/shared/views.ts';
import { startTestBroker, type TestBroker } from '../../support/broker-aedes.ts';
import { everybodyLeaves, joinAs, makeTestRoom } from '../../support/connect-person.ts';
import { nodeWorld } from '../../support/connect-world.ts';

const brokers: TestBroker[] = [];

afterEach(async () => {
  await everybodyLeaves();
  for (const broker of brokers.splice(0)) await broker.close();
});

async function startBroker(): Promise<TestBroker> {
  const broker = await startTestBroker();
  brokers.push(broker);
  return broker;
}

/** A clock that tells how many timers still wait. */
function countingClock(): Clock & { readonly waiting: number } {
  const { clock } = nodeWorld;
  const waiting = new Set<object>();
  return {
    ...clock,
    get waiting() {
      return waiting.size;
    },
    after(delayMs, run) {
      const timer = {};
      waiting.add(timer);
      const stop = clock.after(delayMs, () => {
        waiting.delete(timer);
        run();
      });
      return () => {
        waiting.delete(timer);
        stop();
      };
    },
  };
}

const connectedTo =
  (count: number) =>
  ({ brokers: views }: NetworkView): boolean =>
    views.filter(({ state }) => state === 'connected').length === count;

const breakages: [string, (broker: TestBroker) => void][] = [
  ['acknowledges nothing any more', (broker) => broker.stopAcknowledging()],
  ['does not even read any more', (broker) => broker.freeze()],
];

test.each(breakages)(
  'leaving ends in time when a broker %s, and leaves no timer behind',
  async (_, damage) => {
    const [sound, broken] = [await startBroker(), await startBroker()];
    const clock = countingClock();
    const ada = joinAs('Ada', makeTestRoom(), {
      brokers: [sound.url, broken.url],
      clock,
      timings: { goodbyeMs: 300 },
    });
    await ada.until('both brokers are connected', connectedTo(2));
    damage(broken);
    await ada.leave();
    expect(clock.waiting).toBe(0);
    await expect.poll(() => sound.disconnects).toBe(1);
  },
  15_000,
);

test('a broker that acknowledges nothing still hears DISCONNECT, so that no will goes out', async () => {
  const broker = await startBroker();
  const ada = joinAs('Ada', makeTestRoom(), { brokers: [broker.url], timings: { goodbyeMs: 300 } });
  await ada.until('the broker is connected', connectedTo(1));
  broker.stopAcknowledging();
  await ada.leave();
  await expect.poll(() => broker.disconnects).toBe(1);
}, 15_000);

test('leaving while hellos are exchanged leaves no timer behind', async () => {
  const broker = await startBroker();
  const room = makeTestRoom();
  const clock = countingClock();
  let greeted = (): void => undefined;
  const greeting = new Promise<void>((done) => {
    greeted = done;
  });
  const ada = joinAs('Ada', room, {
    brokers: [broker.url],
    clock,
    sign() {
      greeted();
      return new Promise(() => undefined);
    },
  });
  joinAs('Ben', room, { brokers: [broker.url] });
  await greeting;
  await ada.leave();
  expect(clock.waiting).toBe(0);
});
