import { expect, test } from 'vitest';
import { changeOf, draftOf, withLine, withoutLine, withValue } from '../../../../src/renderer/ui/settings-draft.ts';
import { appState } from '../../../support/ui-views.ts';

const { settings } = appState;
const draft = draftOf(settings);
const typed = { downloads: true };

test('an untouched form changes nothing', () => {
  expect(changeOf(settings, draft, typed)).toEqual({});
});

test('only what was changed is sent, trimmed', () => {
  expect(changeOf(settings, { ...draft, name: ' Ada L. ' }, typed)).toEqual({ name: 'Ada L.' });
  expect(changeOf(settings, { ...draft, accept: 'all', downloads: '/tmp ' }, typed)).toEqual({
    accept: 'all',
    downloads: '/tmp',
  });
});

test('a switch is sent as it stands now, once it stands otherwise', () => {
  const changed = { direct: false, relayOnly: true, hideLocalAddresses: true };
  expect(changeOf(settings, { ...draft, ...changed }, typed)).toEqual(changed);
  expect(changeOf(settings, { ...draft, relayOnly: true }, typed)).toEqual({ relayOnly: true });
  expect(changeOf({ ...settings, ...changed }, draft, typed)).toEqual({
    direct: true,
    relayOnly: false,
    hideLocalAddresses: false,
  });
});

test('a folder that main chooses is never sent as text', () => {
  expect(changeOf(settings, { ...draft, downloads: '/elsewhere' }, { downloads: false })).toEqual({});
});

test('lines are added, edited and removed; empty ones do not count', () => {
  const added = withLine(draft.brokers, '');
  expect(changeOf(settings, { ...draft, brokers: added }, typed)).toEqual({});
  const key = added.at(-1)?.key ?? -1;
  const edited = withValue(added, key, ' ws://three ');
  expect(changeOf(settings, { ...draft, brokers: edited }, typed)).toEqual({
    brokers: ['wss://one', 'wss://two', 'ws://three'],
  });
  expect(changeOf(settings, { ...draft, brokers: withoutLine(draft.brokers, 0) }, typed)).toEqual({
    brokers: ['wss://two'],
  });
});

test('a helper without a password sends none', () => {
  const stun = { urls: 'stun:example', username: '', credential: '' };
  expect(changeOf(settings, { ...draft, iceServers: [{ key: 0, value: stun }] }, typed)).toEqual({
    iceServers: [{ urls: 'stun:example' }],
  });
});
