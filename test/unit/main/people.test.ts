import { beforeEach, describe, expect, test } from 'vitest';
import { directTerms } from '../../../src/main/lane/direct/direct-terms.ts';
import type { Lane } from '../../../src/main/lane/lane.ts';
import { channelTerms } from '../../../src/main/lane/port-lane.ts';
import { createPeople, type People } from '../../../src/main/people.ts';
import type { MemberView } from '../../../src/shared/views.ts';
import { createLanePair } from '../../support/lanes.ts';
import { memberView } from '../../support/ui-views.ts';

let people: People;
/** All that was told, in order. */
let told: string[];
let errors: unknown[];
/** Keys that transfers wait for. */
let needed: Set<string>;
/** Lanes as whoever sends on them has them. */
let given: Map<string, Lane>;

beforeEach(() => {
  told = [];
  errors = [];
  needed = new Set();
  given = new Map();
  people = createPeople({ needed: () => needed, onListenerError: (error) => errors.push(error) });
  people.listen({
    reached(person, lane) {
      told.push(`${person.name} reached in ${person.session}`);
      given.set(person.session, lane);
      lane.listen({
        message: () => undefined,
        drain: () => undefined,
        close: () => told.push(`lane of ${person.session} closed`),
      });
    },
    renamed: (key, name) => told.push(`${key} is ${name}`),
    linked: (key, { id, role, capabilities, answered }) =>
      told.push(`${key} by ${id} as ${role}: ${[...capabilities, ...answered]}`),
    unlinked: (key, id) => told.push(`${key} no more by ${id}`),
    parted: (key, why) => told.push(`${key}: ${why}`),
  });
});

function ann(session = 'one', name = 'Ann') {
  return { key: 'ann', session, name };
}

function seen(session: string, part: Partial<MemberView> = {}): MemberView {
  return memberView({ session, key: 'ann', name: 'Ann', state: 'connected', ...part });
}

const left = (session: string, code: 'peer-left' | 'peer-away' | 'link-timeout' = 'peer-left') =>
  seen(session, { state: 'closed', reason: { code } });

test('who is reached is here, by their key, with the lanes that lead to them', () => {
  const page = people.reporter();
  page.reached(ann(), createLanePair().a);
  page.reached(ann(), createLanePair({ terms: { ...channelTerms, kind: 'direct' } }).a);
  expect(people.here).toEqual([ann()]);
  expect(people.inSession('one')).toEqual(ann());
  expect(people.inSession('another')).toBeNull();
  expect([people.lanesTo('ann'), people.lanesTo('bo')]).toEqual([['channel', 'direct'], []]);
});

test.each(['ours', 'theirs'])('a lane that ends at %s leads nowhere, and the person is still here', (end) => {
  const lanes = createLanePair();
  people.reporter().reached(ann(), lanes.a);
  if (end === 'ours') given.get('one')?.close();
  else lanes.b.close();
  expect(people.lanesTo('ann')).toEqual([]);
  expect(people.here).toEqual([ann()]);
});

describe('the link behind a lane', () => {
  const link = (id: string) => ({ id, role: 'offerer', capabilities: ['direct'] }) as const;

  test('is told when it is up, whole at each change of which addresses have answered, and when it is no more', () => {
    const page = people.reporter();
    const lanes = createLanePair();
    page.reached(ann(), lanes.a, link('l'));
    page.answered('l', ['192.0.2.1']);
    page.answered('l', []);
    lanes.b.close();
    page.answered('l', ['192.0.2.2']);
    expect(told).toEqual([
      'Ann reached in one',
      'ann by l as offerer: direct',
      'ann by l as offerer: direct,192.0.2.1',
      'ann by l as offerer: direct',
      'ann no more by l',
      'lane of one closed',
    ]);
  });

  test('is spoken of by who made it, and each of several by its id', () => {
    const [page, other] = [people.reporter(), people.reporter()];
    page.reached(ann(), createLanePair().a, link('l'));
    page.reached(ann('two'), createLanePair().a, link('m'));
    other.reached(ann('three'), createLanePair().a);
    told.length = 0;
    other.answered('l', ['192.0.2.1']);
    page.answered('m', ['192.0.2.2']);
    expect(told).toEqual(['ann by m as offerer: direct,192.0.2.2']);
    page.gone();
    expect(told.filter((each) => each.includes('no more'))).toEqual(['ann no more by l', 'ann no more by m']);
  });

  test('is not told of who was met in a room that has been left', () => {
    const page = people.reporter();
    page.reached(ann(), createLanePair().a, link('l'));
    people.roomLeft();
    told.length = 0;
    page.answered('l', ['192.0.2.1']);
    expect(told).toEqual([]);
  });

  test('is not told where the lane was closed by whoever got it', () => {
    const closing = people.listen({ reached: (_, lane) => lane.close() });
    people.reporter().reached(ann(), createLanePair().a, link('l'));
    closing();
    expect(told).toEqual(['Ann reached in one', 'ann no more by l']);
  });
});

test('a new name is told once, and one that an older session of theirs still has is not', () => {
  const page = people.reporter();
  page.reached(ann('one'), createLanePair().a);
  page.reached(ann('two', 'Ann B'), createLanePair().a);
  page.members([seen('one'), seen('two', { name: 'Ann B' })]);
  page.members([seen('one'), seen('two', { name: 'Ann C' })]);
  page.members([seen('one'), seen('two', { name: 'Ann C' })]);
  expect(told.filter((each) => each.startsWith('ann is'))).toEqual(['ann is Ann B', 'ann is Ann C']);
  expect(people.here).toEqual([ann('two', 'Ann C')]);
});

test('a name that no link has proven to be of this key is not believed', () => {
  const page = people.reporter();
  page.reached(ann(), createLanePair().a);
  page.members([seen('one', { key: null, name: 'Bo' })]);
  page.members([seen('one', { key: 'bo', name: 'Bo' })]);
  expect(people.here).toEqual([ann()]);
});

test('somebody has left when their last session has, and nobody hears it before', () => {
  const page = people.reporter();
  page.reached(ann('one'), createLanePair().a);
  page.reached(ann('two'), createLanePair().a);
  page.members([left('one', 'peer-away'), seen('two')]);
  expect(told.filter((each) => each.includes(': '))).toEqual([]);
  expect(people.here).toEqual([ann('two')]);
  page.members([left('one', 'peer-away'), left('two')]);
  page.members([left('one', 'peer-away'), left('two')]);
  expect(told.filter((each) => each.includes(': '))).toEqual(['ann: peer-left']);
  expect(people.here).toEqual([]);
});

test('who goes on in an older session is reached there', () => {
  const page = people.reporter();
  page.reached(ann('one'), createLanePair().a);
  page.reached(ann('two'), createLanePair().a);
  page.members([seen('one'), left('two')]);
  expect(people.here).toEqual([ann('one')]);
});

test('a link that was given up is no parting, but who is no longer named is no longer here', () => {
  const page = people.reporter();
  page.reached(ann(), createLanePair().a);
  page.reached({ key: 'bo', session: 'three', name: 'Bo' }, createLanePair().a);
  page.members([left('one', 'link-timeout')]);
  expect(people.here).toEqual([]);
  expect(told.filter((each) => each.includes(': '))).toEqual([]);
});

test('a session speaks for the installation that has proven it last', () => {
  const page = people.reporter();
  page.reached(ann(), createLanePair().a);
  page.reached({ key: 'bo', session: 'one', name: 'Bo' }, createLanePair().a);
  expect(people.here.map(({ key }) => key)).toEqual(['bo']);
  expect(people.inSession('one')?.key).toBe('bo');
});

test('the lanes of a page that goes are cut, at both ends', () => {
  const page = people.reporter();
  const lanes = createLanePair();
  const ends: string[] = [];
  lanes.b.listen({ message: () => undefined, drain: () => undefined, close: () => ends.push('theirs') });
  page.reached(ann(), lanes.a);
  page.gone();
  page.gone();
  expect(told.at(-1)).toBe('lane of one closed');
  expect(told.filter((each) => each.endsWith('closed'))).toHaveLength(1);
  expect(ends).toEqual(['theirs']);
  expect([people.lanesTo('ann'), people.here]).toEqual([[], []]);
});

test('who leaves while the page is reloaded has left, for the transfers that wait for them', () => {
  needed.add('ann');
  const before = people.reporter();
  before.reached(ann(), createLanePair().a);
  before.gone();
  const after = people.reporter();
  // It has only just joined and met nobody: that says nothing about anybody.
  after.members([]);
  expect(told.filter((each) => each.includes(': '))).toEqual([]);
  after.members([seen('one', { state: 'closed', key: null, reason: { code: 'peer-left' } })]);
  expect(told.at(-1)).toBe('ann: peer-left');
});

test('who is renamed while the page is reloaded is called so when they are met again', () => {
  needed.add('ann');
  const before = people.reporter();
  before.reached(ann(), createLanePair().a);
  before.gone();
  const after = people.reporter();
  after.members([seen('one', { key: null, name: 'Ann B', state: 'connecting' })]);
  after.reached(ann('one', 'Ann B'), createLanePair().a);
  expect(told.slice(-2)).toEqual(['ann is Ann B', 'Ann B reached in one']);
});

test('whom nothing waits for is forgotten with the page', () => {
  const before = people.reporter();
  before.reached(ann(), createLanePair().a);
  before.gone();
  people.reporter().members([left('one')]);
  people.roomLeft();
  expect(told.filter((each) => each.includes(': '))).toEqual([]);
});

test('a room that is left while no page is there is left for everybody who may still be in it, and for nobody else', () => {
  needed.add('ann').add('bo');
  const page = people.reporter();
  page.reached(ann(), createLanePair().a);
  page.reached({ key: 'bo', session: 'three', name: 'Bo' }, createLanePair().a);
  page.members([
    seen('one'),
    memberView({ session: 'three', key: 'bo', state: 'closed', reason: { code: 'peer-left' } }),
  ]);
  page.gone();
  people.roomLeft();
  people.roomLeft();
  expect(told.filter((each) => each.includes(': '))).toEqual(['bo: peer-left', 'ann: left-room']);
  expect(people.here).toEqual([]);
});

test('of two reporters, one that loses somebody does not take them from the other', () => {
  const [one, other] = [people.reporter(), people.reporter()];
  one.reached(ann(), createLanePair().a);
  other.reached(ann(), createLanePair().a);
  one.members([left('one')]);
  expect(people.here).toEqual([ann()]);
  one.gone();
  expect([people.here, people.lanesTo('ann')]).toEqual([[ann()], ['channel']]);
  other.gone();
  expect([people.here, people.lanesTo('ann')]).toEqual([[], []]);
});

test('a lane that main has made to somebody known is one more, whose end is its own', () => {
  const page = people.reporter();
  const direct = createLanePair({ terms: directTerms });
  expect(people.join('ann', direct.a)).toBe(false);
  page.reached(ann(), createLanePair().a);
  page.reached(ann('two', 'Ann B'), createLanePair().a);
  const changed: string[] = [];
  people.listen({ lanesChanged: (key) => changed.push(`${key} ${people.lanesTo(key)}`) });
  expect(people.join('ann', direct.a)).toBe(true);
  expect(told.at(-1)).toBe('Ann B reached in two');
  page.gone();
  expect(people.lanesTo('ann')).toEqual(['direct']);
  expect(people.here).toEqual([]);
  direct.b.close();
  expect(people.lanesTo('ann')).toEqual([]);
  expect(changed).toEqual(['ann channel,channel,direct', 'ann channel,direct', 'ann direct', 'ann ']);
});

test('a listener that throws keeps nothing from the others', () => {
  const failing = createPeople({ needed: () => needed, onListenerError: (error) => errors.push(error) });
  const heard: string[] = [];
  failing.listen({
    reached() {
      throw new Error('no');
    },
  });
  const stop = failing.listen({ reached: ({ key }) => heard.push(key) });
  failing.reporter().reached(ann(), createLanePair().a);
  stop();
  failing.reporter().reached(ann('two'), createLanePair().a);
  expect(heard).toEqual(['ann']);
  expect(errors).toHaveLength(2);
  expect(failing.here).toHaveLength(1);
});
