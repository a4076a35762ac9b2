import { expect, test } from 'vitest';
import { createPortLane } from '../../../../src/main/lane/port-lane.ts';
import type { PortMessage } from '../../../../src/shared/bridge.ts';
import { portPair } from '../../../support/ports.ts';

const tick = () => new Promise<void>((done) => setImmediate(done));
const ignore = () => undefined;

test('undrained is handed minus drained, and credit that cannot be is ignored', async () => {
  const [main, page] = portPair();
  const lane = createPortLane(main, 1000, ignore);
  let drains = 0;
  lane.listen({ message: () => undefined, drain: () => drains++, close: () => undefined });
  lane.send(new Uint8Array(300));
  lane.send(new Uint8Array(200));
  expect(lane.undrainedBytes).toBe(500);
  page.post({ drained: 300 });
  await tick();
  expect(lane.undrainedBytes).toBe(200);
  for (const drained of [100, 300, 501]) page.post({ drained });
  await tick();
  expect([lane.undrainedBytes, drains]).toEqual([200, 1]);
});

test('messages that come before anybody listens are kept in order', async () => {
  const [main, page] = portPair();
  const lane = createPortLane(main, 1000, ignore);
  for (const first of [1, 2, 3]) page.post(Uint8Array.of(first));
  await tick();
  const got: number[] = [];
  lane.listen({ message: (bytes) => got.push(bytes[0] ?? -1), drain: () => undefined, close: () => undefined });
  page.post(Uint8Array.of(4));
  await tick();
  expect(got).toEqual([1, 2, 3, 4]);
});

test('the other end closing is told once, our own closing is not told, and nothing is sent after it', async () => {
  const [main, page] = portPair();
  const lane = createPortLane(main, 1000, ignore);
  let closes = 0;
  lane.listen({ message: () => undefined, drain: () => undefined, close: () => closes++ });
  page.close();
  await tick();
  expect(closes).toBe(1);
  lane.send(new Uint8Array(10));
  expect(lane.undrainedBytes).toBe(0);

  const [ownMain, ownPage] = portPair();
  const got: PortMessage[] = [];
  ownPage.listen({ message: (message) => got.push(message), close: () => undefined });
  const own = createPortLane(ownMain, 1000, ignore);
  own.listen({ message: () => undefined, drain: () => undefined, close: () => closes++ });
  own.close();
  own.send(new Uint8Array(10));
  await tick();
  expect([closes, got.length]).toEqual([1, 0]);
});

test('which addresses have answered is no message of the lane and no credit, and nothing is told once it is closed', async () => {
  const [main, page] = portPair();
  const told: (readonly string[])[] = [];
  const lane = createPortLane(main, 1000, (addresses) => told.push(addresses));
  let heard = 0;
  lane.listen({ message: () => heard++, drain: () => heard++, close: () => undefined });
  page.post({ answered: ['192.0.2.1', '2001:db8::1'] });
  page.post({ answered: [] });
  await tick();
  expect(told).toEqual([['192.0.2.1', '2001:db8::1'], []]);
  page.post({ answered: ['192.0.2.2'] });
  lane.close();
  await tick();
  expect([told.length, heard]).toEqual([2, 0]);
});
