import { expect, test } from 'vitest';
import { createDeparted } from '../../../src/connect/departed.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { createFakeClock } from '../../support/connect-clock.ts';

const shownMs = 1000;
const person = (key: string) => ({ key, session: `session of ${key}`, name: key });

test('who has gone is shown for a while, and why', async () => {
  const clock = createFakeClock();
  const departed = createDeparted(clock, shownMs);
  departed.add(person('ada'), 'peer-left');
  await clock.advance(400);
  departed.add(person('ben'), 'peer-away');
  expect(departed.views()).toMatchObject([
    { ...person('ada'), state: 'closed', reason: { code: 'peer-left' } },
    { ...person('ben'), state: 'closed', reason: { code: 'peer-away' } },
  ]);
  await clock.advance(599);
  expect(departed.sweep()).toBe(false);
  await clock.advance(1);
  expect(departed.sweep()).toBe(true);
  expect(departed.views()).toMatchObject([person('ben')]);
  expect(departed.sweep()).toBe(false);
});

test('two who left together go together', async () => {
  const clock = createFakeClock();
  const departed = createDeparted(clock, shownMs);
  for (const key of ['ada', 'ben']) departed.add(person(key), 'peer-left');
  await clock.advance(shownMs);
  expect(departed.sweep()).toBe(true);
  expect(departed.views()).toEqual([]);
});

test('who is here again is not shown as gone, and who was never met is not missed', () => {
  const departed = createDeparted(createFakeClock(), shownMs);
  departed.add(person('ada'), 'peer-left');
  departed.add({ key: null, session: 'nobody', name: 'nobody' }, 'peer-left');
  expect(departed.views()).toHaveLength(1);
  departed.delete('ada');
  expect(departed.views()).toEqual([]);
});

test('no more of them are shown than fit into a room', () => {
  const departed = createDeparted(createFakeClock(), shownMs);
  for (let each = 0; each <= limits.roomMembers; each++) departed.add(person(`${each}`), 'peer-left');
  expect(departed.views()).toHaveLength(limits.roomMembers);
  expect(departed.views()[0]?.key).toBe('1');
});
