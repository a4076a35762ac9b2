import { expect, test } from 'vitest';
import { watchLane } from '../../../../src/main/lane/watched-lane.ts';
import { createLanePair } from '../../../support/lanes.ts';

function watched() {
  const lanes = createLanePair();
  const told: string[] = [];
  const far: string[] = [];
  lanes.b.listen({ message: ([byte]) => far.push(`${byte}`), drain: () => undefined, close: () => far.push('closed') });
  const { lane, cut } = watchLane(lanes.a, () => told.push('ended'));
  const listen = (): void =>
    lane.listen({
      message: ([byte]) => told.push(`${byte}`),
      drain: () => told.push('drained'),
      close: () => told.push('closed'),
    });
  return { lanes, lane, cut, told, far, listen };
}

const turn = () => new Promise<void>((done) => setImmediate(done));

test('what is sent, what comes and what has drained go through a lane that is watched', async () => {
  const { lanes, lane, told, far, listen } = watched();
  lanes.b.send(new Uint8Array([7]));
  await turn();
  listen();
  lane.send(new Uint8Array([8]));
  expect([lane.undrainedBytes, lane.maxMessageBytes]).toEqual([1, lanes.a.maxMessageBytes]);
  await turn();
  expect(told).toEqual(['7', 'drained']);
  expect(far).toEqual(['8']);
});

test.each([
  ['the other side closes it', 'theirs', ['ended', 'closed']],
  ['our own side closes it', 'ours', ['ended']],
  ['it is cut', 'cut', ['ended', 'closed']],
] as const)('its end is known once when %s', (_, how, expected) => {
  const { lanes, lane, cut, told, far, listen } = watched();
  listen();
  const ends = { theirs: () => lanes.b.close(), ours: () => lane.close(), cut };
  ends[how]();
  cut();
  lane.close();
  lanes.cut();
  expect(told).toEqual(expected);
  expect(far).toEqual(how === 'theirs' ? [] : ['closed']);
});

test('whoever listens only when it was cut is told so at once', () => {
  const { cut, told, listen } = watched();
  cut();
  listen();
  expect(told).toEqual(['ended', 'closed']);
});
