import { expect, test } from 'vitest';
import { acquaintances, strangerWarnings } from '../../../../src/renderer/ui/acquaintance.ts';
import type { Model } from '../../../../src/renderer/ui/model.ts';
import { tellApart } from '../../../../src/renderer/ui/name-tags.ts';
import type { KnownPerson } from '../../../../src/shared/bridge.ts';
import type { MemberView } from '../../../../src/shared/views.ts';
import { appState, memberView, modelWith } from '../../../support/ui-views.ts';

const ann = { key: 'key-ann', name: 'Ann' };

function room(known: readonly KnownPerson[], ...members: Partial<MemberView>[]): Model {
  return modelWith({
    app: { ...appState, known: [...known], room: { code: 'a-b-c-d-e', topic: 'topic', sealingKey: 'key' } },
    network: {
      brokers: [],
      members: members.map((part, index) => memberView({ session: `session-${index}`, ...part })),
      trouble: null,
    },
  });
}

const standings = (model: Model) => [...acquaintances(model).values()].map(({ standing }) => standing);

test('somebody is new until their words were compared, and known from then on', () => {
  expect(standings(room([], ann))).toEqual([{ kind: 'new' }]);
  expect(standings(room([ann], ann))).toEqual([{ kind: 'known', as: null }]);
});

test('a known key stays known under another name, and the name it was known by is told', () => {
  expect(standings(room([ann], { ...ann, name: 'Annette' }))).toEqual([{ kind: 'known', as: 'Ann' }]);
  expect(standings(room([ann], { ...ann, name: 'ANN' }))).toEqual([{ kind: 'known', as: null }]);
});

test('another key under a known name is a stranger, however the name is written', () => {
  for (const name of ['Ann', 'ann', '\uff21nn']) {
    expect(standings(room([ann], { key: 'key-other', name }))).toEqual([{ kind: 'stranger' }]);
  }
});

test('of two people with one name the known one is known and the other a stranger, though both names are told apart', () => {
  const both = room([ann], ann, { key: 'key-other', name: 'Ann' });
  expect(tellApart(both).model.network.members[1]?.name).toMatch(/^Ann · /);
  expect(standings(both)).toEqual([{ kind: 'known', as: null }, { kind: 'stranger' }]);
});

test('somebody with two computers is known on both once both were compared', () => {
  const laptop = { key: 'key-laptop', name: 'Ann' };
  expect(standings(room([ann, laptop], ann, laptop))).toEqual([
    { kind: 'known', as: null },
    { kind: 'known', as: null },
  ]);
});

test('nothing is said of a key that is not proven, nor of somebody who has gone', () => {
  const gone = { key: 'key-other', name: 'Ann', state: 'closed', reason: { code: 'peer-left' } } as const;
  expect(standings(room([ann], { key: null, name: 'Ann' }, gone))).toEqual([]);
});

test('a screen reader hears once that somebody comes under the name of somebody else', () => {
  const here = room([ann], { key: 'key-other', name: 'Ann' });
  const [sentence = ''] = strangerWarnings(room([ann]), here);
  expect(sentence).toMatch(/^Careful: .*Ann.*another key/);
  expect(strangerWarnings(room([ann], { key: null, name: 'Ann' }), here)).toEqual([sentence]);
  expect(strangerWarnings(room([ann], { key: 'key-other', name: 'Bo' }), here)).toEqual([sentence]);
  expect(strangerWarnings(here, room([ann], { key: 'key-other', name: 'Ann', roundTripMs: 9 }))).toEqual([]);
  expect(strangerWarnings(room([ann]), room([ann], ann, { key: 'key-bo', name: 'Bo' }))).toEqual([]);
  expect(strangerWarnings(here, room([]))).toEqual([]);
});

test('and again when a stranger takes the next known name', () => {
  const known = [ann, { key: 'key-bo', name: 'Bo' }];
  const as = (name: string) => room(known, { key: 'key-other', name });
  expect(strangerWarnings(as('Ann'), as('Bo'))[0]).toContain('Bo');
});
