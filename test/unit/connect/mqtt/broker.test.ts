import { describe, expect, test } from 'vitest';
import type { Carrier } from '../../../../src/connect/carrier.ts';
import { brokerAt, openBroker } from '../../../../src/connect/mqtt/broker.ts';
import type { ClientOptions } from '../../../../src/connect/mqtt/client.ts';
import { usualTimings } from '../../../../src/connect/timings.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import { createFakeClock, type FakeClock } from '../../../support/connect-clock.ts';
import { randomId } from '../../../support/connect-cryptography.ts';

// What real brokers do to a connection is in test/integration/connect/signaling.test.ts and outage.test.ts.

const url = 'wss://broker.example/mqtt';

interface Setup {
  readonly carrier: Carrier;
  readonly clock: FakeClock;
  /** Every connection that was tried, the latest last. */
  readonly dialled: ClientOptions[];
  readonly published: Uint8Array[];
  readonly told: string[];
  readonly closed: string[];
}

function setUp({ at = url, refuse = false }: { at?: string; refuse?: boolean } = {}): Setup {
  const clock = createFakeClock();
  const dialled: ClientOptions[] = [];
  const published: Uint8Array[] = [];
  const told: string[] = [];
  const closed: string[] = [];
  const carrier = openBroker(
    at,
    {
      topic: 'roomdrop/t',
      clock,
      timings: usualTimings,
      random: () => 0.5,
      randomId,
      will: async () => new Uint8Array([dialled.length]),
      onPayload: () => undefined,
      onUp: () => told.push('up'),
      onDown: () => told.push('down'),
      onView: () => told.push(carrier.view.state),
    },
    (options) => {
      dialled.push(options);
      if (refuse) throw new SyntaxError('the platform will not dial this');
      return {
        publish: async (payload) => void published.push(payload),
        close: async () => void closed.push(options.clientId),
      };
    },
  );
  return { carrier, clock, dialled, published, told, closed };
}

const unreachable = { code: 'broker-unreachable', detail: { url } } as const;

describe('a broker', () => {
  test('is dialled anew after each end, ever later, with a fresh client and a fresh will', async () => {
    const { clock, dialled } = setUp();
    await clock.advance(0);
    // Half of 1, 2, 4 and 8 s, as chance is here.
    for (const [times, waitMs] of [500, 1000, 2000, 4000].entries()) {
      dialled[times]?.onEnd(unreachable);
      await clock.advance(waitMs - 1);
      expect(dialled).toHaveLength(times + 1);
      await clock.advance(1);
      expect(dialled).toHaveLength(times + 2);
    }
    expect(new Set(dialled.map(({ clientId }) => clientId)).size).toBe(5);
    for (const { clientId } of dialled) expect(clientId).toMatch(/^[A-Za-z0-9]{22}$/);
    expect(dialled.map(({ will }) => will[0])).toEqual([0, 1, 2, 3, 4]);
  });

  test('that stays up for a minute is dialled at once again, as at first; one that hangs up is not', async () => {
    const { clock, dialled } = setUp();
    await clock.advance(0);
    dialled[0]?.onEnd(unreachable);
    await clock.advance(500);
    dialled[1]?.onUp();
    await clock.advance(usualTimings.brokerSteadyMs - 1);
    dialled[1]?.onEnd(unreachable);
    await clock.advance(999);
    expect(dialled).toHaveLength(2);
    await clock.advance(1);
    dialled[2]?.onUp();
    await clock.advance(usualTimings.brokerSteadyMs);
    dialled[2]?.onEnd(unreachable);
    await clock.advance(500);
    expect(dialled).toHaveLength(4);
  });

  test('says why it is down until it is up again', async () => {
    const { carrier, clock, dialled, told } = setUp();
    await clock.advance(0);
    expect(carrier.view).toEqual({ url, state: 'connecting', reason: null });
    dialled[0]?.onEnd(unreachable);
    expect(carrier.view).toEqual({ url, state: 'waiting', reason: unreachable });
    await clock.advance(500);
    expect(carrier.view).toEqual({ url, state: 'connecting', reason: unreachable });
    dialled[1]?.onUp();
    expect(carrier.view).toEqual({ url, state: 'connected', reason: null });
    dialled[1]?.onEnd(unreachable);
    expect(told).toEqual(['waiting', 'connecting', 'connected', 'up', 'down', 'waiting']);
  });

  test('carries nothing before it is up and nothing after it went down', async () => {
    const { carrier, clock, dialled, published } = setUp();
    await clock.advance(0);
    await carrier.publish(new Uint8Array([1]));
    dialled[0]?.onUp();
    await carrier.publish(new Uint8Array([2]));
    dialled[0]?.onEnd(unreachable);
    await carrier.publish(new Uint8Array([3]));
    expect(published).toEqual([new Uint8Array([2])]);
  });

  test('that the platform refuses to dial cannot be reached, and is tried again', async () => {
    const { carrier, clock, dialled } = setUp({ refuse: true });
    await clock.advance(0);
    expect(carrier.view).toEqual({ url, state: 'waiting', reason: unreachable });
    await clock.advance(500);
    expect(dialled).toHaveLength(2);
  });

  test.each([
    ['is not an address', 'broker.example'],
    ['is no WebSocket', 'mqtt://broker.example'],
  ])('whose address %s is never dialled, and says so', async (_, at) => {
    const { carrier, clock, dialled } = setUp({ at });
    await clock.advance(3_600_000);
    expect(dialled).toHaveLength(0);
    expect(carrier.view).toMatchObject({ state: 'waiting', reason: { code: 'setting-invalid' } });
  });

  test('has an id that fits into a will, however long its address', () => {
    expect(brokerAt(url).id).toBe(url);
    expect(brokerAt(`${url}?${'x'.repeat(1000)}`).id).toHaveLength(limits.urlCharacters);
  });
});

describe('closing', () => {
  test('ends the connection, and dials no other', async () => {
    const { carrier, clock, dialled, closed } = setUp();
    await clock.advance(0);
    dialled[0]?.onUp();
    await carrier.close();
    expect(closed).toEqual([dialled[0]?.clientId]);
    expect(clock.waiting).toBe(0);
    await clock.advance(3_600_000);
    expect(dialled).toHaveLength(1);
  });

  test('between two connections leaves no timer behind', async () => {
    const { carrier, clock, dialled } = setUp();
    await clock.advance(0);
    dialled[0]?.onEnd(unreachable);
    await carrier.close();
    expect(clock.waiting).toBe(0);
  });

  test('while the will is being sealed dials nobody', async () => {
    const { carrier, clock, dialled } = setUp();
    await carrier.close();
    await clock.advance(3_600_000);
    expect(dialled).toHaveLength(0);
  });
});
