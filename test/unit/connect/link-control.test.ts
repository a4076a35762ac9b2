import { describe, expect, test } from 'vitest';
import { createCounters } from '../../../src/connect/counters.ts';
import { createLinkControl } from '../../../src/connect/link-control.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { createFakeClock } from '../../support/connect-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const counters = createCounters();
  const sent: string[] = [];
  const control = createLinkControl({ clock, counters, send: (text) => void sent.push(text) });
  return { clock, counters, sent, control };
}

const lock = (turn: number): string => JSON.stringify({ type: 'lock', turn, locked: true, keys: [] });

describe('what is said on a running link', () => {
  test('goes out as it stands, and is heard by whoever handles its type', () => {
    const { control, sent } = setUp();
    const names: string[] = [];
    control.on('rename', ({ name }) => names.push(name));
    control.say({ type: 'rename', name: 'Ada' });
    expect(sent).toEqual(['{"type":"rename","name":"Ada"}']);
    for (const text of sent) control.hear(text);
    expect(names).toEqual(['Ada']);
  });

  test('is ignored where nobody handles it, as a second hello is', () => {
    const { control, counters } = setUp();
    expect(control.hear('{"type":"beat"}')).toBe('heard');
    expect(control.hear('{"type":"hello","versions":[7]}')).toBe('heard');
    expect(counters.snapshot()).toMatchObject({ linkMessageMalformed: 0, linkMessageUnknown: 0 });
  });

  test.each(['{"type":"members","members":[1,2]}', '{"type":"","new":"things"}', '{"type":"Lock","turn":"?"}'])(
    'of a later version is counted and ignored: %s',
    (text) => {
      const { control, counters } = setUp();
      expect(control.hear(text)).toBe('heard');
      expect(counters.snapshot()).toMatchObject({ linkMessageMalformed: 0, linkMessageUnknown: 1 });
    },
  );

  test('of a type that is known may have more fields than are known', () => {
    const { control } = setUp();
    const paths: unknown[] = [];
    control.on('path', (message) => paths.push(message));
    expect(control.hear('{"type":"path","path":"relay","why":"far"}')).toBe('heard');
    expect(paths).toEqual([{ type: 'path', path: 'relay' }]);
  });

  test.each([
    'nonsense',
    '[]',
    'null',
    '{"type":7}',
    '{"kind":"members"}',
    '{"type":"path","path":"by pigeon"}',
    '{"type":"rename"}',
    '{"type":"lock","turn":1,"locked":"yes","keys":[]}',
  ])('is an offence when it is none, or breaks the form of a known type: %s', (text) => {
    const { control, counters } = setUp();
    expect(control.hear(text)).toBe('malformed');
    expect(counters.snapshot()).toMatchObject({ linkMessageMalformed: 1 });
  });
});

describe('what is said too often', () => {
  test('of one type is dropped and counted, and heard again later', async () => {
    const { control, counters, clock } = setUp();
    const turns: number[] = [];
    control.on('lock', ({ turn }) => turns.push(turn));
    for (let turn = 1; turn <= limits.locksAtOnce + 3; turn++) expect(control.hear(lock(turn))).toBe('heard');
    expect(turns).toHaveLength(limits.locksAtOnce);
    expect(counters.snapshot().linkMessageTooFrequent).toBe(3);
    // Other types are not dropped with it.
    const names: string[] = [];
    control.on('rename', ({ name }) => names.push(name));
    control.hear('{"type":"rename","name":"Ada"}');
    expect(names).toEqual(['Ada']);
    await clock.advance(1000);
    control.hear(lock(99));
    expect(turns.at(-1)).toBe(99);
  });

  test('of whatever type is an offence, of types that are not known too', () => {
    const { control, counters } = setUp();
    for (let count = 0; count < limits.linkStringsAtOnce; count++) {
      expect(control.hear('{"type":"novelty"}')).toBe('heard');
    }
    expect(control.hear('{"type":"novelty"}')).toBe('flooded');
    expect(counters.snapshot()).toMatchObject({ linkFlooded: 1, linkMessageUnknown: limits.linkStringsAtOnce });
  });
});
