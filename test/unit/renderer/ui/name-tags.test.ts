import { expect, test } from 'vitest';
import { avatarHue, initials } from '../../../../src/renderer/ui/avatar-look.ts';
import type { Model } from '../../../../src/renderer/ui/model.ts';
import { nameTags, tellApart } from '../../../../src/renderer/ui/name-tags.ts';
import { appState, memberView, modelWith, transferView } from '../../../support/ui-views.ts';

/** A room as one of these sees it: that one's own name and key, and the others as members. */
function seenBy(own: { key: string; name: string }, others: readonly { key: string | null; name: string }[]): Model {
  return modelWith({
    app: { ...appState, key: own.key, settings: { ...appState.settings, name: own.name } },
    network: {
      brokers: [],
      members: others.map((other, index) => memberView({ ...other, session: `session-${index}` })),
      trouble: null,
    },
  });
}

const names = (model: Model) => tellApart(model).model.network.members.map(({ name }) => name);

test('two people with one name are told apart, alike on every screen and on their own', () => {
  const [one, other, bo] = [
    { key: 'key-1', name: 'root' },
    { key: 'key-2', name: 'Root' },
    { key: 'key-3', name: 'Bo' },
  ];
  const atBo = names(seenBy(bo, [one, other]));
  expect(atBo[0]).toMatch(/^root · [a-z]+ [a-z]+$/);
  expect(atBo[1]).toMatch(/^Root · [a-z]+ [a-z]+$/);
  expect(atBo[0]?.toLowerCase()).not.toBe(atBo[1]?.toLowerCase());
  expect([tellApart(seenBy(one, [bo, other])).own, ...names(seenBy(one, [bo, other]))]).toEqual([
    atBo[0],
    'Bo',
    atBo[1],
  ]);
  expect(initials(atBo[0] ?? '')).not.toBe(initials('root'));
});

test('names that nobody shares, and faces not yet proven, stay as they are', () => {
  const model = seenBy({ key: 'key-1', name: 'Ann' }, [
    { key: 'key-2', name: 'Bo' },
    { key: null, name: 'Ann' },
  ]);
  expect(tellApart(model).model).toBe(model);
});

test('one person in two sessions is one person', () => {
  const twice = [
    { key: 'key-2', name: 'Bo' },
    { key: 'key-2', name: 'Bo' },
  ];
  expect(names(seenBy({ key: 'key-1', name: 'Ann' }, twice))).toEqual(['Bo', 'Bo']);
});

test('the tag names the color of the avatar', () => {
  const hues = ['red', 'orange', 'ochre', 'olive', 'green', 'teal', 'blue', 'indigo', 'violet', 'pink'];
  const people = Array.from({ length: 50 }, (_, index) => ({ key: `key-${index}`, name: 'Ann' }));
  const tags = nameTags(people);
  for (const { key } of people) expect(tags.get(key)).toContain(` · ${hues[avatarHue(key)]} `);
  expect(new Set(tags.values()).size).toBeGreaterThan(45);
});

test('transfers of somebody who left are told apart, and drawn again only when they change', () => {
  const gone = transferView({ id: 'old', peer: { key: 'key-9', session: 's', name: 'Bo' } });
  const room = { ...seenBy({ key: 'key-1', name: 'Ann' }, [{ key: 'key-2', name: 'Bo' }]), transfers: [gone] };
  const first = tellApart(room).model;
  expect(first.transfers[0]?.peer.name).toMatch(/^Bo · /);
  expect(tellApart({ ...room, notices: [] }).model.transfers[0]).toBe(first.transfers[0]);
  expect(tellApart(room).model.network.members[0]).toBe(first.network.members[0]);
});

test('who asks one along to another room is told apart from somebody of the same name', () => {
  const room = seenBy({ key: 'key-1', name: 'Noor' }, [{ key: 'key-2', name: 'Ann' }]);
  const renewals = [{ key: 'key-9', session: 's', name: 'Ann', code: 'a-b-c-d-e' }];
  const shown = tellApart({ ...room, guard: { ...room.guard, renewals } }).model;
  expect(shown.guard.renewals[0]?.name).toMatch(/^Ann · /);
  expect(shown.guard.renewals[0]?.name).not.toBe(shown.network.members[0]?.name);
});
